/* Runs the tests of the portal: each at each site, in one browser. */
import { browser, check, finish, leave, say, sites, within } from
    './browser.mjs';
import { compare } from './calls.mjs';

/*
 * In this order.  paths: also where the pages are below a path; at: only there,
 * because what differs between the servers is tested by others; asked: only if it
 * is named.
 */
const tests = [
	{ name: 'sign_in', paths: true },
	{ name: 'account', at: 'lighttpd' },
	{ name: 'voters', at: 'apache' },
	{ name: 'voter', at: 'lighttpd' },
	{ name: 'home', at: 'apache' },
	{ name: 'donations', at: 'lighttpd' },
	{ name: 'treasurer', at: 'apache' },
	{ name: 'team', at: 'apache' },
	{ name: 'surveys', at: 'lighttpd' },
	{ name: 'settings', at: 'apache' },
	{ name: 'forms_signup', paths: true },
	{ name: 'forms_donate', paths: true },
	{ name: 'import', at: 'lighttpd' },
	{ name: 'canvass', at: 'apache' },
	{ name: 'phones', at: 'lighttpd' },
	{ name: 'keyboard', at: 'apache' },
	{ name: 'pictures', at: 'lighttpd', asked: true },
];

const wanted = process.argv.slice(2);
const queue = [];

for (const { name, paths, at, asked } of tests)
	for (const site of sites)
		if ((wanted.length ? wanted.includes(name) : !asked) &&
		    (process.env.EVERYWHERE || (paths ||
		    !site.name.endsWith('-path')) && (!at || site.name === at)))
			queue.push({ name, site });
check(queue.length > 0, `there is no test ${wanted}`);

async function next()
{
	while (queue.length) {
		const { name, site } = queue.shift();
		const start = Date.now();
		const { default: run } = await import(`./${name}.mjs`);

		await within(`${name} behind ${site.name}`, async () => {
			try {
				await run(site);
			} catch (e) {
				finish.fail(e.stack);
				await leave(`failed-${name}`);
			}
			say(`${((Date.now() - start) / 1000).toFixed(1)} s`);
		});
	}
}

await Promise.all(Array.from({ length: Number(process.env.AT_ONCE) || 1 },
    next));
await browser.close();
compare();
finish();
