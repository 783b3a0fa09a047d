/* One voter: facts, editing, conflicts, tags, opt-outs, merging, erasing. */
import { api, check, DESK, equal, keys, looks, person, PHONE, signIn, visit }
    from './browser.mjs';

let made = 0;

/* A voter of their own for each test. */
async function voter(site, more = {})
{
	const name = `Portal${Date.now()}x${made++}`;

	return api(site, 'POST', '/voters', { first_name: 'Robin',
	    last_name: name, campaign_id: 1, street_address:
	    `${made} Test Lane ${name}`, city: 'Apex', state: 'NC',
	    zip_code: '27502', ...more });
}

const at = (id) => `#/campaigns/1/voters/${id}`;
const read = (site, id) => api(site, 'GET', `/voters/${id}`);
const button = (v, name) => v.page.getByRole('button', { name, exact: true });

/* What each role is offered, and that everything is on the page. */
async function roles(site)
{
	const subject = await voter(site, { phone_number: '9195550123' });

	await api(site, 'POST', '/interactions', { voter_id: subject.voter_id,
	    campaign_id: 1, interaction_type: 'Phone Call', outcome: 'Support',
	    notes: 'Wants a yard sign.' });
	for (const role of ['viewer', 'editor', 'manager', 'admin']) {
		const { username } = await person(site,
		    role === 'admin' ? role : { 1: role });
		const v = await visit(site, { size: role === 'viewer' ? PHONE :
		    DESK, dark: role === 'editor' });
		const { page } = v;

		await signIn(v, username, '#/campaigns/1/');
		await page.locator('main h1').waitFor();
		v.count();
		await v.go(at(subject.voter_id));
		await page.getByText('Wants a yard sign.').waitFor();
		await page.getByText('(919) 555-0123').waitFor();
		await page.getByText('Nobody else is').waitFor();
		check(v.files <= 15 * 1024, `the page has ${v.files} bytes`);
		equal(await button(v, 'Edit').count(), role === 'viewer' ? 0 : 1,
		    `Edit for a ${role}`);
		equal(await button(v, 'Erase…').count(), role === 'admin' ? 1 : 0,
		    `Erase for a ${role}`);
		equal(await page.getByRole('button', { name: /^Opt out/ })
		    .count(), role === 'viewer' ? 0 : 4, `opt-outs for a ${role}`);
		equal(await page.getByText('Added', { exact: true }).count(),
		    role === 'admin' ? 1 : 0, `changes for a ${role}`);
		await looks(v, `voter-${role}`);
		await v.close();
	}
}

async function edit(site, size)
{
	const { username } = await person(site, { 1: 'editor' });
	const subject = await voter(site);
	const id = subject.voter_id;
	const v = await visit(site, { size, expect: [400] });
	const { page } = v;

	await signIn(v, username, at(id));
	await button(v, 'Edit').focus();
	await keys(v, 'Enter');
	await page.getByLabel('Occupation').fill('Baker');
	await page.getByLabel('E-mail address').fill('robin@example');
	await looks(v, `edit-${size.width}`);
	await keys(v, 'Enter');
	await page.locator('.field .error').waitFor();
	await page.getByLabel('E-mail address').fill('robin@example.org');

	/* The tab is closed and the connection lost: nothing is. */
	await page.reload();
	await page.getByText('did not save').waitFor();
	equal(await page.getByLabel('Occupation').inputValue(), 'Baker',
	    'what was typed');
	v.offline = true;
	await v.context.setOffline(true);
	await button(v, 'Save').click();
	await page.getByText('cannot be reached').waitFor();
	await v.context.setOffline(false);
	v.offline = false;
	await button(v, 'Save').click();
	await button(v, 'Edit').waitFor();
	const now = await read(site, id);
	equal(now.occupation, 'Baker', 'the occupation');
	equal(now.email_address, 'robin@example.org', 'the address');
	await page.reload();
	await button(v, 'Edit').waitFor();
	equal(await page.getByText('did not save').count(), 0,
	    'a notice of what is saved');
	await v.close();
}

