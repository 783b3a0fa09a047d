/* Runs the tests of the portal: each at each site, in one browser. */
import { browser, check, finish, say, sites, within } from './browser.mjs';

/* In this order.  paths: also where the pages are below a path. */
const tests = [
	{ name: 'sign_in', paths: true },
	{ name: 'account' },
	{ name: 'voters' },
	{ name: 'voter' },
];

const wanted = process.argv.slice(2);
const queue = [];

for (const { name, paths } of tests)
	for (const site of sites)
		if ((!wanted.length || wanted.includes(name)) &&
		    (paths || !site.name.endsWith('-path')))
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
			}
			say(`${((Date.now() - start) / 1000).toFixed(1)} s`);
		});
	}
}

await Promise.all(Array.from({ length: Number(process.env.AT_ONCE) || 2 },
    next));
await browser.close();
finish();
