/* A browser, people, and checks for the tests of the portal. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHmac, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { watch } from './calls.mjs';

const require = createRequire(join(process.cwd(), 'node_modules', 'x'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');
const env = process.env;

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

let passed = 0;
let failed = 0;

/* Which test this is: several run at the same time. */
const place = new AsyncLocalStorage();
export const within = (name, run) => place.run(name, run);
export const say = (text) => console.log(`${place.getStore()}: ${text}`);

export function check(good, text)
{
	if (good)
		passed++;
	else
		finish.fail(text);
	return good;
}

export const equal = (is, want, text) => check(is === want,
    `${text}: it is ${JSON.stringify(is)}, not ${JSON.stringify(want)}`);

export function finish()
{
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed ? 1 : 0);
}
finish.fail = (text) => {
	failed++;
	console.log(`FAIL: ${place.getStore()}: ${text}`);
};

/* A proxy that has the whole site below /crm, as one in front of it may. */
function below(target)
{
	const to = new URL(target);
	const server = createServer((q, r) => {
		if (!q.url.startsWith('/crm/')) {
			r.writeHead(404).end();
			return;
		}
		const on = request({ host: to.hostname, port: to.port,
		    method: q.method, path: q.url.slice(4),
		    headers: q.headers }, (a) => {
			r.writeHead(a.statusCode, a.headers);
			a.pipe(r);
		});

		on.on('error', () => r.destroy());
		q.pipe(on);
	});

	return new Promise((done) => server.listen(0, '127.0.0.1', () => {
		server.unref();
		done(`http://127.0.0.1:${server.address().port}/crm`);
	}));
}

const all = {
	lighttpd: env.LIGHTTPD, apache: env.APACHE,
	'lighttpd-path': await below(env.LIGHTTPD),
	'apache-path': `${env.APACHE_PATH}/campaign`,
};

export const sites = (env.SITES || Object.keys(all).join(' ')).split(' ')
    .map((name) => ({ name, url: all[name] }));

/* Debian's Chromium; it refuses to confine itself as root. */
export const browser = await chromium.launch({
    executablePath: env.CHROMIUM || '/usr/bin/chromium',
    args: process.getuid() === 0 ? ['--no-sandbox'] : [] });

const tests = new WeakMap();	/* of each context */

/* Close what this test has left open, with pictures of it if they are wanted. */
export async function leave(name)
{
	for (const context of browser.contexts()) {
		if (tests.get(context) !== place.getStore())
			continue;
		for (const [i, page] of context.pages().entries())
			if (env.SHOTS)
				await page.screenshot({ path: join(env.SHOTS,
				    `${name}-${i}.png`) }).catch(() => {});
		await context.close();
	}
}

/* A call of the interface by the administrator's key; the answer's JSON. */
export async function api(site, method, path, body, headers = {})
{
	const answer = await fetch(`${site.url}/api/v1${path}`, { method,
	    headers: { Authorization: `Bearer ${env.ADMIN_KEY}`,
	    ...body ? { 'Content-Type': 'application/json' } : {},
	    ...headers }, body: body && JSON.stringify(body) });
	const data = await answer.json().catch(() => null);

	if (answer.status >= 400)
		throw new Error(`${method} ${path}: ${answer.status} ` +
		    JSON.stringify(data));
	return data;
}

export const PASSWORD = 'correct horse battery';

/* A new user; roles is { campaign: role }, or "admin". */
export async function person(site, roles = {})
{
	const username = `u${randomBytes(5).toString('hex')}`;
	const user = await api(site, 'POST', '/users', { username,
	    password: PASSWORD, full_name: 'Kim Example',
	    email_address: `${username}@example.org`,
	    role: roles === 'admin' ? 'admin' : 'user' });

	if (roles !== 'admin')
		for (const [campaign, role] of Object.entries(roles))
			await api(site, 'PUT', `/campaigns/${campaign}` +
			    `/members/${user.user_id}`, { role });
	return { username, id: user.user_id };
}

/* The six digits of a base32 secret, steps of 30 seconds from now. */
export function totp(secret, step = 0)
{
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2)
	    .padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const counter = Buffer.alloc(8);

	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
	const mac = createHmac('sha1', key).update(counter).digest();

	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1e6)
	    .padStart(6, '0');
}

