/* Settings of a campaign, snippets for its website, and the checks. */
import { api, check, equal } from './browser.mjs';
import { campaign, confirm, everywhere, frugal, open, ROLES, voter } from
    './staff.mjs';

async function roles(site, c)
{
	for (const role of ROLES) {
		const v = await open(site, c, role);
		const manages = role === 'manager' || role === 'admin';

		equal(await v.page.getByRole('link', { name: 'Settings' })
		    .count(), manages ? 1 : 0, `settings of ${role}`);
		if (!manages) {
			await v.to('settings', 'There is no such page');
		} else {
			await v.to('settings', 'Settings');
			await v.page.getByLabel('Name', { exact: true })
			    .waitFor();
			equal(await v.page.getByRole('link',
			    { name: 'Checks' }).count(),
			    role === 'admin' ? 1 : 0, `checks of ${role}`);
			equal(await v.page.getByRole('button',
			    { name: 'Delete the campaign…' }).count(),
			    role === 'admin' ? 1 : 0,
			    `campaigns that ${role} may delete`);
		}
		await v.close();
	}
}

/* What is saved, what two people save, and what is kept. */
async function edit(site, c)
{
	const v = await open(site, c, 'manager', '', { expect: [412] });
	const { page } = v;
	const stored = () => api(site, 'GET', `/campaigns/${c.id}`);
	const save = () => page.getByRole('button', { name: 'Save',
	    exact: true }).click();

	await v.to('settings', 'Settings');
	await page.getByLabel('Name', { exact: true }).waitFor();
	frugal(v, 'settings');
	await everywhere(v, 'settings');
	await page.getByLabel('Paid for by').fill('Friends of Example');
	await page.getByLabel('Amounts to choose from').fill('10, lots');
	await save();
	await page.getByText('Give up to 12 amounts').first().waitFor();
	await page.getByLabel('Amounts to choose from').fill('10, 25.50');
	await page.getByLabel('Time zone').selectOption('America/Chicago');
	await save();
	await page.getByText('Saved.', { exact: true }).first().waitFor();
	const now = await stored();
	equal(now.paid_for_by, 'Friends of Example', 'the disclaimer');
	equal(now.time_zone, 'America/Chicago', 'the time zone');
	equal(JSON.stringify(now.details),
	    '{"kept":1,"forms":{"amounts":[1000,2550]}}', 'the details');

	await api(site, 'PATCH', `/campaigns/${c.id}`,
	    { description: 'Theirs' });
	await page.getByLabel('Description').fill('Mine');
	await save();
	await page.getByRole('dialog').getByRole('cell', { name: 'Theirs' })
	    .waitFor();
	await confirm(v, 'Take theirs');
	equal(await page.getByLabel('Description').inputValue(), 'Theirs',
	    'the description');

	await page.getByLabel('Description').fill('Typed');
	await page.reload();
	await page.getByText('What you typed before is still here').waitFor();
	equal(await page.getByLabel('Description').inputValue(), 'Typed',
	    'what was typed');
	await page.getByRole('button', { name: 'Discard' }).click();

	/* The rest of the page shows the new name at once. */
	await page.getByLabel('Name', { exact: true }).fill(`${c.name} II`);
	await save();
	await page.locator('.top').getByText(`${c.name} II`).waitFor();
	await v.close();
}

async function snippets(site, c)
{
	const v = await open(site, { ...c, name: `${c.name} II` }, 'manager');
	const { page } = v;
	const text = (name) => page.getByRole('region', { name }).innerText();

	await v.context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await v.to('settings/website', 'Settings');
	await page.getByRole('button', { name: 'Copy: Donation button' })
	    .waitFor();
	frugal(v, 'snippets');
	await everywhere(v, 'snippets');
	check((await text('Link to the signup form')).includes(
	    `${site.url}/forms/signup?campaign=${c.id}`), 'the link');
	check((await text('Signup form in your own page')).includes(
	    `action="${site.url}/api/v1/signups"`), 'the action of the form');
	await page.getByRole('button', { name: 'Copy: Donation button' })
	    .click();
	await page.getByRole('button', { name: 'Copy: Donation button' })
	    .getByText('Copied').waitFor();
	check((await page.evaluate(() => navigator.clipboard.readText()))
	    .includes('name="amount" value="2500"'), 'what was copied');

	/* The form that a page gets by the snippet works. */
	const form = (await text('Signup form in your own page'));
	const [, action] = /action="([^"]*)"/.exec(form);
	const [, id] = /name="campaign_id" value="(\d+)"/.exec(form);
	const answer = await fetch(action, { method: 'POST', redirect: 'manual',
	    headers: { Accept: 'text/html' }, body: new URLSearchParams({
	    first_name: 'Web', last_name: 'Site', campaign_id: id,
	    email_address: `web${c.id}@example.org` }) });
	check(answer.status < 400, `the snippet's form: ${answer.status}`);
	await v.close();
}

async function checks(site, c)
{
	const v = await open(site, { ...c, name: `${c.name} II` }, 'admin');
	const { page } = v;

	await v.to('settings/checks', 'Settings');
	await page.getByRole('row', { name: /isolation All right/ }).waitFor();
	frugal(v, 'checks');
	await everywhere(v, 'checks');
	await page.getByRole('row', { name: /web server.*Not checked/ })
	    .waitFor();
	/* The tests run in a fresh database: tidy has not run there. */
	await page.getByRole('button', { name: 'Check again' }).click();
	await page.getByText(/Nothing is wrong|failed\./).waitFor();
	await v.close();

	const other = await open(site, { ...c, name: `${c.name} II` },
	    'manager', '', { expect: [403] });
	equal(await other.page.evaluate(async () => (await fetch(
	    '../api/v1/health/checks')).status), 403, 'checks for a manager');
	await other.close();
}

/* Deleting says what goes, and wants the name of the campaign. */
async function remove(site)
{
	const c = await campaign(site);

	await voter(site, c, 'Last', 'One');
	const v = await open(site, c, 'admin');
	const { page } = v;
	const dialog = page.getByRole('dialog');

	await v.to('settings', 'Settings');
	await page.getByRole('button', { name: 'Delete the campaign…' })
	    .click();
	await dialog.getByText('It has 1 voter and 0 contacts.').waitFor();
	const act = dialog.getByRole('button', { name: 'Delete the campaign' });
	equal(await act.isDisabled(), true, 'the button before');
	await dialog.getByRole('textbox').fill(c.name);
	await act.click();
	await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
	const gone = await api(site, 'GET', `/campaigns/${c.id}`).catch(
	    (e) => e.message);
	check(/404/.test(gone), `the campaign is ${JSON.stringify(gone)}`);
	await v.close();
}

export default async function run(site)
{
	const c = await campaign(site, { details: { kept: 1 } });

	await roles(site, c);
	await edit(site, c);
	await snippets(site, c);
	await checks(site, c);
	await remove(site);
}
