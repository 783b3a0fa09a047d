/* Canvassing on a phone: with and without a connection, exactly once. */
import { api, check, DESK, equal, keys, looks, person, PHONE, signIn } from
    './browser.mjs';
import { contacts, gate, ground, until, visitGate } from './field.mjs';

const unsent = (page) => page.locator('.unsent > p').first().textContent();
const link = (page, name) => page.getByRole('link', { name, exact: true });
const press = (page, name) => page.getByRole('button',
    { name, exact: true }).click();

/* The numbers of rows that this browser keeps. */
const kept = (page) => page.evaluate(() => new Promise((done, fail) => {
	const wish = indexedDB.open('cerberus', 1);

	wish.onerror = () => fail(wish.error);
	wish.onsuccess = () => {
		const t = wish.result.transaction(['lists', 'outbox']);
		const all = ['lists', 'outbox'].map((name) =>
		    t.objectStore(name).getAll());

		t.oncomplete = () => {
			wish.result.close();
			done({ lists: all[0].result, outbox: all[1].result });
		};
	};
}));

/* Sign in, take the turf along, and wait until the page works alone. */
async function takeAlong(v, username, place)
{
	const { page } = v;

	await signIn(v, username, `#/campaigns/${place.id}/canvass`);
	await press(page, `Take ${place.turf.turf_name} along`);
	await page.getByRole('heading', { name: place.turf.turf_name })
	    .waitFor();
	await page.evaluate(() => navigator.serviceWorker.ready);
}

/* Open the list again in a new page. */
async function reopen(v, place)
{
	await v.page.close();
	v.page = await v.context.newPage();
	v.page.setDefaultTimeout(15000);
	v.page.on('pageerror', (e) => v.mistakes.push(e.message));
	/* All that the page has said of what is not sent. */
	await v.page.addInitScript(() => {
		window.told = [];
		new MutationObserver(() => window.told.push(document
		    .querySelector('.unsent > p')?.textContent))
		    .observe(document, { childList: true, subtree: true,
			characterData: true });
	});
	await v.page.goto(`${v.site.url}/portal/#/campaigns/${place.id}` +
	    `/canvass/turf-${place.turf.turf_id}`);
	await v.page.getByRole('heading', { name: place.turf.turf_name })
	    .waitFor();
	return v.page;
}