/*
 * A browser of one person at the site: page, context, and what has been seen.
 * expect: statuses of failed requests that are not a mistake here.
 */
export async function visit(site, { size = DESK, dark, expect = [] } = {})
{
	const context = await browser.newContext({ viewport: size,
	    hasTouch: size === PHONE, locale: 'en-US',
	    colorScheme: dark ? 'dark' : 'light' });

	tests.set(context, place.getStore());
	watch(context);
	const page = await context.newPage();
	const cdp = await context.newCDPSession(page);
	const v = { site, context, page, expect, requests: [], bytes: 0,
	    files: 0, mistakes: [] };
	const urls = new Map();

	/* The machine may be slow, and busy with other tests. */
	page.setDefaultTimeout(60000);
	await cdp.send('Network.enable');
	cdp.on('Network.requestWillBeSent', (e) => {
		urls.set(e.requestId, e.request.url);
		if (!e.request.url.startsWith('data:'))
			v.requests.push(e.request.url);
	});
	cdp.on('Network.loadingFinished', (e) => {
		v.bytes += e.encodedDataLength;
		if (!urls.get(e.requestId)?.includes('/api/'))
			v.files += e.encodedDataLength;
	});
	page.on('pageerror', (e) => v.mistakes.push(e.message));
	page.on('console', (m) => {
		const status = /Failed to load resource.*status of (\d+)/
		    .exec(m.text())?.[1];

		if (m.type() === 'error' && !v.expect.includes(Number(status)) &&
		    !(v.offline && /net::ERR/.test(m.text())))
			v.mistakes.push(`${m.text()} ${m.location().url}`);
	});
	await page.addInitScript(() => addEventListener(
	    'securitypolicyviolation', (e) => console.error('CSP', e.blockedURI,
	    e.violatedDirective)));
	v.go = (hash = '') => page.goto(`${site.url}/portal/${hash}`);
	/*
	 * Count again from here what follows: requests, bytes, and files, the
	 * bytes of what is not an answer of the interface.
	 */
	v.count = () => {
		v.requests = [];
		v.bytes = v.files = 0;
	};
	v.close = async () => {
		check(v.mistakes.length === 0,
		    `errors in the console: ${v.mistakes.join('; ')}`);
		await context.close();
	};
	return v;
}

/* Sign in by the form, and go to a page. */
export async function signIn(v, username, hash = '')
{
	await v.go(hash);
	await v.page.getByLabel('User name').fill(username);
	await v.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await v.page.getByRole('button', { name: 'Sign in' }).click();
	await v.page.locator('.top').waitFor();
}

/* axe finds nothing, nothing is cut off sideways; a picture if one is wanted. */
export async function looks(v, name)
{
	/* What has scrolled below the head of the page is covered by it. */
	await v.page.evaluate(() => scrollTo(0, 0));
	const { violations } = await new AxeBuilder({ page: v.page }).withTags([
	    'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
	    'best-practice']).analyze();
	const wide = await v.page.evaluate(() =>
	    document.documentElement.scrollWidth - innerWidth);

	check(violations.length === 0, `axe: ${name}: ` + violations.map((x) =>
	    `${x.id}: ${x.nodes.map((n) => n.target + ' ' + (n.any[0]?.message ||
	    n.failureSummary)).join(', ')}`).join('; '));
	check(wide <= 0, `${name} is ${wide} pixels too wide`);
	if (env.SHOTS) {
		mkdirSync(env.SHOTS, { recursive: true });
		await v.page.screenshot({
		    path: join(env.SHOTS, `${name}.png`) });
	}
}

/* Drop a file, as a hand does it. */
export async function drop(page, name, text, place = '.drop')
{
	const transfer = await page.evaluateHandle(([n, t]) => {
		const d = new DataTransfer();
		const bytes = Uint8Array.from(atob(t), (c) => c.charCodeAt(0));

		d.items.add(new File([bytes], n));
		return d;
	}, [name, Buffer.from(text).toString('base64')]);

	await page.locator(place).dispatchEvent('drop',
	    { dataTransfer: transfer });
}

/* Press keys, one after the other. */
export async function keys(v, ...names)
{
	for (const name of names)
		await v.page.keyboard.press(name);
}
