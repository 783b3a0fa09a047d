/* The public signup form: with and without scripts, and when things fail. */
import { api, check, DESK, equal, looks, PHONE } from './browser.mjs';
import { address, elsewhere, faults, fill, lose, open, phone, quote, snippet, sql,
    thanked } from './forms.mjs';

const PATH = 'signup?campaign=1';

const signups = (email) => sql(`SELECT count(*) FROM cerberus.interactions
    JOIN cerberus.voters USING (voter_id)
    WHERE email_address = ${quote(email)} AND outcome = 'Signed Up'`);
const send = (page) => page.getByRole('button', { name: 'Sign up' }).click();
const person = (email) => ({ first_name: 'Ana', last_name: 'Silva',
    email_address: email });
const wording = (page) => page.locator('[data-wording]').allTextContents();

/* The policy names nobody else, and who may frame the form. */
async function policy(site)
{
	const answer = await fetch(`${site.url}/forms/${PATH}`);
	const csp = answer.headers.get('content-security-policy');

	check(csp?.startsWith("default-src 'none'; script-src 'self';"), csp);
	check(!csp.includes('stripe'), 'the signup names no other origin');
	check(!csp.includes('unsafe'), 'and allows nothing inline');
	check(/frame-ancestors 'self'/.test(csp), 'the frames are limited');
	equal(answer.headers.get('x-frame-options'), null, 'frames');
	equal((await fetch(`${site.url}/forms/nothing`)).status, 404,
	    'a form that does not exist');
	equal((await fetch(`${site.url}/forms/signup.html?campaign=1`, {
	    method: 'POST', body: new URLSearchParams({ x: '' }) })).status, 400,
	    'a form by the name of its file');
}

async function view(site, size, dark)
{
	const v = await open(site, PATH, { size, dark });
	const name = `signup-${size.width}${dark ? '-dark' : ''}`;

	equal(await v.page.title(), 'Join Rivera for City Council', 'the title');
	check(await v.page.getByText('Paid for by Rivera').isVisible(),
	    'who has paid is shown');
	await looks(v, name);
	check(v.bytes < 60 * 1024, `${name} has ${v.bytes} bytes`);
	check(v.requests.length <= 6, `${name} needs ${v.requests.length}`);
	await send(v.page);
	await looks(v, `${name}-wrong`);
	await v.close();
}

async function errors(site, size)
{
	const v = await open(site, PATH, { size, expect: [400] });
	const email = address();
	const { page } = v;
	const at = (name) => page.evaluate((n) =>
	    document.activeElement.name === n, name);

	await send(page);
	equal((await faults(page)).join(), 'First name is missing.,' +
	    'Last name is missing.,E-mail is missing.', 'all at once');
	check(await at('first_name'), 'the first one has the focus');
	await fill(page, { ...person('nobody'), notes: 'Kept' });
	await page.getByLabel(/Call me/).check();
	await send(page);
	equal((await faults(page)).length, 2, 'an address, and a missing number');
	await fill(page, { email_address: 'nobody@x', phone_number: phone() });
	await send(page);
	await page.locator('#email_address-wrong:not(:empty)').waitFor();
	check(await at('email_address'), 'what the server refuses has the focus');
	equal(await page.locator('#email_address').getAttribute('aria-invalid'),
	    'true', 'and is marked');
	equal(await page.locator('[name=notes]').inputValue(), 'Kept',
	    'the rest is still there');
	await fill(page, { email_address: email });
	await send(page);
	await thanked(page);
	equal(signups(email), '1', 'one signup');
	await v.close();
}

