/* The page Import: from a dropped file to its undoing. */
import { readFileSync } from 'node:fs';
import { api, check, DESK, drop, equal, keys, looks, person, PHONE, signIn,
    visit } from './browser.mjs';
import { sql } from './forms.mjs';
import { frugal } from './staff.mjs';

const data = `${process.env.SRCDIR}/tests/data`;
const expect = (name) => JSON.parse(readFileSync(
    `${data}/${name}.expect.json`, 'utf8'));

const columnOf = (page, header) => page.getByLabel(
    `${header} is imported as`, { exact: true });
const press = (page, name) => page.getByRole('button', { name }).click();
const figures = (page) => page.locator('.counts').first()
    .locator('dd').allTextContents();
const voters = (last) => sql(`SELECT count(*) FROM cerberus.voters
    WHERE last_name = '${last}'`);

async function begin(site, size, campaign, role = 'editor')
{
	const { username } = await person(site, { [campaign]: role });
	const v = await visit(site, { size, expect: [400, 422] });

	await signIn(v, username, `#/campaigns/${campaign}/import`);
	await v.page.getByRole('heading', { name: 'Import voters' }).waitFor();
	return v;
}

/* A new campaign, so that each file is new to it. */
const fresh = async (site) => (await api(site, 'POST', '/campaigns',
    { campaign_name: `Import ${process.pid} ${Math.random()}` })).campaign_id;

/* A file of a county that nobody knows: columns, codes, trial, import. */
async function county(site, size)
{
	const campaign = await fresh(site);
	const v = await begin(site, size, campaign);
	const last = `Ashdown${campaign}`;
	const { page } = v;
	const file = 'ID,NAME1,last_name,STAT,SEX,NOTE\n' +
	    `A${campaign}2,Iris,${last},Q,F,x\n` +
	    `A${campaign}3,Otto,${last},V,M,\n` +
	    `A${campaign}4,,${last},V,F,no first name\n`;

	v.count();
	await drop(page, 'county.csv', file);
	await columnOf(page, 'NAME1').waitFor();
	check(await page.locator('.notice.bad').isVisible(),
	    'without a first name nothing is read');
	await looks(v, `import-refused-${size.width}`);
	await columnOf(page, 'NAME1').selectOption('first_name');
	equal(await columnOf(page, 'NOTE').inputValue(), '', 'an unknown one');
	check(await page.locator('.sample').allTextContents().then((t) =>
	    [2, 3, 4].every((n) => t.includes(`A${campaign}${n}`))),
	    'three samples of a column');
	await columnOf(page, 'ID').selectOption('voter_registration_id');
	await columnOf(page, 'STAT').selectOption('registration_status');
	await looks(v, `import-columns-${size.width}`);
	await press(page, 'Try the whole file');
	await page.getByText('What the import will do').waitFor();
	equal((await figures(page)).join(), '2,0,0,0,1,2',
	    'new, changed, known, replaced, rejected, warned');
	equal(await columnOf(page, 'last_name').inputValue(), 'last_name',
	    'what the headings say');
	equal(voters(last), '0', 'a trial stores nothing');
	await looks(v, `import-trial-${size.width}`);
	const meaning = (code, text) => page.getByRole('group',
	    { name: `Registration status ${code}` }).getByRole('button',
	    { name: text, exact: true });
	await meaning('V', 'Active').click();
	await meaning('Q', 'Cancelled').click();
	await press(page, 'Try the whole file');
	await page.getByText('What the import will do').waitFor();
	equal((await figures(page)).join(), '2,0,0,0,1,0', 'without warnings');
	await press(page, /^Import 3 rows/);
	await page.getByRole('heading', { name: 'What it did' }).waitFor();
	equal(sql(`SELECT string_agg(concat_ws(' ', first_name,
	    voter_registration_id, registration_status), ',' ORDER BY first_name)
	    FROM cerberus.voters WHERE last_name = '${last}'`),
	    `Iris A${campaign}2 Cancelled,Otto A${campaign}3 Active`,
	    'what is stored');
	await looks(v, `import-done-${size.width}`);
	await mend(v, last, campaign);
	await layout(v, campaign, file);
	await undo(v, last);
	await v.close();
}