/* Ten doors without a connection; the page is closed and opened meanwhile. */
async function tenDoors(g, place, ann)
{
	const v = await visitGate(g, { size: PHONE });
	let { page } = v;

	await takeAlong(v, ann.username, place);
	await looks(v, 'canvass-list-360');
	const stored = await kept(page);
	check(!/1919555|example\.org/.test(JSON.stringify(stored.lists)),
	    'the device knows how to contact people');
	await v.away();
	await page.reload();
	await page.getByRole('heading', { name: place.turf.turf_name })
	    .waitFor();
	equal(await unsent(page), 'Everything is sent.', 'at first');

	/* Door 1: an answer and the outcome are two taps. */
	await link(page, 'Next door').click();
	await press(page, 'Yes');
	await looks(v, 'canvass-door-360');
	/* A second tap does nothing. */
	await page.getByRole('button', { name: 'Spoke, save' }).evaluate((b) => {
		b.click();
		b.click();
	});
	await page.getByRole('heading', { name: '3 Elm St' }).waitFor();
	await press(page, 'Refused');
	await page.getByRole('heading', { name: '5 Elm St' }).waitFor();
	/* Door 3 has two people. */
	await press(page, 'Nobody home');
	await page.getByRole('heading', { name: '7 Elm St' }).waitFor();
	/* Door 4 by mistake, then undone, then again. */
	await press(page, 'Moved');
	await page.getByRole('heading', { name: '9 Elm St' }).waitFor();
	await press(page, 'Undo');
	await page.getByText('5 contacts not sent').waitFor({ state: 'hidden' });
	equal(await unsent(page), '4 contacts not sent', 'after undoing');
	page = await reopen(v, place);
	equal(await unsent(page), '4 contacts not sent', 'after opening again');
	check(!(await page.evaluate(() => window.told))
	    .includes('Everything is sent.'), 'the page first said that ' +
	    'everything is sent');
	equal(await page.locator('.top .chip').textContent(), '4 unsent',
	    'the number at the top');
	/* What was recorded long ago can be undone, too. */
	await page.getByRole('link', { name: /^3 / }).click();
	await page.getByRole('button', { name: 'Ann1 Field' }).click();
	await press(page, 'Undo “Refused”');
	check(await until(async () => await unsent(page) ===
	    '3 contacts not sent'), 'a contact is undone later');
	await press(page, 'Refused');
	await link(page, 'All doors').click();
	/* Doors 4 to 10 at once. */
	await press(page, 'Several not home');
	const boxes = page.getByRole('checkbox');
	for (let i = 0; i < 7; i++)
		await boxes.nth(i).check();
	await looks(v, 'canvass-several-360');
	await press(page, 'Not home: 7 doors');
	await page.getByText('10 of 12 doors done').waitFor();
	const n = Number((await unsent(page)).split(' ')[0]);

	/* Signing out says what is not sent. */
	let said;
	page.once('dialog', (d) => {
		said = d.message();
		d.dismiss();
	});
	await press(page, 'Sign out');
	check(await until(() => /not sent/.test(said)), `sign-out says ${said}`);
	equal((await contacts(g.real, place.id)).length, 0,
	    'contacts on the server');

	/* The answers to the first tries are lost. */
	g.lost = 0;
	await v.back('lose');
	check(await until(() => g.lost >= 1), 'no answer was lost');
	check(await until(async () => (await contacts(g.real, place.id))
	    .length === n), 'the server has the contacts');
	equal(await unsent(page), `${n} contacts not sent`,
	    'without the answer');
	await v.back();
	/* The page may be sending them by itself. */
	const sent = page.getByText('Everything is sent.').waitFor();

	await Promise.race([sent, press(page, 'Send now').catch(() => {})]);
	await sent;
	const all = await contacts(g.real, place.id);
	equal(all.length, n, 'contacts, after the same were sent again');
	equal(new Set(all.map((c) => c.voter_id)).size, n, 'people contacted');
	check(all.every((c) => c.user_id === ann.id), 'who contacted them');
	equal(all.filter((c) => c.outcome === 'Spoke').length, 1, 'spoken with');
	equal(all.filter((c) => c.outcome === 'Refused').length, 1, 'refused');
	const { responses } = await api(g.real, 'GET',
	    `/surveys/responses?question_id=${place.question}`);
	equal(responses.map((r) => r.response_value).join(), 'Yes', 'answers');
	await v.close();
}

/* An undone contact that the server has already; a session that has ended. */
async function afterwards(g, place, ben, dora)
{
	const v = await visitGate(g, { size: PHONE, expect: [401] });
	const { page } = v;
	const mine = async () => (await contacts(g.real, place.id))
	    .filter((c) => c.user_id === ben.id);

	await takeAlong(v, ben.username, place);
	await link(page, 'Next door').click();
	await press(page, 'Moved');
	check(await until(async () => (await mine()).length === 1),
	    'a contact is sent at once');
	await page.getByText('Everything is sent.').waitFor();
	await press(page, 'Undo');
	check(await until(async () => (await mine()).length === 0),
	    'the server undoes it');

	/* The session ends while there is no connection. */
	await v.away();
	await press(page, 'Nobody home');
	await v.context.clearCookies();
	await v.back();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	equal((await kept(page)).outbox.length > 0, true,
	    'contacts in the outbox');
	/* Nobody else sends them. */
	await signIn(v, dora.username, `#/campaigns/${place.id}/canvass`);
	await page.getByText(`unsent contacts of ${ben.username}`).waitFor();
	await page.getByText('Everything is sent.').waitFor();
	await press(page, 'Sign out');
	await page.getByText('You are signed out.').waitFor();
	equal((await kept(page)).outbox.length > 0, true,
	    'contacts of somebody else');
	equal((await contacts(g.real, place.id)).filter((c) =>
	    [ben.id, dora.id].includes(c.user_id)).length, 0,
	    'contacts in another name');
	await signIn(v, ben.username,
	    `#/campaigns/${place.id}/canvass/turf-${place.turf.turf_id}`);
	await page.getByText('Everything is sent.').waitFor();
	check(await until(async () => (await mine()).length > 0),
	    'contacts are sent after signing in');
	await v.close();
}