/* The consents are stored with what was shown. */
async function consents(site)
{
	const v = await open(site, `${PATH}&utm_source=x`);
	const email = address();
	const words = await wording(v.page);
	const own = phone();

	equal(await v.page.locator('[name=consent_text]').inputValue(),
	    words.join('\n'), 'the wording is what people see');
	await fill(v.page, { ...person(email), phone_number: own });
	await v.page.getByLabel(/Call me/).check();
	await v.page.getByLabel(/Send me e-mail/).check();
	await v.page.getByLabel(/get involved/).check();
	await v.page.getByLabel(/endorse/).check();
	await send(v.page);
	await thanked(v.page);
	equal(sql(`SELECT string_agg(channel || granted, ',' ORDER BY channel)
	    FROM cerberus.consents JOIN cerberus.voters USING (voter_id)
	    WHERE email_address = ${quote(email)}
	    AND wording = ${quote(words.join('\n'))}
	    AND page_url = ${quote(`${site.url}/forms/${PATH}&utm_source=x`)}
	    AND user_agent LIKE 'Mozilla%'`), 'emailtrue,smstrue',
	    'the consents with their evidence');
	equal(sql(`SELECT notes FROM cerberus.interactions JOIN cerberus.voters
	    USING (voter_id) WHERE email_address = ${quote(email)}`),
	    'Expressed interest: Endorse. Expressed interest: Get Involved.',
	    'the interests');
	equal(sql(`SELECT phone_number FROM cerberus.voters
	    WHERE email_address = ${quote(email)}`), `+1${own.replaceAll(/\D/g, '')}`, 'the number');
	await v.close();
}

/* Only keys; a second signup of the same person is a second one. */
async function keyboard(site)
{
	const v = await open(site, PATH);
	const email = address();
	const { keyboard: k } = v.page;

	for (const text of ['Ana', 'Silva', email, '']) {
		await k.press('Tab');
		await k.type(text);
	}
	await k.press('Tab');
	await k.press('Space');
	for (let i = 0; i < 5; i++)
		await k.press('Tab');
	equal(await v.page.evaluate(() => document.activeElement.textContent),
	    'Sign up', 'the trap is not in the way');
	await k.press('Enter');
	await thanked(v.page);
	check(await v.page.evaluate(() => document.activeElement.textContent
	    .startsWith('Thank you, Ana!')), 'thanks have the focus');
	equal(sql(`SELECT notes FROM cerberus.interactions JOIN cerberus.voters
	    USING (voter_id) WHERE email_address = ${quote(email)}`),
	    'Expressed interest: Get Involved.', 'what the space bar chose');
	await v.close();
}

/* Lost before and after, a broken server, a slow one, and a reload. */
async function broken(site)
{
	const v = await open(site, PATH, { expect: [503] });
	const email = address();
	const { page } = v;
	const status = page.locator('[data-status]');

	v.offline = true;
	await fill(page, { ...person(email), notes: 'Kept' });
	await lose(page, 'signup?');
	await send(page);
	await status.getByText('The connection failed').waitFor();
	await page.reload();
	await page.locator('form[data-ready]').waitFor();
	equal(await page.locator('[name=notes]').inputValue(), 'Kept',
	    'what was typed survives a reload');
	const down = (url) => url.pathname.endsWith('/signup');
	await page.route(down, (r) => r.request().method() === 'POST' ?
	    r.fulfill({ status: 503, body: '<html>' }) : r.fallback());
	await send(page);
	await status.getByText('The server has a problem').waitFor();
	await page.unroute(down);
	await lose(page, 'signup?', { after: true });
	await send(page);
	await status.getByText('The connection failed').waitFor();
	equal(signups(email), '1', 'the server has it, the visitor does not know');

	let release;
	const held = new Promise((done) => {
		release = done;
	});
	let asked = 0;
	await page.route('**/signup?*', async (r) => {
		if (r.request().method() === 'POST')
			asked++;
		await held;
		await r.fallback();
	});
	await page.getByRole('button', { name: 'Sign up' }).dblclick();
	await status.getByText('Sending').waitFor();
	await page.locator('[name=first_name]').press('Enter');
	release();
	await thanked(page);
	equal(asked, 1, 'two clicks and one more send once');
	equal(signups(email), '1', 'one signup after all of that');
	await page.reload();
	equal(await page.locator('[name=notes]').inputValue(), '',
	    'what was sent is not kept');
	await v.close();
}

async function honeypot(site)
{
	const v = await open(site, PATH);
	const email = address();

	await fill(v.page, person(email));
	await v.page.locator('[name=website]').evaluate((e) => {
		e.value = 'https://spam.example';
	});
	await send(v.page);
	await thanked(v.page);
	equal(signups(email), '0', 'a robot leaves nothing');
	await v.close();
}

