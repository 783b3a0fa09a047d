/* The phone bank: one person at a time, never the same for two callers. */
import { api, check, DESK, equal, looks, person, PHONE, signIn } from
    './browser.mjs';
import { contacts, gate, ground, until, visitGate } from './field.mjs';

const press = (page, name) => page.getByRole('button',
    { name, exact: true }).click();
const inHand = (page) => page.locator('.person h2');

/* Sign in, and call the universe; two callers at once make one list. */
async function begin(g, place, caller, size)
{
	const v = await visitGate(g, { size });

	await signIn(v, caller.username, `#/campaigns/${place.id}/phones`);
	await v.page.getByRole('button', { name: new RegExp(
	    `^(Call|Look for new people in) Everybody ${place.tag}$`) })
	    .click();
	await inHand(v.page).waitFor();
	return v;
}

/* Record an outcome, and wait for the next person or the end. */
async function outcome(page, name)
{
	const before = await inHand(page).textContent();

	await press(page, name);
	await page.waitForFunction((old) => {
		const now = document.querySelector('.person h2');

		return now ? now.textContent !== old :
		    document.body.textContent.includes('Nobody is to be') ||
		    document.body.textContent.includes('Everybody on this');
	}, before);
}

async function twoCallers(g, place, ann, ben)
{
	const [a, b] = await Promise.all([begin(g, place, ann, PHONE),
	    begin(g, place, ben, DESK)]);
	const { page } = a;
	const names = [];

	names.push(await inHand(page).textContent(),
	    await inHand(b.page).textContent());
	equal(new Set(names).size, 2, `people in hand: ${names}`);
	await looks(a, 'phones-360');
	await looks(b, 'phones-1280');
	check(/^tel:\+1919555\d{4}$/.test(await page.locator('.call')
	    .getAttribute('href')), 'the number to call');
	await page.reload();
	await inHand(page).waitFor();
	equal(await inHand(page).textContent(), names[0],
	    'the person in hand after a reload');
	const stored = await page.evaluate(() => JSON.stringify(localStorage));
	check(!stored.includes('1919555'), 'the browser keeps a number');

	/* Answer and outcome are two taps. */
	await press(page, 'Yes');
	await outcome(page, 'Spoke, save');
	names.push(await inHand(page).textContent());
	await outcome(page, 'Wrong number');
	await outcome(b.page, 'No answer');
	names.push(await inHand(page).textContent(),
	    await inHand(b.page).textContent());
	equal(new Set(names).size, 5, `everybody once: ${names}`);

	/* Undo: the person is the next again. */
	const undone = await inHand(page).textContent();
	await outcome(page, 'Refused');
	await press(page, 'Undo');
	await page.waitForFunction((name) => document.querySelector(
	    '.person h2')?.textContent === name, undone);
	await press(page, 'Call back later');
	await looks(a, 'phones-back-360');
	await outcome(page, 'Tomorrow evening at 6');
	const out = await inHand(page).textContent();
	await press(page, 'Do not call again');
	await press(page, 'Opt them out');
	await page.waitForFunction((old) => document.querySelector(
	    '.person h2')?.textContent !== old, out);
	const all = await contacts(g.real, place.id);
	equal(all.map((c) => c.outcome).sort().join(),
	    'Call back,Do not call,No answer,Spoke,Wrong number', 'outcomes');
	equal(all.filter((c) => c.user_id === ben.id).length, 1,
	    'contacts of the second caller');
	const id = all.find((c) => c.outcome === 'Do not call').voter_id;
	const { consents } = await api(g.real, 'GET', `/voters/${id}/consents`);
	equal(consents.map((c) => `${c.channel} ${c.granted}`).join(),
	    'phone false', 'the opt-out');
	await b.page.getByRole('button', { name: 'Give back, stop calling' })
	    .click();
	await b.page.getByRole('heading', { name: 'Call lists' }).waitFor();
	await looks(b, 'phones-choose-1280');
	await b.close();
	return a;
}

/* The connection goes in the middle of a call. */
async function lost(g, place, v)
{
	const { page } = v;
	const before = (await contacts(g.real, place.id)).length;

	await inHand(page).waitFor();
	await v.away();
	await press(page, 'Refused');
	await page.getByText('There is no connection').waitFor();
	equal(await page.locator('.unsent > p').first().textContent(),
	    '1 contact not sent', 'what is kept');
	await looks(v, 'phones-lost-360');
	g.lost = 0;
	await v.back('lose');
	check(await until(() => g.lost >= 1), 'no answer was lost');
	equal((await contacts(g.real, place.id)).length, before + 1,
	    'contacts on the server');
	await v.back();
	/* The page may be sending it by itself. */
	const sent = page.waitForFunction(() =>
	    document.querySelector('.person h2') ||
	    /Nobody is to be|Everybody on this/.test(document.body.textContent));
	await Promise.race([sent, page.getByRole('button', { name: 'Try again' })
	    .click().catch(() => {})]);
	await sent;
	equal(await page.locator('.unsent > p').first().textContent(),
	    'Everything is sent.', 'afterwards');
	equal((await contacts(g.real, place.id)).length, before + 1,
	    'contacts, sent twice');
	await v.close();
}

export default async function run(site)
{
	const g = await gate(site);

	g.real = site;
	const place = await ground(site, 9);
	const [ann, ben, viewer] = [
	    await person(site, { [place.id]: 'editor' }),
	    await person(site, { [place.id]: 'editor' }),
	    await person(site, { [place.id]: 'viewer' })];

	await lost(g, place, await twoCallers(g, place, ann, ben));
	const v = await visitGate(g, { size: PHONE });
	await signIn(v, viewer.username, `#/campaigns/${place.id}/phones`);
	await v.page.getByRole('heading', { name: 'There is no such page' })
	    .waitFor();
	await v.close();
	g.stop();
}
