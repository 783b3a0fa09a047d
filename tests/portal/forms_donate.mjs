/* The public donation form: cards, banks, Checkout, and nobody pays twice. */
import { api, check, DESK, equal, looks, PHONE } from './browser.mjs';
import { address, elsewhere, faults, fill, lose, open, quote, snippet, sql,
    thanked } from './forms.mjs';
import { control, deliver, KEY, stripe } from './stripe.mjs';

const PATH = 'donate?campaign=1&utm_source=mail&utm_campaign=fall';

const person = (email) => ({ first_name: 'Ana', last_name: 'Silva', email,
    address_line1: '1 Main Street', address_city: 'Austin',
    address_state: 'TX', address_zip: '78701', employer: 'Acme',
    occupation: 'Smith' });

/* The donor's donations, as "status amount", in their order. */
const gifts = (email) => sql(`SELECT string_agg(concat_ws(' ', status, amount),
    ',' ORDER BY donation_id) FROM cerberus.donations
    WHERE email = ${quote(email)}`);
const columns = (email, list) => sql(`SELECT concat_ws('|', ${list})
    FROM cerberus.donations WHERE email = ${quote(email)}`);

const pay = (page) => page.getByRole('button', { name: /^(Donate|Continue)/ })
    .click();
const status = (page, text) => page.locator('[data-status]').getByText(text)
    .waitFor();

/* The form with Stripe behind it. */
async function visit(site, options = {})
{
	let s;
	const v = await open(site, options.path ?? PATH, { ...options,
	    before: async (context) => {
		s = await stripe(context, site);
		Object.assign(s, options.stripe);
	} });

	return Object.assign(v, { s });
}

/* Fill in everything: a new donor who pays with that card. */
async function donor(page, card)
{
	const email = address();

	await fill(page, person(email));
	await page.locator('#eligible').check();
	if (card)
		await page.getByLabel('Card number').fill(card);
	return email;
}

/* What the page has the donor confirm. */
const statement = async (page) => (await page.locator(
    '[data-eligibility] label, [data-eligibility] li').allTextContents())
    .map((text) => text.trim()).join('\n');

/* The gift keeps those words, and when the donor agreed. */
function confirmed(email, words)
{
	check(words.split('\n').length === 6, 'all statements are shown');
	equal(columns(email, `replace(eligibility, E'\\r', ''),
	    eligible_at = created_at`), `${words}|t`, 'what the donor confirmed');
}

async function policy(site)
{
	const answer = await fetch(`${site.url}/forms/${PATH}`);
	const csp = answer.headers.get('content-security-policy');
	const more = site.name.endsWith('path') ? '' : ` ${process.env.CHALLENGE}`;

	for (const part of ["default-src 'none'", "script-src 'self' " +
	    `https://js.stripe.com${more};`, "connect-src 'self' " +
	    `https://api.stripe.com${more};`, `style-src 'self'${more};`,
	    `frame-src https://js.stripe.com https://hooks.stripe.com${more};`,
	    "frame-ancestors 'self'"])
		check(csp?.includes(part), `${csp} has ${part}`);
	check(!csp.includes('unsafe'), 'nothing inline is allowed');
}

async function view(site, size, dark)
{
	const v = await visit(site, { size, dark });
	const name = `donate-${size.width}${dark ? '-dark' : ''}`;
	const own = v.requests.filter((u) => u.startsWith(site.url));

	equal(await v.page.title(), 'Donate to Rivera for City Council', 'title');
	check(await v.page.getByText('Paid for by Rivera').isVisible(),
	    'who has paid is shown');
	await looks(v, name);
	check(v.bytes < 60 * 1024, `${name} has ${v.bytes} bytes`);
	check(own.length <= 6, `${name} needs ${own.length} requests`);
	await pay(v.page);
	await looks(v, `${name}-wrong`);
	await v.close();
}

