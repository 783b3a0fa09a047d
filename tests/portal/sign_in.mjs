/* Signing in and out, campaigns, and the shell that all pages have. */
import { api, check, DESK, equal, keys, looks, PASSWORD, person, PHONE, signIn,
    totp, visit } from './browser.mjs';

const ROLES = ['viewer', 'editor', 'manager'];

/* What the server says about the files. */
async function files(site)
{
	const get = (path, o) => fetch(`${site.url}${path}`,
	    { redirect: 'manual', ...o });
	const page = await get('/portal/');
	const policy = page.headers.get('Content-Security-Policy') || '';
	const script = await get('/portal/js/main.js');
	const bare = await get('/portal');
	const missing = await get('/portal/nothing.js');

	equal(page.status, 200, 'the page');
	equal(page.headers.get('Content-Type'), 'text/html; charset=utf-8',
	    'its type');
	for (const part of ["default-src 'none'", "frame-ancestors 'none'",
	    "base-uri 'none'", "script-src 'self'", "style-src 'self'"])
		check(policy.includes(part), `the policy lacks ${part}`);
	check(!policy.includes('unsafe'), `an unsafe policy: ${policy}`);
	equal(page.headers.get('X-Content-Type-Options'), 'nosniff',
	    'X-Content-Type-Options');
	equal(page.headers.get('Referrer-Policy'), 'no-referrer',
	    'Referrer-Policy');
	equal(page.headers.get('X-Frame-Options'), 'DENY', 'X-Frame-Options');
	equal(script.headers.get('Content-Type'),
	    'text/javascript; charset=utf-8', 'the type of scripts');
	equal(script.headers.get('Content-Encoding'), 'gzip',
	    'the encoding of scripts');
	equal(script.headers.get('Cache-Control'), 'no-cache', 'caching');
	const again = await get('/portal/js/main.js', { headers:
	    { 'If-None-Match': script.headers.get('ETag') } });
	equal(again.status, 304, 'an unchanged script');
	check([301, 302, 308].includes(bare.status) && /\/portal\/$/.test(
	    bare.headers.get('Location')), `/portal is ${bare.status}`);
	equal(missing.status, 404, 'a missing file');
}

async function firstView(site, size, dark)
{
	const v = await visit(site, { size, dark });

	await v.go();
	await v.page.getByRole('heading', { name: 'Sign in' }).waitFor();
	check(v.requests.length <= 6,
	    `the first view needs ${v.requests.length} requests: ` +
	    v.requests.join(' '));
	check(v.bytes <= 60 * 1024, `the first view has ${v.bytes} bytes`);
	await looks(v, `sign-in-${size.width}${dark ? '-dark' : ''}`);
	await v.page.setViewportSize({ width: 320, height: 480 });
	await looks(v, 'sign-in-320');
	await v.close();
}