/* What the server refuses stays in view, and the list goes after 72 hours. */
async function refusedAndOld(g, place, cleo)
{
	const v = await visitGate(g, { size: PHONE });
	let { page } = v;

	await takeAlong(v, cleo.username, place);
	await v.away();
	await link(page, 'Next door').click();
	const gone = await page.locator('.person h2').first().textContent();
	await press(page, 'Nobody home');
	await page.getByText(/contacts? not sent/).waitFor();
	const n = (await kept(page)).outbox.length;
	const voters = [...new Set((await kept(page)).outbox.map((r) =>
	    r.body.voter_id))];

	/* 73 hours later, still without a connection. */
	await page.clock.setFixedTime(Date.now() + 73 * 3600000);
	await page.reload();
	await page.getByRole('heading', { name:
	    'This list is not on this device' }).waitFor();
	const left = await kept(page);
	equal(left.lists.length, 0, 'lists after 72 hours');
	equal(left.outbox.length, n, 'contacts after 72 hours');
	check(/not sent/.test(await unsent(page)), 'the number is in view');
	await page.clock.setFixedTime(Date.now());

	await api(g.real, 'DELETE', `/campaigns/${place.id}/voters`,
	    { voter_ids: voters });
	await v.back();
	await page.getByText('The server refused it').first().waitFor();
	check((await page.locator('.refused').textContent()).includes(
	    gone.trim()), 'the refused contact is named');
	await page.getByText('no longer in the campaign').first().waitFor();
	await looks(v, 'canvass-refused-360');
	for (let i = 0; i < n; i++) {
		await page.getByRole('button', { name: 'Remove', exact: true })
		    .first().click();
		await press(page, 'Remove it');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
	}
	await page.getByText('Everything is sent.').waitFor();
	await v.close();
}

/* By keyboard on a desk; a viewer finds no such page. */
async function others(g, place, dora, viewer)
{
	const v = await visitGate(g, { size: DESK, dark: true });
	const { page } = v;

	await signIn(v, dora.username, `#/campaigns/${place.id}/canvass`);
	await page.getByRole('heading', { name: 'Turfs' }).waitFor();
	await looks(v, 'canvass-choose-1280-dark');
	await page.getByRole('button', { name:
	    `Take ${place.turf.turf_name} along` }).focus();
	await keys(v, 'Enter');
	await link(page, 'Next door').focus();
	await keys(v, 'Enter');
	await page.getByRole('button', { name: 'Perhaps' }).focus();
	await keys(v, 'Space');
	await page.getByRole('button', { name: 'Spoke, save' }).focus();
	await keys(v, 'Enter');
	await page.getByRole('button', { name: 'Undo' }).waitFor();
	await looks(v, 'canvass-door-1280-dark');
	await page.getByText('Everything is sent.').waitFor();
	await v.close();

	const w = await visitGate(g, { size: PHONE });
	await signIn(w, viewer.username, `#/campaigns/${place.id}/canvass`);
	await w.page.getByRole('heading', { name: 'There is no such page' })
	    .waitFor();
	equal(await w.page.getByRole('link', { name: 'Canvass' }).count(), 0,
	    'links of a viewer');
	await w.close();
}

export default async function run(site)
{
	const g = await gate(site);

	g.real = site;
	const place = await ground(site, 16);
	const people = [];
	for (const role of ['editor', 'editor', 'editor', 'editor', 'viewer'])
		people.push(await person(site, { [place.id]: role }));

	await tenDoors(g, place, people[0]);
	await afterwards(g, place, people[1], people[3]);
	await refusedAndOld(g, place, people[2]);
	await others(g, place, people[3], people[4]);
	g.stop();
}