/* The amounts of the campaign, its colours, its limits, and the fee. */
async function amounts(site)
{
	const v = await visit(site);
	const { page } = v;
	const button = page.locator('[data-pay]');
	const wrong = async (text, message) => {
		await fill(page, { other_amount: text });
		await pay(page);
		check((await faults(page)).some((f) => f.includes(message)),
		    `${text}: ${await faults(page)}`);
	};

	equal((await page.locator('[data-amounts] span').allTextContents())
	    .join(), '$5,$25,$1,000', 'the amounts');
	equal(await button.textContent(), 'Donate $25', 'the second is chosen');
	await page.getByLabel('$5', { exact: true }).check();
	await page.getByLabel('Every month', { exact: true }).check();
	equal(await button.textContent(), 'Donate $5 every month', 'monthly');
	equal((await page.evaluate(() => window.stripeSees)).mode,
	    'subscription', 'Stripe knows');
	await page.getByLabel('Once', { exact: true }).check();
	await fill(page, { other_amount: '$1,234.50' });
	check(await page.getByText('Add $37.18 to cover').isVisible(), 'the fee');
	await page.locator('[name=covers_fees]').check();
	equal(await button.textContent(), 'Donate $1,271.68', 'with the fee');
	equal(await page.evaluate(() => window.stripeSees.amount), 127168,
	    'Stripe knows the amount');
	equal(await button.evaluate((e) => getComputedStyle(e).backgroundColor),
	    'rgb(122, 31, 43)', "the campaign's colour");
	await wrong('x', 'This is not an amount');
	await wrong('0.10', 'The smallest amount is $0.50');
	await wrong('3250', 'The largest amount is $3,300');
	equal((await faults(page)).length, 11, 'all that is missing is named');
	await page.reload();
	await page.locator('form[data-ready]').waitFor();
	equal(await page.locator('[name=other_amount]').inputValue(), '3250',
	    'the amount survives a reload');
	await v.close();
}

/* A background of the campaign's decides, and what cannot be read is changed. */
async function colours(site)
{
	const set = (forms) => api(site, 'PATCH', '/campaigns/2',
	    { details: { forms } });

	await set({ accent: '#ffd24d', accent_text: '#ffffff',
	    background: '#102030' });
	const v = await visit(site, { path: 'donate?campaign=2' });
	const button = v.page.locator('[data-pay]');
	await looks(v, 'donate-colours');
	equal(await button.evaluate((e) => getComputedStyle(e).color),
	    'rgb(0, 0, 0)', 'black on yellow');
	equal(await v.page.evaluate(() =>
	    getComputedStyle(document.body).backgroundColor),
	    'rgb(16, 32, 48)', 'the background');
	await set({});
	await v.close();
}

async function card(site, size)
{
	const v = await visit(site, { size });
	const email = await donor(v.page, '4242');
	const words = await statement(v.page);

	await v.page.getByLabel('$1,000', { exact: true }).check();
	await v.page.locator('[name=covers_fees]').check();
	await v.page.getByLabel(/Send me e-mail/).check();
	await pay(v.page);
	await thanked(v.page);
	check(await v.page.getByText('Your donation of $1,030.18 has reached')
	    .isVisible(), 'the thanks name the amount');
	equal(gifts(email), 'succeeded 103018', 'one gift');
	equal(columns(email, `first_name, last_name, address_line1, address_city,
	    address_state, address_zip, employer, occupation, covers_fees,
	    is_recurring, refcode, refcode2, contact_email, contact_sms`),
	    'Ana|Silva|1 Main Street|Austin|TX|78701|Acme|Smith|t|f|mail|fall|t',
	    'and all that the donor said');
	equal(sql(`SELECT count(*) FROM cerberus.consents JOIN cerberus.voters
	    USING (voter_id) WHERE email_address = ${quote(email)}
	    AND channel = 'email' AND granted AND wording LIKE 'Send me e-mail%'`),
	    '1', 'the consent with its wording');
	confirmed(email, words);
	await v.page.reload();
	await v.page.locator('form[data-ready]').waitFor();
	check(!await v.page.getByText('Thank you').isVisible(), 'a new form');
	equal(await v.page.locator('[name=email]').inputValue(), '',
	    'which keeps nothing');
	await v.close();
}

