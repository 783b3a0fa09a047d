/*
 * What a person does who has started script/server, by what the pages say alone;
 * tests/portal/journey starts it.
 */
import { readFileSync } from 'node:fs';
import { browser, check, DESK, drop, equal, finish, leave, looks, PHONE, say,
    visit, within } from './browser.mjs';
import { sql } from './forms.mjs';

const env = process.env;
const DOORS = 10;
const press = (page, name) => page.getByRole('button', { name }).first()
    .click();
const visible = (page, text) => page.getByText(text).first().waitFor();
const headed = (page, name) => page.getByRole('heading', { name }).first()
    .waitFor();

/* The link, a password, and a campaign. */
async function arrive(v)
{
	const { page } = v;

	await page.goto(env.LINK);
	await page.getByLabel('Password', { exact: true }).fill('a good password');
	await page.getByLabel('The same password again').fill('a good password');
	await looks(v, 'journey-1-invitation');
	await press(page, 'Save and sign in');
	await page.getByRole('link', { name: 'Rivera for City Council' }).click();
	await headed(page, 'Rivera for City Council');
	await looks(v, 'journey-2-home');
	await page.goto(env.LINK);
	await page.getByLabel('Password', { exact: true }).fill('another password');
	await page.getByLabel('The same password again').fill('another password');
	await press(page, 'Save and sign in');
	await visible(page, 'Sign in');
	await looks(v, 'journey-3-used-link');
	await page.getByRole('link', { name: 'Sign in' }).click();
	await page.getByRole('link', { name: 'Rivera for City Council' }).click();
}

async function importFile(v)
{
	const { page } = v;
	const before = Number(sql('SELECT count(*) FROM cerberus.voters'));
	const want = JSON.parse(readFileSync(
	    `${env.SRCDIR}/tests/data/nc.expect.json`, 'utf8'));

	await page.getByRole('link', { name: 'Import', exact: true }).click();
	await visible(page, 'Drop a voter file here');
	await looks(v, 'journey-4-import');
	await drop(page, 'nc.txt',
	    readFileSync(`${env.SRCDIR}/tests/data/nc.txt`));
	await visible(page, 'It looks like the layout');
	await looks(v, 'journey-5-columns');
	await press(page, 'Try the whole file');
	await visible(page, 'What the import will do');
	await looks(v, 'journey-6-trial');
	equal(Number(sql('SELECT count(*) FROM cerberus.voters')), before,
	    'a trial changes nothing');
	const bars = page.getByRole('progressbar', { name: 'Progress' }).waitFor();
	await press(page, /^Import [\d,]+ rows/);
	await bars;
	await headed(page, 'What it did');
	equal(await page.evaluate(() => scrollY), 0, 'a page begins at its top');
	await looks(v, 'journey-7-result');
	const added = Number(sql('SELECT count(*) FROM cerberus.voters')) - before;
	check(added > want.rows * 0.8 && added <= want.rows,
	    `${added} of ${want.rows} rows became voters`);
	return added;
}

async function universe(v)
{
	const { page } = v;
	const panel = page.locator('.universe');
	const dialog = page.getByRole('dialog');

	await page.getByRole('link', { name: 'Voters', exact: true }).click();
	await page.locator('tbody tr[data-row="0"]').waitFor();
	await looks(v, 'journey-8-voters');
	await press(page, 'Build a universe');
	await panel.getByRole('button', { name: 'Add a filter' }).click();
	await dialog.getByLabel('Filter by').selectOption({ label: 'City' });
	await dialog.locator('.field').nth(1).locator('input')
	    .fill('Brookhaven Falls');
	await dialog.getByRole('button', { name: 'Add' }).click();
	await dialog.waitFor({ state: 'detached' });
	const n = sql(`SELECT count(*) FROM cerberus.voters
	    JOIN cerberus.campaign_voters USING (voter_id) WHERE campaign_id = 1
	    AND city = 'Brookhaven Falls'`);
	await panel.getByRole('status').filter({ hasText: `${n} voters` }).first()
	    .waitFor();
	await looks(v, 'journey-9-universe');
	await panel.getByRole('button', { name: 'Save…' }).click();
	await dialog.getByLabel('Name').fill('The town');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await panel.getByRole('heading', { name: 'The town' }).waitFor();
}

