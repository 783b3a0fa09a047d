/* Home of a campaign: its numbers, charts, and what needs a person. */
import { api, check, equal } from './browser.mjs';
import { campaign, everywhere, open, paid, ROLES, voter } from './staff.mjs';

/* One voter that is new in each campaign, and two rows without a full name. */
const csv = (c) => 'first_name,last_name,email_address\n' +
    `Ida,Good,ida${c.id}@example.org\n,,\nNo,,\n,Name,\n`;

/* A campaign with some of everything; what home has to say of it. */
async function prepare(site)
{
	const c = await campaign(site);
	const form = new FormData();
	const people = [];

	for (const [i, first] of ['Ann', 'Ben', 'Cy'].entries())
		people.push(await voter(site, c, first, 'Home',
		    { email_address: `${first}${c.id}@example.org`,
		    phone_number: `+1202555010${i}` }));
	const question = await api(site, 'POST', '/surveys/questions', {
	    campaign_id: c.id, question_text: 'Will you vote for us?',
	    question_type: 'yes_no' });
	for (const [i, type] of ['Canvass', 'Canvass', 'Call'].entries())
		await api(site, 'POST', '/interactions', { campaign_id: c.id,
		    voter_id: people[i].voter_id, interaction_type: type,
		    answers: [{ question_id: question.question_id,
			response_value: i ? 'yes' : 'no' }] });
	await api(site, 'POST', '/voters/opt-outs', { campaign_id: c.id,
	    channel: 'email', contacts: [`ann${c.id}@example.org`] });
	await api(site, 'POST', '/signups', { campaign_id: c.id,
	    first_name: 'Ann', last_name: 'Home',
	    email_address: `ann${c.id}@example.org`,
	    interests: { agreed_to_emails: true } });
	form.append('campaign_id', c.id);
	form.append('file', new Blob([csv(c)]), 'people.csv');
	await fetch(`${site.url}/api/v1/voters/upload`, { method: 'POST',
	    headers: { Authorization: `Bearer ${process.env.ADMIN_KEY}` },
	    body: form });
	await paid(site, c, 30000, { email: `ben${c.id}@example.org`,
	    first_name: 'Ben', last_name: 'Home' });
	return c;
}

async function numbers(v)
{
	const { page } = v;
	const figures = await page.locator('.figures').innerText();
	const contacts = page.locator('section', { has: page.getByRole(
	    'heading', { name: 'Contacts' }) });

	for (const text of ['4\nvoters', '3\nof them contacted',
	    '$300.00\nraised'])
		check(figures.includes(text), `the figures lack ${text}: ` +
		    figures);
	/* Three by hand, one by the signup, one by the gift. */
	await contacts.getByText('5 contacts in this period').waitFor();
	equal(await contacts.locator('svg.columns rect').count(), 90,
	    'columns of 90 days');
	await contacts.getByLabel('Type').selectOption('Canvass');
	await contacts.getByText('2 contacts in this period').waitFor();
	await contacts.getByRole('button', { name: 'Show as a table' }).first()
	    .click();
	check((await contacts.locator('tbody td').allInnerTexts()).includes('2'),
	    'the table of the chart');
	await page.getByText('$300.00 in this period').waitFor();
	const support = page.locator('section', { has: page.getByRole('heading',
	    { name: 'Support' }) });
	check(/yes\s*2/.test(await support.innerText()) &&
	    /no\s*1/.test(await support.innerText()), 'support by answer');
	await page.getByText('1 new, 0 changed').waitFor();
}

async function needs(v, role)
{
	const { page } = v;
	const list = page.locator('section', { has: page.getByRole('heading',
	    { name: 'What needs a person' }) });

	await list.getByText('of people.csv').waitFor();
	check(/rejected row/.test(await list.innerText()), 'rejected rows');
	await list.getByText('without employer or occupation').waitFor();
	await list.getByRole('button', { name: 'Look at consents' }).focus();
	await page.keyboard.press('Enter');
	await list.getByRole('link', { name: /^Voter/ }).waitFor();
	check(!/waiting for an admin/.test(await list.innerText()), 'members ' +
	    `that ${role} cannot see`);
}

export default async function run(site)
{
	const c = await prepare(site);

	for (const role of ROLES) {
		const v = await open(site, c, role);

		await needs(v, role);
		if (role === 'viewer') {
			await numbers(v);
			await everywhere(v, 'home');
		}
		await v.page.getByLabel('Period', { exact: true })
		    .selectOption('30');
		await v.page.reload();
		await v.page.locator('svg.columns').first().waitFor();
		equal(await v.page.getByLabel('Period', { exact: true })
		    .inputValue(), '30', 'the period is remembered');
		await v.close();
	}

	/* One list that fails does not take the page along. */
	const v = await open(site, c, 'viewer', '', { expect: [500] });
	await v.page.route('**/donations/summary*', (r) => r.fulfill({
	    status: 500, contentType: 'application/problem+json',
	    body: '{"detail":"Broken."}' }));
	await v.page.reload();
	await v.page.getByText('Broken.').waitFor();
	await v.page.getByRole('heading', { name: 'Contacts' }).waitFor();
	await v.page.unroute('**/donations/summary*');
	await v.page.getByRole('button', { name: 'Try again' }).click();
	await v.page.getByRole('heading', { name: 'Money' }).waitFor();
	await v.close();
}
