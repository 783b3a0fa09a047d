/* Runs the tests of the portal: each at each site, in one browser. */
import { browser, finish, leave, say, sites } from './browser.mjs';

/*
 * In this order.  paths: also where the pages are below a path; at: only there,
 * because what differs between the servers is tested by others.
 */
const tests = [
	{ name: 'sign_in', paths: true },
	{ name: 'account' },
	{ name: 'voters' },
	{ name: 'voter' },
	{ name: 'home' },
	{ name: 'donations', at: 'lighttpd' },
	{ name: 'team', at: 'apache' },
	{ name: 'surveys', at: 'lighttpd' },
	{ name: 'settings', at: 'apache' },
	{ name: 'forms_signup', paths: true },
	{ name: 'forms_donate', paths: true },
	{ name: 'import' },
	{ name: 'canvass' },
	{ name: 'phones' },
];

const wanted = process.argv.slice(2);

for (const { name, paths, at } of tests) {
	if (wanted.length && !wanted.includes(name))
		continue;
	const { default: run } = await import(`./${name}.mjs`);

	for (const site of sites) {
		if ((site.name.endsWith('-path') && !paths) ||
		    (at && site.name !== at))
			continue;
		const start = Date.now();

		say(`${name} behind ${site.name}`);
		try {
			await run(site);
		} catch (e) {
			finish.fail(`${name}: ${e.stack}`);
			await leave(`failed-${name}`);
		}
		say(`    ${((Date.now() - start) / 1000).toFixed(1)} s`);
	}
}
await browser.close();
finish();
