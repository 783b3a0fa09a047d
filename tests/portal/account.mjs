/* Invitations, and the caller's own sessions, password, factor and keys. */
import { api, check, DESK, equal, keys, looks, PASSWORD, person, PHONE, signIn,
    totp, visit } from './browser.mjs';

async function invited(site, size, named)
{
	const { username, id } = await person(site, { 1: 'viewer' });
	const { token } = await api(site, 'POST', `/users/${id}/invitation`);
	const link = `#invitation=${token}${named ? `&user=${username}` : ''}`;
	const v = await visit(site, { size, expect: [400, 404] });
	const { page } = v;
	const first = page.getByLabel('Password', { exact: true });

	await v.go(link);
	await first.waitFor();
	await looks(v, `invitation-${size.width}`);
	await first.fill('new secret words');
	await page.getByLabel('The same password again').fill('other words');
	await keys(v, 'Enter');
	await page.getByText('The two passwords differ.').first().waitFor();
	await first.fill('short');
	await page.getByLabel('The same password again').fill('short');
	await keys(v, 'Enter');
	await page.locator('#password-error').waitFor();
	await first.fill('new secret words');
	await page.getByLabel('The same password again')
	    .fill('new secret words');
	await keys(v, 'Enter');
	if (!named) {
		await page.getByText('Your password is set.').waitFor();
		await page.getByLabel('User name').fill(username);
		await first.fill('new secret words');
		await keys(v, 'Enter');
	}
	await page.waitForURL(/#\/campaigns\/1\//);
	check(!page.url().includes(token), 'the token is still in the address');
	await v.close();

	const again = await visit(site, { expect: [404] });

	await again.go(link);
	await again.page.getByLabel('Password', { exact: true })
	    .fill('third secret words');
	await again.page.getByLabel('The same password again')
	    .fill('third secret words');
	await keys(again, 'Enter');
	await again.page.getByText('was used already').waitFor();
	await again.close();
}

async function sessions(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const phone = await visit(site, { size: PHONE, expect: [401] });
	const desk = await visit(site);

	await signIn(phone, username);
	await signIn(desk, username);
	/* The page before has all of its files. */
	await desk.page.waitForLoadState('networkidle');
	desk.count();
	await desk.go('#/account');
	await desk.page.getByText('(this browser)').waitFor();
	await desk.page.getByText('No program has a key').waitFor();
	check(desk.files < 15 * 1024, `the page has ${desk.files} bytes`);
	await looks(desk, 'account-1280');
	await desk.page.getByRole('button', { name: /^End the session/ })
	    .click();
	await desk.page.getByRole('button', { name: /^End the session/ })
	    .waitFor({ state: 'detached' });
	await phone.go('#/account');
	await phone.page.reload();
	await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor();
	await phone.close();
	await desk.close();
}

async function password(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site, { size: PHONE, expect: [403, 400] });
	const { page } = v;
	const change = page.getByRole('button', { name: 'Change the' });

	await signIn(v, username, '#/account');
	await looks(v, 'account-360');
	await page.getByLabel('Current password').fill('wrong password');
	await page.getByLabel('New password').fill('new secret words');
	await change.click();
	await page.getByText('The current password is wrong.').waitFor();
	await page.getByLabel('Current password').fill(PASSWORD);
	await page.getByLabel('New password').fill('short');
	await change.click();
	await page.locator('.field .error').waitFor();
	await page.getByLabel('New password').fill('new secret words');
	await change.click();
	await page.getByText('The password is changed').waitFor();
	await v.close();
}

async function factor(site)
{
	const { username } = await person(site, { 1: 'viewer' });
	const v = await visit(site, { expect: [401, 403] });
	const { page } = v;

	await signIn(v, username, '#/account');
	await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Set up a second' }).click();
	const secret = (await page.locator('code').textContent())
	    .replace(/\s/g, '');
	await page.getByLabel('Code of the app').fill('000000');
	await keys(v, 'Enter');
	await page.getByText('The code is wrong').waitFor();
	await page.getByLabel('Code of the app').fill(totp(secret, -1));
	await keys(v, 'Enter');
	await page.locator('.recovery li').first().waitFor();
	equal(await page.locator('.recovery li').count(), 10, 'recovery codes');
	const recovery = await page.locator('.recovery li').first().textContent();
	await page.getByRole('button', { name: 'I have noted' }).click();

	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByLabel('User name').fill(username);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await keys(v, 'Enter');
	await page.getByLabel('Code').fill(recovery);
	await keys(v, 'Enter');
	await page.locator('.top').waitFor();
	await v.go('#/account');
	await page.getByLabel('Your password to remove it').fill(PASSWORD);
	await page.getByLabel('A code').fill(totp(secret));
	await page.getByRole('button', { name: 'Remove the second' }).click();
	await page.getByRole('button', { name: 'Set up a second' }).waitFor();
	await v.close();
}

async function apiKeys(site)
{
	const { username } = await person(site, { 1: 'editor' });
	const v = await visit(site, { expect: [401] });
	const { page } = v;

	await signIn(v, username, '#/account');
	await page.getByRole('button', { name: 'New key' }).focus();
	await keys(v, 'Enter');
	await page.getByLabel('Name', { exact: true }).waitFor();
	await looks(v, 'new-key');
	await page.getByLabel('Name', { exact: true }).focus();
	await page.keyboard.type('Nightly sync');
	await keys(v, 'Enter');
	const key = await page.locator('.secret').textContent();
	const use = () => fetch(`${site.url}/api/v1/auth/me`, { headers:
	    { Authorization: `Bearer ${key}` } });
	equal((await use()).status, 200, 'a call with the key');
	await keys(v, 'Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	equal(await page.evaluate(() => document.activeElement.textContent
	    .trim()), 'New key', 'the focus after the dialog');
	await page.getByRole('button', { name: 'Revoke the key Nightly' })
	    .click();
	await page.getByRole('button', { name: 'Revoke the key',
	    exact: true }).click();
	await page.getByText('No program has a key').waitFor();
	equal((await use()).status, 401, 'a call with a revoked key');
	await v.close();
}

export default async function run(site)
{
	await invited(site, PHONE, true);
	await invited(site, DESK, false);
	await sessions(site);
	await password(site);
	await factor(site);
	await apiKeys(site);
}