/* A declined card, another name, and a card that works: one gift. */
async function declined(site)
{
	const v = await visit(site);
	const { page } = v;
	const email = await donor(page, '');

	await pay(page);
	await status(page, 'Your card number is incomplete.');
	equal(gifts(email), '', 'Stripe checks before anything is sent');
	await page.getByLabel('Card number').fill('0002');
	await pay(page);
	await status(page, 'Your card was declined.');
	equal(gifts(email), 'failed 2500', 'the attempt is stored');
	await fill(page, { employer: 'None', occupation: 'Retired' });
	await page.getByLabel('Card number').fill('4242');
	await pay(page);
	await thanked(page);
	equal(gifts(email), 'succeeded 2500', 'the same gift');
	equal(columns(email, 'employer, occupation'), 'None|Retired',
	    'with what the donor corrected');
	await v.close();
}

/* Another amount after a decline is another gift, and only that is paid. */
async function changed(site)
{
	const v = await visit(site);
	const { page } = v;
	const email = await donor(page, '0002');

	await pay(page);
	await status(page, 'Your card was declined.');
	await fill(page, { other_amount: '7' });
	await page.getByLabel('Card number').fill('4242');
	await pay(page);
	await thanked(page);
	equal(gifts(email), 'failed 2500,succeeded 700', 'one is paid');
	await v.close();
}

async function secure(site)
{
	const v = await visit(site);
	const { page } = v;
	const email = await donor(page, '3155');

	await pay(page);
	await page.getByText('Fail authentication').click();
	await status(page, 'We are unable to authenticate');
	await pay(page);
	await page.getByText('Complete authentication').click();
	await thanked(page);
	equal(gifts(email), 'succeeded 2500', '3-D Secure');
	await v.close();
}

/* A bank's page, which the donor first leaves without paying. */
async function bank(site)
{
	const v = await visit(site);
	const { page } = v;
	const email = await donor(page, 'bank');

	await pay(page);
	await page.getByText('refuse').click();
	await status(page, 'The payment did not go through');
	equal(await page.locator('[name=email]').inputValue(), email,
	    'what was typed is still there');
	check(!page.url().includes('payment_intent'), 'the address is clean');
	await page.getByLabel('Card number').fill('bank');
	await pay(page);
	await page.getByText('pay', { exact: true }).click();
	await thanked(page);
	equal(gifts(email), 'succeeded 2500', 'paid at the bank, once');
	await page.reload();
	await page.locator('form[data-ready]').waitFor();
	await v.close();
}

/* Clicks, lost answers, and a reload while nobody knows: one payment. */
async function once(site)
{
	const v = await visit(site, { expect: [503] });
	const { page } = v;
	const email = await donor(page, '4242');

	v.offline = true;
	await lose(page, 'create-payment-intent');
	await pay(page);
	await status(page, 'The connection failed');
	await lose(page, 'create-payment-intent', { after: true });
	await pay(page);
	await status(page, 'The connection failed');
	equal(gifts(email), 'pending 2500', 'the server has begun it');
	v.s.loseConfirmation = true;
	await page.locator('[data-pay]').dblclick();
	await status(page, 'you will not be charged again');
	equal(v.s.confirmed, 1, 'two clicks pay once');
	await page.reload();
	await thanked(page);
	equal(v.s.confirmed, 1, 'after a reload the page knows');
	equal(gifts(email), 'succeeded 2500', 'one gift');
	await v.close();

	const w = await visit(site);
	const again = await donor(w.page, '4242');
	w.offline = true;
	w.s.loseConfirmation = true;
	await pay(w.page);
	await status(w.page, 'you will not be charged again');
	await fill(w.page, { other_amount: '99' });
	await pay(w.page);
	await thanked(w.page);
	equal(gifts(again), 'succeeded 2500',
	    'no second payment, even of another amount');
	await w.close();
}

/* Stripe is down: the donor is told, and can try again. */
async function down(site)
{
	const v = await visit(site, { expect: [502] });
	const { page } = v;
	const email = await donor(page, '4242');

	await control('faults', Array(4).fill({ kind: 'status', status: 500 }));
	await pay(page);
	await status(page, 'The payment provider');
	equal(await page.locator('[name=email]').inputValue(), email,
	    'what was typed is still there');
	await pay(page);
	await thanked(page);
	equal(gifts(email), 'pending 2500,succeeded 2500', 'one is paid');
	await v.close();
}