/* On a phone: ten doors while the connection is gone. */
async function canvass(v)
{
	const { page } = v;
	const contacts = () => Number(sql('SELECT count(*) FROM ' +
	    "cerberus.interactions WHERE interaction_date >= now() - " +
	    "interval '1 hour' AND user_id IS NOT NULL"));

	await page.setViewportSize(PHONE);
	await press(page, 'Menu');
	await page.getByRole('link', { name: 'Canvass', exact: true }).click();
	await headed(page, 'Universes');
	await looks(v, 'journey-10-canvass');
	await press(page, 'Take The town along');
	await headed(page, 'The town');
	await page.evaluate(() => navigator.serviceWorker.ready);
	await looks(v, 'journey-11-doors');
	v.offline = true;
	await v.context.setOffline(true);
	await visible(page, 'No connection');
	await page.getByRole('link', { name: 'Next door' }).click();
	await looks(v, 'journey-12-door');
	let told = 0;
	for (let i = 0; i < DOORS; i++) {
		const title = await page.getByRole('heading', { level: 1 })
		    .textContent();
		const people = await page.locator('.person').count();
		const nobody = page.getByRole('button',
		    { name: 'Nobody home', exact: true });

		/* One person behind the door, or several. */
		told += people;
		if (await nobody.count())
			await nobody.click();
		else
			await press(page, i % 2 ? 'Not home' : 'Spoke, save');
		await page.waitForFunction((t) =>
		    document.querySelector('h1')?.textContent !== t, title);
	}
	await page.reload();
	await visible(page, `${told} unsent`);
	await page.getByRole('link', { name: 'All doors' }).waitFor();
	equal(contacts(), 0, 'contacts that were sent without a connection');
	await looks(v, 'journey-13-unsent');
	await v.context.setOffline(false);
	await page.locator('.top .chip').waitFor({ state: 'detached' });
	v.offline = false;
	await looks(v, 'journey-14-sent');
	equal(contacts(), told, 'contacts in the database');
	await page.setViewportSize(DESK);
	return told;
}

/* The public form, the local Stripe's page, and the gift in the portal. */
async function gift(v)
{
	const { page } = v;

	await page.getByRole('link', { name: 'Donations', exact: true }).click();
	await page.getByText(/^\d+ gifts?$/).waitFor();
	await looks(v, 'journey-15-donations');
	const [form] = await Promise.all([page.waitForEvent('popup'),
	    page.getByRole('link', { name: 'Donation form' }).click()]);
	const w = { ...v, page: form };

	form.on('pageerror', (e) => v.mistakes.push(e.message));
	await form.locator('form[data-ready]').waitFor();
	await looks(w, 'journey-16-form');
	await form.getByLabel('$50', { exact: true }).check();
	for (const [label, text] of Object.entries({ 'First name': 'Ana',
	    'Last name': 'Silva', 'E-mail': 'ana@example.org',
	    'Street address': '1 Mill Road', City: 'Brookhaven Falls',
	    State: 'OH', 'ZIP code': '43990', Employer: 'Acme',
	    Occupation: 'Smith' }))
		await form.getByLabel(label, { exact: true }).fill(text);
	await form.locator('#eligible').check();
	await form.getByRole('button', { name: /^Continue to payment of \$50/ })
	    .click();
	await form.getByRole('button', { name: 'Pay 50.00 USD' }).waitFor();
	await looks(w, 'journey-17-pay');
	await form.getByRole('button', { name: 'Pay 50.00 USD' }).click();
	await form.getByRole('heading', { name: /Thank you/ }).waitFor();
	/* This page allows no scripts, not even those of axe. */
	if (env.SHOTS)
		await form.screenshot({ path: `${env.SHOTS}/journey-18-thanks.png` });
	await form.close();
	equal(sql("SELECT concat_ws(' ', status, amount_received, employer) " +
	    "FROM cerberus.donations WHERE email = 'ana@example.org'"),
	    'succeeded 5000 Acme', 'the gift');

	await page.reload();
	await page.getByText('Ana Silva').click();
	await headed(page, '$50.00 of Ana Silva');
	await looks(v, 'journey-19-gift');
	await press(page, 'Refund…');
	await page.getByRole('dialog').getByRole('button', { name: 'Refund $50.00' })
	    .waitFor();
	await looks(v, 'journey-20-refund');
	await page.getByRole('dialog').getByRole('button', { name: 'Refund $50.00' })
	    .click();
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.getByRole('cell', { name: 'Refund', exact: true }).waitFor();
	await looks(v, 'journey-21-refunded');
	equal(sql('SELECT amount_refunded FROM cerberus.donations WHERE ' +
	    "email = 'ana@example.org'"), '5000', 'refunded in the database');
}

await within('journey', async () => {
	const v = await visit({ name: 'clone', url: env.LIGHTTPD },
	    { expect: [404] });

	try {
		const start = Date.now();

		await arrive(v);
		say(`${await importFile(v)} voters imported`);
		await universe(v);
		say(`${await canvass(v)} contacts at ${DOORS} doors`);
		await gift(v);
		await v.close();
		say(`${((Date.now() - start) / 1000).toFixed(1)} s in the browser`);
	} catch (e) {
		finish.fail(e.stack);
		await leave('failed-journey');
	}
});
await browser.close();
finish();