async function noScript(site, size)
{
	const v = await open(site, PATH, { script: false, size });
	const email = address();
	const words = await wording(v.page);

	await fill(v.page, person('nobody@x'));
	await send(v.page);
	await v.page.getByText('Go back').waitFor();
	await v.page.goBack();
	equal(await v.page.locator('[name=first_name]').inputValue(), 'Ana',
	    'the browser has kept what was typed');
	await fill(v.page, person(email));
	await v.page.getByLabel(/Send me e-mail/).check();
	await send(v.page);
	await thanked(v.page);
	equal(new URL(v.page.url()).pathname.split('/').slice(-2).join('/'),
	    'signups/thanks', 'a redirect leads to thanks');
	await v.page.reload();
	equal(signups(email), '1', 'one signup');
	equal(sql(`SELECT wording FROM cerberus.consents JOIN cerberus.voters
	    USING (voter_id) WHERE email_address = ${quote(email)}`)
	    .replaceAll('\r', ''), words.join('\n'), 'with its wording');
	equal(sql(`SELECT page_url FROM cerberus.consents JOIN cerberus.voters
	    USING (voter_id) WHERE email_address = ${quote(email)}`),
	    `${site.url}/forms/${PATH}`, 'and its page');
	await v.close();
}

/* The campaign's own page of thanks, and a campaign that does not exist. */
async function redirects(site)
{
	const to = `${site.url}/forms/${PATH}`;

	await api(site, 'PATCH', '/campaigns/2', { signup_redirect_url: to });
	for (const script of [true, false]) {
		const v = await open(site, 'signup?campaign=2', { script });

		await fill(v.page, person(address()));
		await send(v.page);
		await v.page.waitForURL(to);
		await v.close();
	}
	await api(site, 'PATCH', '/campaigns/2', { signup_redirect_url: null });
	const v = await open(site, 'signup?campaign=999', { expect: [404] });
	check(await v.page.getByText('Campaign with ID 999 not found.')
	    .isVisible(), 'a campaign that does not exist');
	await v.close();
}

/* The snippets of docs/forms.md, on a page of another site. */
async function snippets(site)
{
	const html = (body) => '<!DOCTYPE html><html lang="en"><title>Own</title>' +
	    `<main><h1>Own</h1>${body}</main>`;
	const other = await elsewhere({
		'/form': html(snippet(site, 'signup')),
		'/frame': html(snippet(site, 'signup in a frame')),
	});

	for (const script of [true, false]) {
		const v = await open(site, PATH, { script });
		const email = address();

		await v.page.goto(`${other.url}/form`);
		if (script)
			await v.page.locator('form[data-ready]').waitFor();
		await fill(v.page, person(email));
		await send(v.page);
		await thanked(v.page);
		equal(v.page.url().startsWith(other.url), script,
		    'only without a script the page is left');
		equal(signups(email), '1', 'one signup from a page elsewhere');
		await v.close();
	}
	const v = await open(site, PATH);
	const email = address();
	await v.page.goto(`${other.url}/frame?utm_source=mail`);
	const frame = v.page.frameLocator('iframe');
	await frame.locator('form[data-ready]').waitFor();
	await fill(frame, person(email));
	await v.page.waitForFunction(() =>
	    document.querySelector('iframe').clientHeight > 600);
	await frame.getByRole('button', { name: 'Sign up' }).click();
	await frame.getByRole('heading', { name: 'Thank you, Ana!' }).waitFor();
	equal(signups(email), '1', 'one signup from a frame');
	await v.close();
	await other.close();
}

export default async function run(site)
{
	await api(site, 'PATCH', '/campaigns/1',
	    { paid_for_by: 'Paid for by Rivera for City Council' });
	if (site.name.endsWith('-path')) {
		await view(site, DESK);
		await keyboard(site);
		await noScript(site, PHONE);
		return;
	}
	await policy(site);
	await noScript(site, DESK);
	await snippets(site);
	if (site.name !== 'lighttpd')
		return;
	/* What the other server cannot change. */
	await view(site, DESK);
	await view(site, PHONE, true);
	for (const size of [DESK, PHONE])
		await errors(site, size);
	await noScript(site, PHONE);
	await consents(site);
	await keyboard(site);
	await broken(site);
	await honeypot(site);
	await redirects(site);
}
