/* How quick the page Voters is with many voters; tests/portal/speed starts it. */
import { browser, check, finish, leave, person, say, signIn, visit, within } from
    './browser.mjs';
import { sql } from './forms.mjs';

const env = process.env;
const CAMPAIGN = env.CAMPAIGN;
const MOST = 150;		/* milliseconds to the results */
const FRAME = 1000 / 60;
const SETTLED = 500;		/* no request follows later */

const at = (sorted, share) => sorted[Math.min(sorted.length - 1,
    Math.floor(sorted.length * share))];
const rounded = (ms) => `${ms.toFixed(0)} ms`;

/* What people search for: parts and all of names, addresses, numbers. */
function searches()
{
	const rows = JSON.parse(sql(`SELECT json_agg(v) FROM (SELECT first_name,
	    last_name, email_address, phone_number, voter_registration_id
	    FROM cerberus.voters WHERE voter_id IN (SELECT 1 + i * 99991 %
	    (SELECT max(voter_id) FROM cerberus.voters)
	    FROM generate_series(1, 6) i)) v`));

	return rows.flatMap((r) => [r.last_name, `${r.first_name} ${r.last_name}`,
	    r.last_name.slice(0, 3), r.email_address,
	    r.phone_number.slice(2), r.voter_registration_id]);
}

/* Note the time of each key, and of each list that is shown. */
const watch = () => {
	const box = document.querySelector('main [aria-busy]');
	const seen = { key: 0, shown: 0, lists: 0 };

	window.seen = seen;
	document.querySelector('input[type=search]').addEventListener('keydown',
	    () => {
		seen.key = performance.now();
	    }, true);
	new MutationObserver(() => {
		if (box.getAttribute('aria-busy') === 'true')
			return;
		/* After the frame in which it is painted. */
		requestAnimationFrame(() => setTimeout(() => {
			seen.shown = performance.now();
			seen.lists++;
		}));
	}).observe(box, { attributes: true, attributeFilter: ['aria-busy'] });
};

async function search(v)
{
	const { page } = v;
	const times = [];
	const field = page.getByLabel('Search');

	await page.evaluate(watch);
	for (const text of searches()) {
		await field.fill('');
		await page.waitForTimeout(SETTLED);
		await field.focus();
		await page.keyboard.type(text, { delay: 70 });
		await page.waitForFunction((ms) => {
			const { key, shown } = window.seen;
			const box = document.querySelector('main [aria-busy]');

			return shown > key && performance.now() - shown > ms &&
			    box.getAttribute('aria-busy') === 'false';
		}, SETTLED);
		times.push({ text, ms: await page.evaluate(() =>
		    window.seen.shown - window.seen.key) });
	}
	times.sort((a, b) => a.ms - b.ms);
	const ms = times.map((t) => t.ms);

	say(`${ms.length} searches: median ${rounded(at(ms, .5))}, 95 % ` +
	    `${rounded(at(ms, .95))}, most ${rounded(ms.at(-1))}`);
	for (const t of times.slice(-3))
		say(`slowest: ${rounded(t.ms)} for ${t.text}`);
	check(at(ms, .95) <= MOST, `95 % of the results come within ` +
	    rounded(at(ms, .95)));
}

/* As the wheel does it: through all rows in some seconds. */
async function scroll(v)
{
	const { page } = v;

	await page.getByLabel('Search').fill('');
	await page.waitForTimeout(SETTLED);
	const seen = await page.evaluate(async () => {
		const box = document.querySelector('.table');
		const times = [];
		let rows = 0;
		let last = await new Promise(requestAnimationFrame);

		for (let i = 0; i < 600; i++) {
			box.scrollTop += 500;
			const now = await new Promise(requestAnimationFrame);

			times.push(now - last);
			last = now;
			rows = Math.max(rows, box.querySelectorAll('tbody tr')
			    .length);
		}
		return { times: times.sort((a, b) => a - b), rows,
		    to: box.scrollTop };
	});
	const late = seen.times.filter((t) => t > 1.5 * FRAME).length;

	say(`scrolled ${seen.to} pixels: a frame takes ${at(seen.times, .5)
	    .toFixed(1)} ms, 95 % ${at(seen.times, .95).toFixed(1)} ms; ` +
	    `${late} of ${seen.times.length} came late; at most ${seen.rows} ` +
	    'rows in the document');
	check(at(seen.times, .5) <= FRAME + 1, 'fewer than 60 frames a second');
	check(late <= seen.times.length / 20, `${late} frames came late`);
	check(seen.rows < 100, `${seen.rows} rows in the document`);
}

await within('speed', async () => {
	const site = { name: 'speed', url: env.LIGHTTPD };

	try {
		const { username } = await person(site, { [CAMPAIGN]: 'editor' });
		const v = await visit(site);

		await signIn(v, username, `#/campaigns/${CAMPAIGN}/voters`);
		await v.page.locator('tbody tr[data-row="0"]').waitFor();
		await search(v);
		await scroll(v);
		await v.close();
	} catch (e) {
		finish.fail(e.stack);
		await leave('failed-speed');
	}
});
await browser.close();
finish();