async function monthly(site)
{
	const v = await visit(site);
	const email = await donor(v.page, '4242');

	await v.page.getByLabel('Every month', { exact: true }).check();
	await pay(v.page);
	await thanked(v.page);
	check(/\/donate\/manage\/\d+\?key=/.test(await v.page.getByRole('link',
	    { name: 'stop it or change the card' }).getAttribute('href')),
	    'the donor can stop it');
	equal(gifts(email), 'succeeded 2500', 'the first payment');
	equal(columns(email, 'is_recurring, "interval"'), 't|month', 'monthly');
	await v.close();
}

/* Pay at Stripe's page, as its events report it. */
async function checkout(site, page, email, amount, codes)
{
	await page.getByRole('heading', { name: 'Stripe Checkout' }).waitFor();
	const session = page.url().split('/').at(-1);
	equal(gifts(email), `pending ${amount}`, 'the gift waits');
	equal(columns(email, 'refcode, refcode2'), codes, 'with its codes');
	await deliver(site, await control('happen', { key: KEY, session,
	    kind: 'paid' }));
	equal(gifts(email), `succeeded ${amount}`, 'and is paid');
	const call = (await control('calls')).findLast((c) =>
	    c.path === '/v1/checkout/sessions');
	equal(new URLSearchParams(call.body).get('custom_text[submit][message]'),
	    'Paid for by Rivera for City Council', 'Stripe shows who has paid');
}

async function blocked(site)
{
	const v = await visit(site, { stripe: { blocked: true } });
	const email = await donor(v.page);

	check(/BLOCKED_BY_CLIENT/.test(v.mistakes.splice(0).join()),
	    'Stripe.js is blocked');
	equal(await v.page.locator('[data-pay]').textContent(),
	    'Continue to payment of $25', 'the button says what happens');
	await fill(v.page, { other_amount: '12.5' });
	await v.page.locator('[name=covers_fees]').check();
	await v.page.locator('[data-pay]').dblclick();
	await checkout(site, v.page, email, 1319, 'mail|fall');
	await v.close();
}

async function noScript(site, size)
{
	const v = await open(site, PATH, { script: false, size,
	    before: (context) => stripe(context, site) });
	const email = address();

	const words = await statement(v.page);

	await fill(v.page, { ...person(email), other_amount: 'a lot' });
	await v.page.locator('#eligible').check();
	await pay(v.page);
	await v.page.getByText('other_amount must be an amount').waitFor();
	await v.page.goBack();
	await fill(v.page, { other_amount: '1,000.50' });
	await pay(v.page);
	await checkout(site, v.page, email, 100050, 'mail|fall');
	confirmed(email, words);
	await v.close();
}

/* What a service of challenges would load: a button that solves it. */
const WIDGET = `window.hcaptcha = { render(box, o) {
	const button = document.createElement('button');

	button.type = 'button';
	button.textContent = 'Solve ' + o.sitekey;
	button.onclick = () => o.callback(window.solution);
	box.append(button);
} };`;

/* The server asks for a challenge, and takes its response once. */
async function challenge(site, isBlocked)
{
	const v = await visit(site, { expect: [400, 429],
	    stripe: { blocked: isBlocked } });
	const { page } = v;
	const solution = `solved-${address()}`;
	const solve = async (text) => {
		await page.evaluate((x) => {
			window.solution = x;
		}, text);
		await page.getByRole('button', { name: 'Solve site-key-1' })
		    .click();
	};
	let asks = 2;

	if (isBlocked)
		check(/BLOCKED_BY_CLIENT/.test(v.mistakes.splice(0).join()),
		    'Stripe.js is blocked');
	await v.context.route(`${process.env.CHALLENGE}/**`, (r) => r.fulfill({
	    contentType: 'text/javascript', body: WIDGET }));
	await page.route(isBlocked ? '**/donate/checkout*' :
	    '**/create-payment-intent*', (r) => asks-- > 0 && !/solved|wrong/
	    .test(r.request().postData()) ? r.fulfill({ status: 429,
	    contentType: 'application/problem+json', body: JSON.stringify({
		status: 429, code: 'challenge_required', detail: 'Solve.' }) }) :
	    r.continue());
	const email = await donor(page, isBlocked ? undefined : '4242');
	await pay(page);
	await page.getByText('Please solve the challenge').waitFor();
	await solve('wrong');
	await status(page, 'The challenge was not solved');
	asks = 1;
	await pay(page);
	await solve(solution);
	if (isBlocked)
		await checkout(site, page, email, 2500, 'mail|fall');
	else
		await thanked(page);
	equal(gifts(email), 'succeeded 2500', 'one gift after a challenge');
	const calls = await (await fetch(`${process.env.CHALLENGE_URL}/calls`)).json();
	equal(calls.map((c) => c.response).join(' '), `wrong ${solution}`,
	    'the service was asked');
	await v.close();
}

