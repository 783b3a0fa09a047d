/* What the tests of a campaign's pages share: people, gifts, and their checks. */
import { createHmac } from 'node:crypto';
import { api, check, DESK, looks, person, PHONE, signIn, visit } from
    './browser.mjs';

export const ROLES = ['viewer', 'editor', 'manager', 'admin'];
const LATER = 15 * 1024;	/* bytes of a page that is not the first */

let campaigns = 0;

/* A campaign of its own: { id, people: { viewer, editor, manager, admin } }. */
export async function campaign(site, more = {})
{
	const row = await api(site, 'POST', '/campaigns', {
	    campaign_name: `Campaign ${site.name} ${++campaigns} ${Date.now()}`,
	    time_zone: 'America/New_York', ...more });
	const people = {};

	for (const role of ROLES)
		people[role] = (await person(site, role === 'admin' ? role :
		    { [row.campaign_id]: role })).username;
	return { id: row.campaign_id, name: row.campaign_name, people };
}

export const voter = (site, c, first, last, more = {}) => api(site, 'POST',
    '/voters', { campaign_id: c.id, first_name: first, last_name: last,
    ...more });

/* Post what the local Stripe would send. */
async function happen(site, what)
{
	const events = await (await fetch(
	    `${process.env.STRIPE_URL}/_control/happen`, { method: 'POST',
	    body: JSON.stringify({ key: 'sk_test_portal', ...what }) })).json();

	for (const event of events) {
		const body = JSON.stringify(event);
		const at = Math.floor(Date.now() / 1000);
		const mac = createHmac('sha256', 'whsec_portal')
		    .update(`${at}.${body}`).digest('hex');
		const answer = await fetch(
		    `${site.url}/api/v1/donate/webhook`, { method: 'POST', body,
		    headers: { 'Stripe-Signature': `t=${at},v1=${mac}`,
		    'Content-Type': 'application/json' } });

		if (answer.status !== 200)
			throw new Error(`webhook: ${answer.status}`);
	}
}

/* A gift by card that is paid; its id. */
export async function paid(site, c, amount, more = {})
{
	const a = await api(site, 'POST', '/donate/create-payment-intent', {
	    amount, campaign_id: c.id, first_name: 'Ada', last_name: 'Example',
	    email: 'ada@example.org', ...more });

	await happen(site, { kind: 'succeeded', intent: a.paymentIntentId });
	return a.donationId;
}

/* Sign in on the campaign's home, then go to one of its pages. */
export async function open(site, c, role, path = '', o = {})
{
	const v = await visit(site, { size: DESK, ...o });

	await signIn(v, c.people[role], `#/campaigns/${c.id}/`);
	await v.page.getByRole('heading', { level: 1, name: c.name }).waitFor();
	await v.page.locator('.figures').first().waitFor();
	v.count();
	v.to = async (where, heading) => {
		await v.page.goto(`${site.url}/portal/#/campaigns/${c.id}/` +
		    where);
		await v.page.getByRole('heading', { level: 1, name: heading })
		    .waitFor();
	};
	v.path = path;
	return v;
}

/* The files that a page needed, after others, are within the budget. */
export function frugal(v, name)
{
	check(v.files > 0 && v.files <= LATER,
	    `${name} needs ${v.files} bytes more`);
}

/* The page looks right on a phone and a desk, in light and dark. */
export async function everywhere(v, name)
{
	const narrow = [PHONE, true];

	for (const [size, dark] of [[DESK, false], narrow]) {
		await v.page.setViewportSize(size);
		/* Without motion no colour is halfway. */
		await v.page.emulateMedia({ reducedMotion: 'reduce',
		    colorScheme: dark ? 'dark' : 'light' });
		await looks(v, `${name}-${size.width}${dark ? '-dark' : ''}`);
	}
	await v.page.setViewportSize(DESK);
	await v.page.emulateMedia({ colorScheme: 'light' });
}

/* The person at the page answers a dialog by its button. */
export async function confirm(v, name)
{
	await v.page.getByRole('dialog').getByRole('button', { name, exact:
	    true }).click();
	await v.page.getByRole('dialog').waitFor({ state: 'detached' });
}
