/* Surveys: questions, their order, the answers as bars. */
import { api, check, equal, keys } from './browser.mjs';
import { campaign, confirm, everywhere, frugal, open, ROLES, voter } from
    './staff.mjs';

const ask = (site, c, text, position, more) => api(site, 'POST',
    '/surveys/questions', { campaign_id: c.id, question_text: text,
    question_type: 'yes_no', position, ...more });

const texts = (page) => page.locator('li h2').allInnerTexts();

async function roles(site, c)
{
	for (const role of ROLES) {
		const v = await open(site, c, role);
		const writes = role !== 'viewer';

		await v.to('surveys', 'Surveys');
		await v.page.getByText('2. A sign?').waitFor();
		if (role === 'viewer') {
			frugal(v, 'surveys');
			await everywhere(v, 'surveys');
			await v.page.getByText('yes (67 %)').waitFor();
			await v.page.getByText('3 answers of 3 voters')
			    .waitFor();
		}
		equal(await v.page.getByRole('button', { name: 'New question' })
		    .count(), writes ? 1 : 0, `questions that ${role} may add`);
		equal(await v.page.getByRole('button', { name: /^Delete/ })
		    .count(), writes ? 2 : 0, `those ${role} may delete`);
		await v.close();
	}
}

/* By keyboard: add a question, move it up, change it, delete it. */
async function edit(site, c)
{
	const v = await open(site, c, 'editor', '', { expect: [400] });
	const { page } = v;
	const press = async (name) => {
		await page.getByRole('button', { name }).focus();
		await keys(v, 'Enter');
	};

	await v.to('surveys', 'Surveys');
	await press('New question');
	await page.getByLabel('Question', { exact: true }).fill('Which issue?');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.getByRole('dialog').getByRole('alert').waitFor();
	await page.getByLabel('Possible answers').fill('Schools\nRoads\n');
	await page.reload();
	await press('New question');
	equal(await page.getByLabel('Possible answers').inputValue(),
	    'Schools\nRoads\n', 'what was typed, after loading again');
	await everywhere(v, 'question');
	await press('Add');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.getByText('3. Which issue?').waitFor();
	await press('Move up: Which issue?');
	await page.getByText('2. Which issue?').waitFor();
	const { questions } = await api(site, 'GET', '/surveys/questions' +
	    `?campaign_id=${c.id}&sort=position`);
	equal(questions.map((q) => q.question_text).join(' '),
	    'For us? Which issue? A sign?', 'the order of the interface');
	equal((await texts(page)).join(' '),
	    '1. For us? 2. Which issue? 3. A sign?', 'the order of the page');

	await press('Change: Which issue?');
	await page.getByLabel('Possible answers').fill('Schools\nParks');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	const [, q] = (await api(site, 'GET', '/surveys/questions' +
	    `?campaign_id=${c.id}&sort=position`)).questions;
	equal(JSON.stringify(q.possible_answers), '["Schools","Parks"]',
	    'the answers then');

	await press('Delete: Which issue?');
	await page.getByRole('dialog').getByText('no answers').waitFor();
	await confirm(v, 'Delete');
	await page.getByText('2. A sign?').waitFor();
	v.expect.push(409);
	await press('Delete: For us?');
	await page.getByRole('dialog').getByText(
	    'A question with answers cannot be deleted').waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Delete' })
	    .click();
	await page.getByRole('dialog').getByRole('alert').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await v.close();
}

async function conflict(site, c, id)
{
	const v = await open(site, c, 'editor', '', { expect: [412] });
	const { page } = v;

	await v.to('surveys', 'Surveys');
	await page.getByRole('button', { name: 'Change: A sign?' }).click();
	await page.getByLabel('Question', { exact: true }).fill('My sign?');
	await api(site, 'PATCH', `/surveys/questions/${id}`,
	    { question_text: 'Their sign?' });
	await page.getByRole('button', { name: 'Save' }).click();
	const both = page.getByRole('dialog', { name: /Somebody else/ });
	await both.getByText('Their sign?').waitFor();
	check((await both.innerText()).includes('My sign?'), 'both versions');
	await page.getByRole('button', { name: 'Save mine over it' }).click();
	await page.getByText('2. My sign?').waitFor();
	await v.close();
}

export default async function run(site)
{
	const c = await campaign(site);
	const first = await ask(site, c, 'For us?', 1);
	const second = await ask(site, c, 'A sign?', 2);

	for (const [i, value] of ['yes', 'yes', 'no'].entries()) {
		const { voter_id } = await voter(site, c, `S${i}`, 'Survey');

		await api(site, 'POST', '/surveys/responses', { voter_id,
		    question_id: first.question_id, response_value: value });
	}
	await roles(site, c);
	await edit(site, c);
	await conflict(site, c, second.question_id);
}