/* Two browsers change the same voter. */
async function conflict(site)
{
	const subject = await voter(site);
	const id = subject.voter_id;
	const browsers = [];

	for (let i = 0; i < 2; i++) {
		const { username } = await person(site, { 1: 'editor' });
		const v = await visit(site, { expect: [412] });

		await signIn(v, username, at(id));
		await button(v, 'Edit').click();
		browsers.push(v);
	}
	const [one, two] = browsers;
	await one.page.getByLabel('Occupation').fill('Baker');
	await one.page.getByLabel('Employer').fill('Mill');
	await button(one, 'Save').click();
	await button(one, 'Edit').waitFor();

	await two.page.getByLabel('Occupation').fill('Nurse');
	await two.page.getByLabel('Suffix').fill('Jr.');
	await button(two, 'Save').click();
	const dialog = two.page.getByRole('dialog');
	await dialog.waitFor();
	await dialog.getByText('Theirs: Baker').waitFor();
	await dialog.getByText('Yours: Nurse').waitFor();
	await looks(two, 'conflict');
	await keys(two, 'Escape');
	equal(await two.page.getByLabel('Occupation').inputValue(), 'Nurse',
	    'what was typed, after closing');
	await button(two, 'Save').click();
	await dialog.getByText('Yours: Nurse').click();
	await button(two, 'Save what I chose').click();
	await button(two, 'Edit').waitFor();
	const now = await read(site, id);
	equal(`${now.occupation} ${now.employer} ${now.suffix}`, 'Nurse Mill Jr.',
	    'the voter after both');

	/* Other fields than mine: no question. */
	await button(one, 'Edit').click();
	await one.page.getByLabel('Ward').fill('7');
	await button(one, 'Save').click();
	await button(one, 'Edit').waitFor();
	const last = await read(site, id);
	equal(`${last.occupation} ${last.ward}`, 'Nurse 7',
	    'changes of different fields');
	await one.close();
	await two.close();
}

async function tagsAndOptOuts(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const mail = `${username}@example.com`;
	const subject = await voter(site, { email_address: mail,
	    contact_email: true });
	const v = await visit(site);
	const { page } = v;

	await signIn(v, username, at(subject.voter_id));
	await page.getByLabel('Add a tag').fill('yard sign');
	await keys(v, 'Enter');
	await page.getByRole('button', { name: 'Remove the tag yard sign' })
	    .waitFor();
	await page.getByRole('button', { name: 'Remove the tag yard sign' })
	    .click();
	await page.getByText('No tags').waitFor();
	equal((await read(site, subject.voter_id)).tags.length, 0, 'tags');
	/* As a part of a path it would name the voter. */
	await page.getByLabel('Add a tag').fill('..');
	await keys(v, 'Enter');
	await page.getByRole('button', { name: 'Remove the tag ..' }).click();
	await page.getByText('No tags').waitFor();
	equal((await read(site, subject.voter_id)).tags.length, 0,
	    'a voter whose tag was two dots');

	await button(v, 'Opt out of E-mail').click();
	await page.getByLabel('Their words').fill('No more mail.');
	await looks(v, 'opt-out');
	await button(v, 'Opt out').click();
	await page.getByText(/^Opted out on/).waitFor();
	equal((await read(site, subject.voter_id)).contact_email, false,
	    'whether e-mail is allowed');
	await button(v, 'Lift the opt-out of E-mail').click();
	await button(v, 'Opt out of E-mail').waitFor();
	await button(v, 'Record consent to Text messages').click();
	await button(v, 'Record the consent').click();
	await page.getByText('Consent to text messages').waitFor();
	await v.close();
}

async function family(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const address = { street_address: `1 ${username} Street` };
	const one = await voter(site, { ...address,
	    date_of_birth: '1980-02-03' });
	const twin = await voter(site, { ...address,
	    last_name: one.last_name, date_of_birth: '1980-02-03',
	    occupation: 'Cook' });
	const v = await visit(site, { expect: [404] });
	const { page } = v;

	await signIn(v, username, at(one.voter_id));
	await page.locator('section', { hasText: 'Household' }).getByRole('link')
	    .first().waitFor();
	await button(v, 'Look for them').click();
	await page.getByRole('button', { name: /^Merge with/ }).click();
	await page.getByText('can be undone for 30 days').waitFor();
	await looks(v, 'merge');
	await button(v, 'Merge them').click();
	await page.getByText(`Voter ${twin.voter_id} was merged`).waitFor();
	await page.getByText('Cook').first().waitFor();
	await button(v, 'Undo').click();
	await page.getByText('Undone on').waitFor();
	equal((await read(site, twin.voter_id)).occupation, 'Cook',
	    'the other voter after undoing');
	await v.close();
}

async function erase(site)
{
	const { username } = await person(site, 'admin');
	const subject = await voter(site);
	const v = await visit(site, { size: PHONE });
	const { page } = v;

	await api(site, 'POST', '/interactions', { voter_id: subject.voter_id,
	    campaign_id: 1, interaction_type: 'Door' });
	await signIn(v, username, at(subject.voter_id));
	await button(v, 'Erase…').click();
	await page.getByRole('dialog').getByText('1 contact').waitFor();
	await looks(v, 'erase');
	equal(await button(v, 'Erase this person').isDisabled(), true,
	    'erasing before the word is typed');
	await page.getByLabel('Type erase').fill('erase');
	await button(v, 'Erase this person').click();
	await page.waitForURL(/voters$/);
	const gone = await fetch(`${site.url}/api/v1/voters/${
	    subject.voter_id}`, { headers: { Authorization:
	    `Bearer ${process.env.ADMIN_KEY}` } });
	equal(gone.status, 404, 'the voter afterwards');
	await v.close();
}

export default async function run(site)
{
	await roles(site);
	await edit(site, DESK);
	await edit(site, PHONE);
	await conflict(site);
	await tagsAndOptOuts(site);
	await family(site);
	await erase(site);
}
