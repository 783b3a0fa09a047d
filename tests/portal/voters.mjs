/* Voters: search, filters, universes, columns, tags, export, the long table. */
import { readFileSync } from 'node:fs';

import { api, check, DESK, equal, keys, looks, person, PHONE, say, signIn,
    visit } from './browser.mjs';

const HERE = '#/campaigns/1/voters';

const total = (v) => v.page.locator('.result strong');

/* Wait until the list says so. */
async function says(v, text)
{
	await v.page.locator('.result strong', { hasText: text }).waitFor();
}

const count = async (site, query) => (await api(site, 'GET',
    `/voters/count?campaign_id=1&${query}`)).count;
const words = (n) => `${n.toLocaleString('en-US')} voter${n === 1 ? '' : 's'}`;

/* Choose a filter in the dialog that is open. */
async function choose(v, label, value)
{
	const dialog = v.page.getByRole('dialog');

	await dialog.getByLabel('Filter by').selectOption({ label });
	const field = dialog.locator('.field').nth(1);

	if (await field.locator('select').count())
		await field.locator('select').selectOption({ label: value });
	else
		await field.locator('input').fill(value);
	await keys(v, 'Enter');
	if (await dialog.count())
		await dialog.getByRole('button', { name: 'Add' }).click();
	await dialog.waitFor({ state: 'detached' });
}

async function search(site, size)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site, { size });
	const { page } = v;
	const all = await count(site, '');

	await signIn(v, username);
	await page.getByRole('heading', { level: 1 }).waitFor();
	v.count();
	await v.go(HERE);
	await says(v, words(all));
	await page.locator('tbody tr[data-row="0"] a, td.card').first()
	    .waitFor();
	say(`${v.files} bytes of files, ${v.bytes} in all`);
	check(v.files <= 15 * 1024, `the page has ${v.files} bytes`);
	await looks(v, `voters-${size.width}`);

	/* As one types; an answer that comes late does not replace a later one. */
	let first = true;
	await page.route('**/voters?*q=ko*', async (route) => {
		if (first) {
			first = false;
			await new Promise((done) => setTimeout(done, 800));
		}
		await route.continue().catch(() => {});
	});
	const box = page.getByLabel('Search');
	await box.focus();
	await page.keyboard.type('ko', { delay: 20 });
	await page.waitForTimeout(120);
	await page.keyboard.type('walski', { delay: 20 });
	const found = await count(site, 'q=kowalski');
	await says(v, words(found));
	await page.waitForTimeout(900);
	equal((await total(v).textContent()).trim(), words(found),
	    'the list after a late answer');
	check(page.url().includes('q=kowalski'), 'the search is not a link');

	/* By keyboard from the box into the rows, and to one voter. */
	await keys(v, 'ArrowDown', 'ArrowDown');
	await page.waitForFunction(() =>
	    document.activeElement.dataset.row === '1');
	await keys(v, 'End');
	await page.waitForFunction((n) => document.activeElement.dataset.row ===
	    String(n - 1), found);
	await keys(v, 'Home', 'Enter');
	await page.waitForURL(/voters\/\d+$/);
	await page.goBack();
	await says(v, words(found));
	equal(await box.inputValue(), 'kowalski', 'the search after going back');
	await box.fill('zzzzqqqq');
	await says(v, '0 voters');
	await page.getByText('Nothing to show.').waitFor();
	equal(await page.getByRole('button', { name: 'Export…' }).count(), 0,
	    'exports that a viewer is offered');
	equal(await page.getByRole('button', { name: /^Tag/ }).count(), 0,
	    'tags that a viewer is offered');
	await v.close();
}

async function filters(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site);
	const { page } = v;
	const add = page.getByRole('button', { name: 'Add a filter' });

	await signIn(v, username, HERE);
	await says(v, words(await count(site, '')));
	await add.focus();
	await keys(v, 'Enter');
	await page.getByLabel('Filter by').waitFor();
	await looks(v, 'add-filter');
	await choose(v, 'Party', 'Green');
	await says(v, words(await count(site, 'party_affiliation=Green')));
	await add.click();
	await choose(v, 'Age at most', '50');
	const both = 'party_affiliation=Green&age_max=50';
	await says(v, words(await count(site, both)));
	await page.getByText('aged 50 or under').waitFor();
	await add.click();
	await page.getByRole('dialog').getByLabel('Filter by')
	    .selectOption('answer');
	await page.getByRole('dialog').locator('#' + await page.getByRole(
	    'dialog').getByLabel('Question').getAttribute('id'))
	    .selectOption({ index: 1 });
	/* It is there when the question is chosen. */
	await page.getByRole('dialog').getByLabel('Answer', { exact: true })
	    .waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Add' })
	    .click();
	await page.getByText('who answered “').waitFor();
	/* The address follows what the page shows. */
	await page.waitForFunction(() => location.hash.includes('answer'));
	const link = page.url();
	await page.getByRole('button', { name: /^Remove: who answered/ })
	    .click();
	await page.getByRole('button', { name: 'Remove: of the party Green' })
	    .focus();
	await keys(v, 'Enter');
	await says(v, words(await count(site, 'age_max=50')));

	/* The link shows another browser the same. */
	const other = await visit(site, { size: PHONE });
	await signIn(other, username, new URL(link).hash);
	await other.page.getByText('who answered “').waitFor();
	await other.page.getByText('of the party Green').waitFor();
	await looks(other, 'voters-filtered-360');
	await other.close();
	await v.close();
}