/* By keyboard alone, from the wrong password to signing out. */
async function byKeyboard(site, size)
{
	const { username } = await person(site, { 1: 'viewer', 2: 'editor' });
	const v = await visit(site, { size, expect: [401] });
	const { page } = v;

	await v.go();
	await page.getByLabel('User name').waitFor();
	await page.waitForFunction(() =>
	    document.activeElement.id === 'username');
	await page.keyboard.type(username);
	await keys(v, 'Tab');
	await page.keyboard.type('wrong password');
	await keys(v, 'Enter');
	const alert = page.getByRole('alert');
	await alert.waitFor();
	equal((await alert.textContent()).trim(),
	    'The username or the password is wrong.', 'the sentence');
	await page.getByLabel('Password', { exact: true }).focus();
	await keys(v, 'Control+A');
	await page.keyboard.type(PASSWORD);
	await keys(v, 'Enter');
	await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
	equal(await page.locator('.cards li').count(), 2,
	    'the campaigns of a member of two');
	await looks(v, `campaigns-${size.width}`);

	const [cookie] = await v.context.cookies();
	equal(cookie.name, '__Host-cerberus', 'the cookie');
	check(cookie.httpOnly && cookie.secure && cookie.sameSite === 'Strict',
	    'the cookie is not HttpOnly, Secure and SameSite=Strict');
	equal(await page.evaluate(() => document.cookie), '',
	    'what scripts see of it');

	/* The skip link is the first stop of a page. */
	await page.reload();
	await page.getByRole('heading', { name: 'Campaigns' }).waitFor();
	await keys(v, 'Tab');
	equal(await page.evaluate(() => document.activeElement.className),
	    'skip', 'the first stop of the Tab key');
	await keys(v, 'Enter');
	equal(await page.evaluate(() => document.activeElement.id), 'main',
	    'where the skip link leads');
	await page.locator('.cards a').first().focus();
	await keys(v, 'Enter');
	await page.waitForURL(/#\/campaigns\/1\//);
	await page.locator('nav[aria-label=Pages]').waitFor(
	    { state: 'attached' });
	await page.getByRole('heading', { level: 1 }).waitFor();
	await looks(v, `shell-${size.width}`);
	if (size === PHONE) {
		const menu = page.getByRole('button', { name: 'Menu' });

		equal(await page.locator('nav[aria-label=Pages]')
		    .isVisible(), false, 'the navigation before');
		await menu.focus();
		await keys(v, 'Enter');
		equal(await menu.getAttribute('aria-expanded'), 'true',
		    'the menu');
		await page.locator('nav[aria-label=Pages] a').first()
		    .waitFor();
	}
	await page.getByLabel('Campaign').selectOption('2');
	await page.waitForURL(/#\/campaigns\/2\//);

	await page.getByRole('button', { name: 'Sign out' }).focus();
	await keys(v, 'Enter');
	await page.getByText('You are signed out.').waitFor();
	equal((await v.context.cookies()).length, 0, 'cookies afterwards');
	await page.reload();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await v.close();
}

/* Each role sees its own campaigns, an admin all. */
async function byRole(site)
{
	const { total_campaigns: all } = await api(site, 'GET', '/campaigns');

	for (const role of [...ROLES, 'admin']) {
		const { username } = await person(site,
		    role === 'admin' ? role : { 2: role });
		const v = await visit(site);

		await signIn(v, username);
		if (role === 'admin') {
			await v.page.locator('.cards li').first().waitFor();
			equal(await v.page.locator('.cards li').count(), all,
			    "an admin's campaigns");
		} else {
			await v.page.waitForURL(/#\/campaigns\/2\//);
			await v.go('#/campaigns/1/');
			await v.page.getByText('Campaign with ID 1 not found.')
			    .waitFor();
			v.expect.push(404);
			v.mistakes = [];
		}
		await v.close();
	}
}

async function secondFactor(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const login = await (await fetch(`${site.url}/api/v1/auth/login`, {
	    method: 'POST', body: JSON.stringify({ username,
	    password: PASSWORD }) })).json();
	const headers = { Authorization: `Bearer ${login.token}` };
	const { secret } = await api(site, 'POST', '/auth/totp',
	    { password: PASSWORD }, headers);
	await api(site, 'POST', '/auth/totp/confirm',
	    { code: totp(secret, -1) }, headers);
	const v = await visit(site, { size: PHONE, expect: [401] });

	await v.go();
	await v.page.getByLabel('User name').fill(username);
	await v.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await keys(v, 'Enter');
	await v.page.getByLabel('Code').waitFor();
	await v.page.waitForFunction(() =>
	    document.activeElement.id === 'code');
	await looks(v, 'sign-in-code');
	await v.page.keyboard.type('000000');
	await keys(v, 'Enter');
	await v.page.getByRole('alert').waitFor();
	await v.page.getByLabel('Code').fill(totp(secret));
	await keys(v, 'Enter');
	await v.page.waitForURL(/#\/campaigns\/1\//);
	await v.close();
}

/* A session that ends meanwhile, a lost connection, a server that fails. */
async function troubles(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site, { expect: [401, 503] });
	const { page } = v;

	await signIn(v, username);
	await page.waitForURL(/#\/campaigns\/1\//);
	v.offline = true;
	await v.context.setOffline(true);
	await page.getByText('No connection.').waitFor();
	await v.context.setOffline(false);
	await page.getByText('No connection.').waitFor({ state: 'detached' });
	v.offline = false;

	/* A call that is safe to repeat succeeds at the second try. */
	let tries = 0;
	await page.route('**/auth/me', (route) => ++tries === 1 ?
	    route.fulfill({ status: 503, contentType:
	    'application/problem+json', body: '{"detail":"Away."}' }) :
	    route.continue());
	await page.reload();
	await page.locator('.top').waitFor();
	equal(tries, 2, 'tries of a call that failed once');

	await v.context.clearCookies();
	await page.goto(`${site.url}/portal/#/account`);
	await page.getByText('Your session has ended.').waitFor();
	/* Else the page would open as this person without a connection. */
	equal(await page.evaluate(() => localStorage.getItem('cerberus.last')),
	    null, 'who was signed in');
	await page.getByLabel('User name').fill(username);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await keys(v, 'Enter');
	await page.getByRole('heading', { name: 'Your account' }).waitFor();
	await v.close();
}

/* A link of somebody else's may name a page, but no call of the interface. */
async function links(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const v = await visit(site);
	const { page } = v;

	await signIn(v, username);
	for (const hash of ['campaigns/1/phones/..%2F..%2Fauth%2Flogout%3F',
	    'campaigns/1/phones/%2e%2e', 'campaigns/1/voters/5%3Ferase=1',
	    'campaigns/1/voters/%', 'campaigns/%E0/voters']) {
		await page.goto(`${site.url}/portal/#/${hash}`);
		await page.reload();
		await page.getByText('There is no such page').waitFor();
	}
	check(!v.requests.some((url) => /logout|call-lists|erase/.test(url)),
	    'a link calls nothing');
	equal(await page.evaluate(() => import('./js/api.js').then(({ url }) =>
	    ['/voters/../users', '/voters/%2E%2e/users', '/voters/5?erase=1',
	    '/voters/5#', '/voters\\..\\users', '/voters/.'].filter((path) => {
		try {
			return url(path);
		} catch {
			return false;
		}
	    }).join())), '', 'paths that lead elsewhere');
	await v.close();
}

/* Where other people's pages have the same origin, nobody can sign in. */
async function shared(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit({ url: site.url.replace('/campaign',
	    '/~campaign') }, { expect: [403] });

	await v.go();
	await v.page.getByLabel('User name').fill(username);
	await v.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await keys(v, 'Enter');
	await v.page.getByText('needs a host name of its own').waitFor();
	equal((await v.context.cookies()).length, 0, 'cookies');
	await v.close();
}

export default async function run(site)
{
	await files(site);
	await firstView(site, DESK);
	await firstView(site, PHONE, true);
	await byKeyboard(site, DESK);
	await byKeyboard(site, PHONE);
	if (site.name === 'apache-path')
		await shared(site);
	if (site.name.endsWith('-path'))
		return;
	await byRole(site);
	await secondFactor(site);
	await troubles(site);
	await links(site);
}
