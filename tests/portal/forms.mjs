/* What the tests of the public forms share: the database, visits, faults. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { browser, check, DESK, visit } from './browser.mjs';

const env = process.env;

/* The values of a statement, as text. */
export const sql = (text) => execFileSync('psql', ['-XAtq', '-v',
    'ON_ERROR_STOP=1', '-d', env.ADMIN_URL, '-c', text],
    { encoding: 'utf8' }).trim();
export const quote = (text) => `'${text.replaceAll("'", "''")}'`;

let number = 0;
/* An address that no other test uses. */
export const address = () => `v${process.pid}.${++number}@example.org`;

/*
 * Open a form; options are those of visit(), script: false, and before(), which
 * gets the browser's context before the page is loaded.
 */
export async function open(site, path, options = {})
{
	const v = options.script === false ? await plain(site, options) :
	    await visit(site, options);

	await options.before?.(v.context);
	await v.page.goto(`${site.url}/forms/${path}`);
	if (options.script !== false)
		await v.page.locator('form[data-ready]').waitFor();
	return v;
}

/* A browser in which scripts are off. */
async function plain(site, { size = DESK } = {})
{
	const context = await browser.newContext({ viewport: size,
	    javaScriptEnabled: false });
	const page = await context.newPage();

	page.setDefaultTimeout(15000);
	return { site, context, page, close: () => context.close() };
}

/* A telephone number that no other test uses. */
export const phone = () => `(512) 555-${String(1000 + ++number)}`;

export async function fill(page, values)
{
	for (const [name, value] of Object.entries(values))
		await page.locator(`[name="${name}"]`).fill(value);
}

/* The next request that matches is lost: before, or after the server got it. */
export async function lose(page, part, { after } = {})
{
	let lost = false;

	await page.route(`**/*${part}*`, async (r) => {
		if (lost || r.request().method() !== 'POST')
			return r.fallback();
		lost = true;
		if (after)
			await r.fetch();
		return r.abort('connectionreset');
	});
}

export const thanked = (page) =>
    page.getByRole('heading', { name: /^Thank you/ }).waitFor();

/* What is wrong, in the order of the page. */
export const faults = (page) => page.locator('.wrong:not(:empty)')
    .allTextContents();

/* Pages of another site, by path, on the port that cors_origins names. */
export async function elsewhere(pages)
{
	const server = createServer((q, r) => {
		const page = pages[new URL(q.url, 'http://x').pathname];

		r.writeHead(page ? 200 : q.url === '/favicon.ico' ? 204 : 404,
		    { 'Content-Type': 'text/html; charset=utf-8' });
		r.end(page ?? '');
	});

	await new Promise((done) => server.listen(Number(env.ELSEWHERE_PORT),
	    '127.0.0.1', done));
	return { url: `http://127.0.0.1:${env.ELSEWHERE_PORT}`,
	    close: () => new Promise((done) => {
		server.closeAllConnections();
		server.close(done);
	}) };
}

/* The snippet of docs/forms.md whose first comment has this name. */
export function snippet(site, name)
{
	const text = readFileSync(`${env.SRCDIR}/docs/forms.md`, 'utf8');
	const found = [...text.matchAll(/```html\n(<!-- (.*?) -->[^]*?)```/g)]
	    .find((m) => m[2] === name);

	check(found !== undefined, `docs/forms.md has the snippet ${name}`);
	return found[1].replaceAll('https://cerberus.example.org', site.url)
	    .replaceAll(/(campaign=)("?)3\b/g, '$1$21');
}