/* The rejected row gets a first name, and is imported alone. */
async function mend(v, last, campaign)
{
	const { page } = v;
	const grid = page.getByRole('grid', { name: 'Rejected rows' });

	await grid.locator('tbody tr').first().focus();
	await keys(v, 'Enter');
	const dialog = page.getByRole('dialog');
	await looks(v, 'import-mend');
	await dialog.getByRole('button', { name: 'Import this row' }).click();
	await dialog.getByRole('alert').waitFor();
	equal(voters(last), '2', 'it is still without a first name');
	await dialog.getByLabel('NAME1', { exact: true }).fill('Una');
	await dialog.getByRole('button', { name: 'Import this row' }).click();
	await dialog.waitFor({ state: 'detached' });
	await grid.getByText('Imported now').waitFor();
	equal(sql(`SELECT concat_ws(' ', voter_registration_id,
	    registration_status, gender) FROM cerberus.voters
	    WHERE last_name = '${last}' AND first_name = 'Una'`),
	    `A${campaign}4 Active F`,
	    'the row with the same columns and codes');
	const [link] = await page.getByRole('link', { name: 'Download them' })
	    .evaluateAll((l) => l.map((a) => a.href));
	const text = await page.evaluate(async (u) => (await fetch(u)).text(),
	    link);
	check(text.includes('no first name'), `the download: ${text}`);
}

/* The saved layout recognises the file at once. */
async function layout(v, campaign, file)
{
	const { page } = v;
	const here = page.url();

	await press(page, /^Save as a layout/);
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('Name').fill('county of ours');
	await dialog.getByRole('button', { name: 'Save' }).click();
	await dialog.locator('.error').waitFor();
	await dialog.getByLabel('Name').fill(`county-${campaign}`);
	await dialog.getByRole('button', { name: 'Save' }).click();
	await page.getByText(`The layout county-${campaign} is saved`).waitFor();
	await page.goto(here.replace(/\/\d+$/, ''));
	await drop(page, 'county.csv', file);
	await page.locator('strong',
	    { hasText: `county-${campaign}` }).waitFor();
	equal(await columnOf(page, 'ID').inputValue(), 'voter_registration_id',
	    'what the layout says');
	equal(await page.locator('.codes').count(), 0, 'the codes are known');
	await page.getByRole('link', { name: 'county.csv' }).last().waitFor();
	await page.goto(here);
	await page.getByRole('heading', { name: 'What it did' }).waitFor();
}

async function undo(v, last)
{
	const { page } = v;

	await press(page, 'Undo…');
	const dialog = page.getByRole('dialog');
	await dialog.getByText('2 voters whom it created are deleted.').waitFor();
	equal(voters(last), '3', 'nothing is undone yet');
	await looks(v, 'import-undo');
	await dialog.getByRole('button', { name: 'Undo the import' }).click();
	await page.getByText('It was undone on').waitFor();
	equal(voters(last), '1', 'what was mended later stays');
}

/* Files of known sources, as they come, against what they have to result in. */
async function sources(site)
{
	for (const name of ['nc.txt', 'van.csv', 'oh.txt']) {
		const campaign = await fresh(site);
		const v = await begin(site, DESK, campaign);
		const want = expect(name.split('.')[0]);
		const { page } = v;

		await page.getByLabel('Voter file').setInputFiles(
		    `${data}/${name}`);
		await page.getByRole('button', { name: 'Try the whole file' })
		    .click();
		await page.getByText('What the import will do').waitFor();
		await press(page, /^Import [\d,]+ rows/);
		await page.getByRole('heading', { name: 'What it did' })
		    .waitFor();
		const id = page.url().split('/').at(-1);
		const row = await api(site, 'GET', `/voters/imports/${id}`);
		equal(row.rows, want.rows, `${name}: its rows`);
		check(row.rejected >= want.rows_bad.length && row.rejected <=
		    want.rows_bad.length + want.rows_either.length,
		    `${name}: ${row.rejected} are rejected`);
		equal((await figures(page))[0].replaceAll(',', ''),
		    String(row.created), `${name}: the new voters`);
		if (row.rejected) {
			const grid = page.getByRole('grid',
			    { name: 'Rejected rows' });

			await grid.locator('tbody tr[data-row="0"]').waitFor();
			equal(Number(await grid.getAttribute('aria-rowcount')),
			    row.rejected + 1, `${name}: all rejects are listed`);
			check(await grid.locator('tbody tr').count() < 60,
			    'only what is visible is in the document');
		}
		if (name === 'nc.txt')
			await looks(v, `import-${name}`);
		await v.close();
	}
}