async function universe(site, size)
{
	const { username } = await person(site, { 1: 'editor' });
	const v = await visit(site, { size });
	const { page } = v;
	const steps = [{ verb: 'add', filter: { party_affiliation: 'Green' } },
	    { verb: 'add', filter: { party_affiliation: 'Democratic' } },
	    { verb: 'remove', filter: { age_max: '40' } }];
	const ask = (n) => count(site,
	    `steps=${encodeURIComponent(JSON.stringify(steps.slice(0, n)))}`);
	const name = `Older ${username}`;
	const panel = page.locator('.universe');

	await signIn(v, username, HERE);
	await page.getByRole('button', { name: 'Build a universe' }).click();
	await panel.getByRole('button', { name: 'Add a filter' }).click();
	await choose(v, 'Party', 'Green');
	await says(v, words(await ask(1)));
	await panel.getByRole('button', { name: 'Add people…' }).click();
	await choose(v, 'Party', 'Democratic');
	await panel.getByRole('button', { name: 'Remove people…' }).click();
	await choose(v, 'Age at most', '40');
	const left = words(await ask(3));
	await says(v, left);
	await panel.locator('[role=status]', { hasText: left }).first().waitFor();
	for (let i = 0; i < 3; i++)
		await panel.locator('.steps > li').nth(i).locator('.number',
		    { hasText: words(await ask(i + 1)) }).waitFor();
	await looks(v, `universe-${size.width}`);
	await panel.getByRole('button', { name: 'Save…' }).click();
	await page.getByRole('dialog').getByLabel('Name').fill(name);
	await keys(v, 'Enter');
	await panel.getByRole('heading', { name }).waitFor();
	const link = new URL(page.url()).hash;

	/* A viewer opens the link and the saved universe, and cannot change it. */
	const viewer = await person(site, { 1: 'viewer' });
	const other = await visit(site);
	await signIn(other, viewer.username, link);
	await says(other, left);
	equal(await other.page.getByRole('button', { name: 'Save…' }).count(), 0,
	    'saving that a viewer is offered');
	await other.go(HERE);
	/* Before the page has followed the address, it would undo the choice. */
	await says(other, words(await count(site, '')));
	await other.page.getByLabel('Saved universes').selectOption(
	    { label: name });
	await says(other, left);
	await other.close();

	await panel.getByRole('button', { name: 'Remove step 3' }).click();
	await says(v, words(await ask(2)));
	await panel.getByRole('button', { name: 'Save…' }).click();
	await page.getByRole('button', { name: 'Save the changes' }).click();
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await panel.getByRole('button', { name: 'Delete…' }).click();
	await page.getByRole('button', { name: 'Delete it' }).click();
	await panel.waitFor({ state: 'detached' });
	await v.close();
}

async function columns(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site);
	const { page } = v;
	const heads = () => page.locator('thead th').allTextContents();

	await signIn(v, username, HERE);
	await page.locator('tbody a').first().waitFor();
	await page.getByRole('button', { name: 'Columns…' }).click();
	await page.getByLabel('Precinct').check();
	await page.getByLabel('Phone').uncheck();
	await looks(v, 'columns');
	await page.getByRole('button', { name: 'Done' }).click();
	await page.reload();
	await page.locator('tbody a').first().waitFor();
	check((await heads()).some((h) => /Precinct/.test(h)) &&
	    !(await heads()).some((h) => /Phone/.test(h)),
	    `the columns are ${await heads()}`);
	await page.getByRole('button', { name: 'City' }).click();
	await page.locator('th[aria-sort=ascending]').waitFor();
	await page.waitForURL(/sort=city/);
	await v.close();
}

