/* Runs the tests of the portal: each at each site, in one browser. */
import { browser, finish, say, sites } from './browser.mjs';

/* In this order.  paths: also where the pages are below a path. */
const tests = [
	{ name: 'sign_in', paths: true },
	{ name: 'account' },
	{ name: 'voters' },
	{ name: 'forms_signup', paths: true },
	{ name: 'forms_donate', paths: true },
	{ name: 'import' },
	{ name: 'canvass' },
	{ name: 'phones' },
];

const wanted = process.argv.slice(2);

for (const { name, paths } of tests) {
	if (wanted.length && !wanted.includes(name))
		continue;
	const { default: run } = await import(`./${name}.mjs`);

	for (const site of sites) {
		if (site.name.endsWith('-path') && !paths)
			continue;
		const start = Date.now();

		say(`${name} behind ${site.name}`);
		try {
			await run(site);
		} catch (e) {
			finish.fail(`${name}: ${e.stack}`);
		}
		say(`    ${((Date.now() - start) / 1000).toFixed(1)} s`);
	}
}
await browser.close();
finish();
