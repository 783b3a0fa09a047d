/*
 * The main paths by keys alone: nothing is clicked, and no script moves the focus.
 */
import { api, check, equal, keys, PASSWORD, person, visit } from './browser.mjs';
import { contacts, ground, until } from './field.mjs';

const STOPS = 80;		/* a page has fewer that Tab stops at */

/* The words of what has the focus, and whether it is visible that it has. */
const focused = (page) => page.evaluate(() => {
	const e = document.activeElement;
	const words = e.getAttribute('aria-label') || e.labels?.[0]?.textContent ||
	    e.textContent || '';

	return { words: words.trim().replace(/\s+/g, ' '), seen:
	    e === document.body || e.matches(':focus-visible') ||
	    getComputedStyle(e).outlineStyle !== 'none' };
});

/* Press Tab until this has the focus. */
async function tabTo(page, name)
{
	const passed = [];

	for (let i = 0; i < STOPS; i++) {
		const { words, seen } = await focused(page);

		check(seen, `the focus on ${words} is not visible`);
		if (name instanceof RegExp ? name.test(words) : words === name)
			return;
		passed.push(words.slice(0, 30));
		await page.keyboard.press('Tab');
	}
	throw new Error(`Tab does not reach ${name}: ${passed.join(' | ')}`);
}

async function follow(page, name)
{
	await tabTo(page, name);
	await page.keyboard.press('Enter');
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name })
    .waitFor();

async function arrive(v, username)
{
	const { page } = v;

	await v.go();
	await page.getByLabel('User name').waitFor();
	await tabTo(page, 'User name');
	await page.keyboard.type(username);
	await tabTo(page, 'Password');
	await page.keyboard.type(PASSWORD);
	await keys(v, 'Enter');
	await page.locator('nav[aria-label=Pages]').waitFor();
}

async function oneVoter(v)
{
	const { page } = v;

	await follow(page, 'Voters');
	await heading(page, 'Voters');
	await tabTo(page, 'Search');
	await page.keyboard.type('abernathy');
	await page.locator('.result strong', { hasText: '1 voter' }).waitFor();
	await keys(v, 'ArrowDown', 'Enter');
	await heading(page, 'Quentin Abernathy');
}

async function contact(v, place)
{
	const { page } = v;

	await follow(page, 'Canvass');
	await heading(page, 'Canvass');
	await page.getByText(place.turf.turf_name).waitFor();
	await follow(page, `Take ${place.turf.turf_name} along`);
	await heading(page, place.turf.turf_name);
	await follow(page, 'Next door');
	await page.locator('.outcomes').first().waitFor();
	await tabTo(page, 'Perhaps');
	await keys(v, 'Space');
	await follow(page, 'Spoke, save');
	check(await until(async () => (await contacts(v.site, place.id))
	    .some((c) => c.outcome === 'Spoke')), 'the contact is sent');
}

async function gift(v, place)
{
	const { page } = v;

	await follow(page, 'Donations');
	await heading(page, 'Donations');
	await follow(page, 'Record a gift');
	await heading(page, 'Record a gift');
	for (const [label, text] of [['Amount', '25.00'],
	    ['Check number', '1001'], ['First name', 'Rosa'],
	    ['Last name', 'Diaz'], ['Employer', 'Acme']]) {
		await tabTo(page, label);
		await page.keyboard.type(text);
	}
	await follow(page, 'Record the gift');
	await page.getByText('$25.00 of Rosa Diaz').waitFor();
	const { donations } = await api(v.site, 'GET',
	    `/donations?campaign_id=${place.id}`);
	equal(donations.map((d) => `${d.amount} ${d.check_number} ${d.employer}`)
	    .join(), '2500 1001 Acme', 'the gift');
}

export default async function run(site)
{
	const place = await ground(site, 5);
	const { username } = await person(site, { [place.id]: 'manager' });
	await api(site, 'POST', '/voters', { campaign_id: place.id,
	    first_name: 'Quentin', last_name: 'Abernathy' });
	const v = await visit(site);

	await arrive(v, username);
	await oneVoter(v);
	await contact(v, place);
	await gift(v, place);
	await v.close();
}
