/*
 * Pictures of the main pages with the sample data: each at a desk and on a phone,
 * light and dark, into the directory that SHOTS names.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, check, DESK, drop, PASSWORD, PHONE, signIn, visit } from
    './browser.mjs';
import { sql } from './forms.mjs';
import { stripe } from './stripe.mjs';

const env = process.env;
const CAMPAIGN = 1;
const LIST = 'Democrats of Brookhaven Falls';

const team = { kim: 'manager', robin: 'manager', sam: 'editor',
    alex: 'editor', lee: 'viewer' };

const headed = (page, name) => page.getByRole('heading', { name }).first()
    .waitFor();
const press = (page, name) => page.getByRole('button', { name }).first()
    .click();

/* What the sample data does not have: a team, an import, gifts of all kinds. */
async function prepare(site)
{
	for (const [username, role] of Object.entries(team)) {
		const { user_id: id } = await api(site, 'POST', '/users', {
		    username, password: PASSWORD, full_name: username.replace(
		    /^./, (c) => c.toUpperCase()) + ' Example',
		    email_address: `${username}@example.org` });

		await api(site, 'PUT', `/campaigns/${CAMPAIGN}/members/${id}`,
		    { role });
	}
	await api(site, 'PATCH', `/campaigns/${CAMPAIGN}`, {
	    paid_for_by: 'Paid for by Rivera for City Council',
	    time_zone: 'America/New_York' });
	for (const [first, last, amount, method] of [
	    ['Amelia', 'Okafor', 25000, 'check'],
	    ['Walter', 'Ramirez', 4000, 'cash'],
	    ['Grace', 'Whitaker', 120000, 'check']])
		await api(site, 'POST', '/donations', { campaign_id: CAMPAIGN,
		    method, amount, first_name: first, last_name: last });
	const form = new FormData();
	form.append('campaign_id', CAMPAIGN);
	form.append('file', new Blob([sql(`SELECT 'voter_registration_id,' ||
	    'registration_state,first_name,last_name,tags' UNION ALL
	    (SELECT concat_ws(',', voter_registration_id, registration_state,
	    first_name, last_name, 'lawn sign') FROM cerberus.voters
	    WHERE city = 'Port Marlow' ORDER BY voter_id LIMIT 40)`)]),
	    'lawn-signs.csv');
	await fetch(`${site.url}/api/v1/voters/upload`, { method: 'POST',
	    body: form, headers: { Authorization: `Bearer ${env.ADMIN_KEY}` } });
}

/* The voter of whom there is most to see. */
const known = () => sql(`SELECT cv.voter_id FROM cerberus.campaign_voters cv
    JOIN cerberus.donations d USING (voter_id, campaign_id)
    JOIN cerberus.voters v USING (voter_id)
    WHERE cv.campaign_id = ${CAMPAIGN} ORDER BY (SELECT count(*)
    FROM cerberus.interactions i WHERE i.voter_id = cv.voter_id
    AND i.campaign_id = cv.campaign_id) DESC, v.mobile_phone IS NULL,
    v.email_address IS NULL, cv.voter_id LIMIT 1`);

const steps = encodeURIComponent(JSON.stringify([
    { verb: 'add', filter: { party_affiliation: 'Democratic' } },
    { verb: 'add', filter: { party_affiliation: 'Green' } },
    { verb: 'remove', filter: { age_max: '30' } }]));

/* Name, the page below the campaign, and what to do there before the picture. */
const pages = [
	['home', '', (page) => headed(page, 'Money')],
	['voters', 'voters?city=Brookhaven+Falls', (page) =>
	    page.locator('tbody tr[data-row="0"]').waitFor()],
	['universe', `voters?steps=${steps}`, async (page) => {
		await page.locator('tbody tr[data-row="0"]').waitFor();
		await page.locator('.steps > li:nth-child(3) .number')
		    .filter({ hasText: /\d/ }).waitFor();
	}],
	['voter', () => `voters/${known()}`, (page) =>
	    page.locator('.timeline li').first().waitFor()],
	['import', 'import', async (page) => {
		await page.locator('.drop').waitFor();
		await drop(page, 'nc.txt',
		    readFileSync(`${env.SRCDIR}/tests/data/nc.txt`));
		await press(page, 'Try the whole file');
		await page.getByText('What the import will do').waitFor();
		await page.evaluate(() => scrollTo(0, 0));
	}],
	['canvass', 'canvass', async (page) => {
		await press(page, `Take ${LIST} along`);
		await page.getByRole('link', { name: 'Next door' }).waitFor();
	}],
	['door', 'canvass', async (page) => {
		await page.getByRole('link', { name: LIST }).click();
		await page.getByRole('link', { name: 'Next door' }).click();
		await page.locator('.outcomes').first().waitFor();
	}],
	['phones', 'phones', async (page) => {
		const list = page.getByRole('button',
		    { name: new RegExp(`${LIST}$`) }).first();
		const hand = page.locator('.person h2');

		/* Somebody may be in hand from before. */
		await list.or(hand).first().waitFor();
		if (await list.count())
			await list.click();
		await hand.waitFor();
	}],
	['surveys', 'surveys', (page) => page.locator('.bars').first()
	    .waitFor()],
	['donations', 'donations', (page) =>
	    page.locator('tbody tr[data-row="0"]').waitFor()],
	['team', 'team', (page) => page.getByText('lee').waitFor()],
	['settings', 'settings', (page) => headed(page, 'Settings')],
	['website', 'settings/website', (page) =>
	    page.locator('pre.snippet').first().waitFor()],
];

async function take(v, name)
{
	/* Nothing has the focus, or is pointed at. */
	await v.page.evaluate(() => document.activeElement?.blur());
	await v.page.mouse.move(0, 0);
	await v.page.screenshot({ path: join(env.SHOTS, `${name}.png`),
	    animations: 'disabled' });
}

async function everyPage(site, size, dark)
{
	const v = await visit(site, { size, dark });
	const name = (page) => `${page}-${size === PHONE ? 'phone' : 'desk'}` +
	    (dark ? '-dark' : '');

	await v.go();
	await v.page.getByLabel('User name').waitFor();
	await take(v, name('sign-in'));
	await signIn(v, 'kim');
	for (const [page, path, wait] of pages) {
		await v.go(`#/campaigns/${CAMPAIGN}/` +
		    (path instanceof Function ? path() : path));
		await wait(v.page);
		await v.page.waitForLoadState('networkidle');
		await take(v, name(page));
	}
	for (const form of ['signup', 'donate']) {
		await stripe(v.context, site);
		await v.page.goto(`${site.url}/forms/${form}?campaign=${CAMPAIGN}`);
		await v.page.locator('form[data-ready]').waitFor();
		await take(v, name(form));
	}
	await v.close();
}

export default async function run(site)
{
	check(env.SHOTS, 'SHOTS names a directory');
	await prepare(site);
	for (const size of [DESK, PHONE])
		for (const dark of [false, true])
			await everyPage(site, size, dark);
}