/* Only keys: an amount by an arrow, boxes by the space bar, Enter sends. */
async function keyboard(site)
{
	const v = await visit(site);
	const { page } = v;
	const { keyboard: k } = page;
	const email = address();
	const values = { ...person(email) };
	const seen = new Set();

	for (let i = 0; i < 40; i++) {
		await k.press('Tab');
		const at = await page.evaluate(() => {
			const e = document.activeElement;

			return e.name || e.tagName + (e.labels?.[0]?.textContent ?? '');
		});

		if (at === 'amount' && !seen.has(at))
			await k.press('ArrowRight');
		else if (at === 'eligibility')
			await k.press('Space');
		else if (at in values)
			await k.type(values[at]);
		else if (at.includes('Card number'))
			await k.type('4242');
		else if (at === 'BUTTON')
			break;
		seen.add(at);
	}
	await k.press('Enter');
	await thanked(page);
	equal(gifts(email), 'succeeded 100000', 'the third amount');
	await v.close();
}

/* The campaign's own page, and another site's. */
async function redirects(site)
{
	const to = `${site.url}/forms/signup?campaign=2`;

	await api(site, 'PATCH', '/campaigns/2', { donation_redirect_url: to,
	    details: {} });
	const v = await visit(site, { path: 'donate?campaign=2' });
	const email = await donor(v.page, '4242');
	await pay(v.page);
	await v.page.waitForURL(to);
	equal(gifts(email), 'succeeded 2500', 'one gift');
	await api(site, 'PATCH', '/campaigns/2', { donation_redirect_url: null });
	await v.close();

	const html = (body) => '<!DOCTYPE html><html lang="en"><title>Own</title>' +
	    `<main><h1>Own</h1>${body}</main>`;
	const other = await elsewhere({
		'/frame': html(snippet(site, 'donation in a frame')),
		'/button': html(snippet(site, 'donation button') +
		    snippet(site, 'colours')),
	});
	const w = await visit(site);
	await w.page.goto(`${other.url}/frame?refcode=blog`);
	const frame = w.page.frameLocator('iframe');
	await frame.locator('form[data-ready]').waitFor();
	const framed = await donor(frame, '4242');
	await pay(frame);
	await frame.getByRole('heading', { name: 'Thank you, Ana!' }).waitFor();
	equal(gifts(framed), 'succeeded 2500', 'one gift from a frame');
	equal(columns(framed, 'refcode'), 'blog', 'with the code of its page');
	await w.page.goto(`${other.url}/button`);
	await w.page.getByRole('button', { name: 'Donate $25' }).click();
	await w.page.getByRole('heading', { name: 'Stripe Checkout' }).waitFor();
	equal(sql(`SELECT concat_ws(' ', amount, refcode) FROM cerberus.donations
	    ORDER BY donation_id DESC LIMIT 1`), '2500 button', 'a button');
	await w.close();
	await other.close();
}

export default async function run(site)
{
	await api(site, 'PATCH', '/campaigns/1', { paid_for_by:
	    'Paid for by Rivera for City Council', details: { forms: {
	    amounts: [500, 2500, 100000], accent: '#7a1f2b' } } });
	if (site.name.endsWith('-path')) {
		await card(site, DESK);
		await noScript(site, PHONE);
		return;
	}
	await policy(site);
	await card(site, DESK);
	await noScript(site, DESK);
	await redirects(site);
	if (site.name !== 'lighttpd')
		return;
	/* What the other server cannot change. */
	await view(site, DESK);
	await view(site, PHONE, true);
	await colours(site);
	await card(site, PHONE);
	await noScript(site, PHONE);
	await amounts(site);
	await declined(site);
	await changed(site);
	await secure(site);
	await bank(site);
	await once(site);
	await down(site);
	await monthly(site);
	await blocked(site);
	await challenge(site, false);
	await challenge(site, true);
	await keyboard(site);
}