async function tags(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const tag = `seen by ${username}`;
	const v = await visit(site);
	const { page } = v;

	await signIn(v, username, HERE);
	await page.locator('tbody a').first().waitFor();
	await page.locator('tr[data-row="0"]').focus();
	await keys(v, 'Space', 'ArrowDown', 'Space');
	await page.getByText('2 selected').waitFor();
	await page.getByRole('button', { name: 'Tag the selected…' }).click();
	await page.getByLabel('Tags to add').fill(tag);
	await keys(v, 'Enter');
	await page.getByRole('dialog').getByText('2 voters changed').waitFor();
	await page.getByRole('button', { name: 'Done' }).click();
	equal(await count(site, `tag=${encodeURIComponent(tag)}`), 2,
	    'tagged voters');

	await v.go(`${HERE}?tag=${encodeURIComponent(tag)}`);
	await says(v, '2 voters');
	await page.getByRole('button', { name: 'Tag all of them…' }).click();
	await page.getByLabel('Tags to remove').fill(tag);
	await keys(v, 'Enter');
	await page.getByRole('dialog').getByText('2 voters changed').waitFor();
	await page.getByRole('button', { name: 'Done' }).click();
	await says(v, '0 voters');
	await v.close();
}

async function exports_(site)
{
	for (const role of ['manager', 'admin']) {
		const { username } = await person(site,
		    role === 'admin' ? role : { 1: role });
		const v = await visit(site);
		const { page } = v;

		await signIn(v, username, `${HERE}?city=Port+Marlow`);
		await page.locator('tbody a').first().waitFor();
		await page.getByRole('button', { name: 'Export…' }).click();
		await looks(v, 'export');
		const begun = page.waitForEvent('download');
		await page.getByLabel('What for?').fill('Letters');
		await keys(v, 'Enter');
		const rows = readFileSync(await (await begun).path(), 'utf8')
		    .trim().split('\n').length - 1;

		equal(rows, await count(site, 'city=Port Marlow'),
		    `rows of the export of a ${role}`);
		await v.close();
	}
}

/* Only what is in view is in the document. */
async function long(site)
{
	const { username } = await person(site, { 2: 'viewer' });
	const v = await visit(site);
	const { page } = v;
	const many = 10000;

	/* The server's rows, repeated: what is measured is the page. */
	await page.route('**/api/v1/voters?*', async (route) => {
		const at = new URL(route.request().url()).searchParams;
		const from = (at.get('page') - 1) * 100;

		await route.fulfill({ json: { total_voters: many, voters:
		    Array.from({ length: 100 }, (_, i) => ({
		    voter_id: from + i + 1, first_name: 'Ann',
		    last_name: `Number ${from + i}`, tags: [] })) } });
	});
	await signIn(v, username, '#/campaigns/2/voters');
	await says(v, '10,000 voters');
	await page.locator('tr[data-row="0"]').focus();
	await keys(v, 'End');
	await page.getByText('Number 9999').waitFor();
	await page.waitForFunction(() =>
	    document.activeElement.dataset.row === '9999');
	const size = await page.locator('tbody tr').count();
	check(size < 80, `${size} rows are in the document`);

	/* Frames while it scrolls through all: most within 1/60 s. */
	const frames = await page.evaluate(async () => {
		const box = document.querySelector('.table');
		const times = [];
		let last = performance.now();

		for (let i = 0; i < 120; i++) {
			box.scrollTop = i * 2700;
			await new Promise(requestAnimationFrame);
			times.push(performance.now() - last);
			last = performance.now();
		}
		return times.sort((a, b) => a - b);
	});
	say(`frames: median ${frames[60].toFixed(1)} ms, ` +
	    `95 % ${frames[114].toFixed(1)} ms`);
	check(frames[60] < 34, `a frame takes ${frames[60]} ms`);
	await v.close();
}

async function added(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const v = await visit(site, { size: PHONE, expect: [400] });
	const { page } = v;
	const open = page.getByRole('button', { name: 'Add a voter…' });

	await signIn(v, username, HERE);
	await open.click();
	await page.getByLabel('First name').fill('Robin');
	await page.getByLabel('Last name').fill('Fields');
	await page.getByLabel('E-mail address').fill('robin@example');
	await looks(v, 'add-voter-360');
	await page.reload();
	await open.click();
	await page.getByText('did not save').waitFor();
	equal(await page.getByLabel('First name').inputValue(), 'Robin',
	    'what was typed before');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.locator('.field .error').waitFor();
	await page.getByLabel('E-mail address').fill(
	    `${username}@example.org`);
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.waitForURL(/voters\/\d+$/);
	equal(await count(site, `q=${username}@example.org`), 1,
	    'the new voter');
	await v.close();
}

export default async function run(site)
{
	await search(site, DESK);
	await search(site, PHONE);
	await filters(site);
	await universe(site, DESK);
	await universe(site, PHONE);
	await columns(site);
	await tags(site);
	await exports_(site);
	await long(site);
	await added(site);
}
