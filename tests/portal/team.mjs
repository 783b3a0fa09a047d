/* Team: members and roles, requests, invitations, users, and the audit. */
import { api, check, equal, keys, PASSWORD, person, visit } from
    './browser.mjs';
import { campaign, confirm, everywhere, frugal, open, ROLES } from
    './staff.mjs';

const row = (page, name) => page.getByRole('row', { name: new RegExp(name) });

/* What each role sees, and what it may do. */
async function roles(site, c)
{
	for (const role of ROLES) {
		const v = await open(site, c, role);
		const manages = role === 'manager' || role === 'admin';

		await v.to('team', 'Team');
		await v.page.getByText('3 members').waitFor();
		if (role === 'viewer')
			frugal(v, 'team');
		equal(await v.page.getByRole('combobox', { name: /^Role of/ })
		    .count(), manages ? 3 : 0, `roles that ${role} may change`);
		equal(await v.page.getByRole('heading',
		    { name: 'Add a member' }).count(), manages ? 1 : 0,
		    `members that ${role} may add`);
		equal(await v.page.getByRole('link', { name: 'Audit' }).count(),
		    role === 'admin' ? 1 : 0, `the audit of ${role}`);
		if (role === 'manager')
			await everywhere(v, 'team');
		await v.to('team/audit', 'Team');
		equal(await v.page.getByText('There is no such page.').count(),
		    role === 'admin' ? 0 : 1, `the page of the audit, ${role}`);
		await v.close();
	}
}

/* A manager changes a role, asks for a stranger, and removes a member. */
async function manage(site, c)
{
	const v = await open(site, c, 'manager');
	const { page } = v;
	const viewer = c.people.viewer;

	await v.to('team', 'Team');
	await page.getByLabel(`Role of ${viewer}`).selectOption('editor');
	check((await page.getByRole('dialog').innerText()).includes(
	    `${viewer} was viewer`), 'what a new role does');
	await confirm(v, `Make ${viewer} editor`);
	await page.waitForFunction((name) => [...document.querySelectorAll(
	    'select')].find((s) => s.ariaLabel === name)?.value === 'editor',
	    `Role of ${viewer}`);

	await page.getByLabel('User name or e-mail address').fill(
	    `new${c.id}@example.org`);
	await keys(v, 'Enter');
	await page.getByText('Waits for an admin').waitFor();
	equal(await page.getByRole('button', { name: 'Confirm…' }).count(), 0,
	    'what a manager may confirm');

	await page.getByRole('button', { name: `Remove ${viewer}` }).focus();
	await keys(v, 'Enter');
	check((await page.getByRole('dialog').innerText()).includes(
	    `no longer sees anything of ${c.name}`), 'what removing does');
	await confirm(v, 'Remove');
	await page.getByText('2 members').waitFor();
	await v.close();
}

/* An admin confirms; the link that they get lets the person in, once. */
async function invite(site, c)
{
	const v = await open(site, c, 'admin');
	const { page } = v;

	await v.to('team', 'Team');
	await page.getByRole('button', { name: 'Confirm…' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Confirm' })
	    .click();
	const link = await page.getByRole('dialog').locator('pre').innerText();
	check(link.includes('#invitation='), `the link: ${link}`);
	await page.getByRole('button', { name: 'Close' }).click();
	await page.getByText('3 members').waitFor();
	await v.close();

	const guest = await visit(site);
	await guest.page.goto(link);
	await guest.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await guest.page.getByLabel('The same password again').fill(PASSWORD);
	await keys(guest, 'Enter');
	await guest.page.getByRole('heading', { level: 1, name: c.name })
	    .waitFor();
	await guest.close();
}

async function users(site, c)
{
	const { username } = await person(site, { [c.id]: 'viewer' });
	const v = await open(site, c, 'admin', '', { expect: [400] });
	const { page } = v;
	const name = `new.${c.id}.${site.name}`;

	await v.to('team/users', 'Team');
	await row(page, username).waitFor();
	frugal(v, 'users');
	await everywhere(v, 'users');
	await page.getByRole('button', { name: 'New user' }).click();
	await page.getByRole('button', { name: 'Add and invite' }).click();
	await page.getByRole('dialog').locator('.error').first().waitFor();
	await page.getByLabel('User name').fill(name);
	await page.getByRole('button', { name: 'Add and invite' }).click();
	await page.getByRole('dialog', { name: `Invitation of ${name}` })
	    .waitFor();
	await everywhere(v, 'invitation');
	await page.getByRole('button', { name: 'Close' }).click();
	await page.getByRole('button', { name: `Lock ${username}` }).click();
	await page.getByRole('dialog').getByText('0 API keys').waitFor();
	await confirm(v, 'Lock');
	await row(page, username).getByText('locked').waitFor();
	await v.close();

	const gone = await visit(site, { expect: [401] });
	await gone.go();
	await gone.page.getByLabel('User name').fill(username);
	await gone.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await keys(gone, 'Enter');
	await gone.page.getByRole('alert').waitFor();
	await gone.close();
}

/* Filters, and pages by cursor that neither repeat nor skip. */
async function audit(site, c)
{
	const ids = [];

	for (let i = 0; i < 55; i += 11)
		ids.push(...(await Promise.all(Array.from({ length: 11 }, () =>
		    api(site, 'POST', '/voters', { campaign_id: c.id,
		    first_name: 'Audit', last_name: 'Me' }))))
		    .map((x) => x.voter_id));
	const v = await open(site, c, 'admin');
	const { page } = v;
	const seen = [];
	const read = async () => seen.push(...await page.locator(
	    'tbody tr > td:nth-child(4)').allInnerTexts());

	await v.to('team/audit', 'Team');
	await page.getByText(/entries, the newest first/).waitFor();
	frugal(v, 'the audit');
	await page.getByLabel('Of', { exact: true }).selectOption('voters');
	await page.waitForFunction(() => [...document.querySelectorAll(
	    'tbody tr > td:nth-child(4)')].every((x) =>
	    x.innerText.startsWith('voters ')));
	await everywhere(v, 'audit');
	await read();
	await page.getByRole('button', { name: 'Older' }).click();
	await page.getByText('Page 2').waitFor();
	await page.waitForFunction((first) => document.querySelector(
	    'tbody tr > td:nth-child(4)').innerText !== first, seen[0]);
	await read();
	for (const id of ids)
		equal(seen.filter((x) => x === `voters ${id}`).length, 1,
		    `entries of voter ${id}`);
	await page.getByLabel('Number of the row').fill(String(ids[0]));
	await page.getByText(/^1 of 1 entries/).waitFor();
	await page.getByRole('cell', { name: 'keeper' }).waitFor();
	await page.locator('summary').click();
	await page.getByRole('cell', { name: 'Audit', exact: true }).waitFor();
	await v.close();
}

export default async function run(site)
{
	const c = await campaign(site);

	await roles(site, c);
	await manage(site, c);
	await invite(site, c);
	await users(site, c);
	await audit(site, c);
}