/* Without headings, and with semicolons: columns by their position. */
async function bare(site)
{
	const campaign = await fresh(site);
	const v = await begin(site, DESK, campaign);
	const { page } = v;

	await drop(page, 'bare.txt', `Wren;Bare${campaign};31.12.1961\n` +
	    `Moss;Bare${campaign};1.2.1990\n`);
	await page.getByLabel('The first row has headings').selectOption('No');
	await columnOf(page, 'column 1').selectOption('first_name');
	await columnOf(page, 'column 2').selectOption('last_name');
	await columnOf(page, 'column 3').selectOption('date_of_birth');
	await page.getByLabel('Dates such as').selectOption('Day, month, year');
	equal((await page.locator('.sample').allTextContents()).join(' '),
	    `Wren Moss Bare${campaign} Bare${campaign} 31.12.1961 1.2.1990`,
	    'every row is a sample');
	await press(page, 'Try the whole file');
	await page.getByText('What the import will do').waitFor();
	await press(page, /^Import 2 rows/);
	await page.getByRole('heading', { name: 'What it did' }).waitFor();
	equal(sql(`SELECT string_agg(concat_ws(' ', first_name, date_of_birth),
	    ',' ORDER BY first_name) FROM cerberus.voters
	    WHERE last_name = 'Bare${campaign}'`),
	    'Moss 1990-02-01,Wren 1961-12-31', 'what is stored');
	await v.close();
}

/* While it runs: progress; a closed page does not stop what has been sent. */
async function closed(site)
{
	const campaign = await fresh(site);
	const v = await begin(site, DESK, campaign);
	const { page } = v;
	const rows = Array.from({ length: 20000 }, (_, i) => `F${i},Closed${
	    campaign},f${i}.${campaign}@example.org`).join('\n');
	const running = () => sql(`SELECT count(*) FROM cerberus.imports
	    WHERE campaign_id = ${campaign} AND NOT dry_run AND state = 'running'`);

	await drop(page, 'big.csv', `first_name,last_name,email_address\n${rows}\n`);
	await press(page, 'Try the whole file');
	await page.getByText('What the import will do').waitFor();
	await press(page, /^Import 20,000 rows/);
	await page.getByText(/rows read|KB sent/).waitFor();
	await page.getByText('The whole file is sent').waitFor();
	if (running() === '1')
		await looks(v, 'import-running');
	await page.close();
	const w = await begin(site, DESK, campaign);
	await w.page.getByRole('link', { name: 'big.csv' }).waitFor();
	await w.page.getByText('20,000 new').waitFor({ timeout: 90000 });
	equal(voters(`Closed${campaign}`), '20000', 'all rows are stored');
	await w.close();
	await v.context.close();
}

/* A viewer reads what was imported, and is not offered anything else. */
async function viewer(site)
{
	const campaign = await fresh(site);
	const v = await begin(site, DESK, campaign, 'viewer');

	check(await v.page.getByText('Editors of the campaign can import')
	    .isVisible(), 'a viewer is told who may');
	equal(await v.page.locator('.drop').count(), 0, 'and has no place to drop');
	await looks(v, 'import-viewer');
	await v.close();
}

/* What the page adds to the first view. */
async function size(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const v = await visit(site);

	await signIn(v, username, '#/campaigns/1/');
	await v.page.locator('.figures').first().waitFor();
	await v.page.waitForLoadState('networkidle');
	v.count();
	await v.page.goto(`${site.url}/portal/#/campaigns/1/import`);
	await v.page.getByRole('heading', { name: 'Imports so far' }).waitFor();
	frugal(v, 'Import');
	await v.close();
}

export default async function run(site)
{
	await county(site, DESK);
	if (site.name !== 'lighttpd') {
		await closed(site);
		return;
	}
	await county(site, PHONE);
	await bare(site);
	await sources(site);
	await closed(site);
	await viewer(site);
	await size(site);
}
