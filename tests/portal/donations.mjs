/* Donations: the list, one gift, refunds, offline gifts, files, the lists. */
import { api, check, DESK, equal, keys } from './browser.mjs';
import { campaign, confirm, everywhere, frugal, open, paid, voter }
    from './staff.mjs';

const record = (site, c, more) => api(site, 'POST', '/donations', {
    campaign_id: c.id, method: 'check', amount: 10000, first_name: 'Rosa',
    last_name: 'Diaz', ...more });

/* The list, its filters in the address, the chart, and a row by keyboard. */
async function list(site, c)
{
	const v = await open(site, c, 'viewer');
	const { page } = v;

	await v.to('donations', 'Donations');
	frugal(v, 'donations');
	await page.getByText('3 gifts', { exact: true }).waitFor();
	await everywhere(v, 'donations');
	check((await page.locator('.figures').innerText())
	    .includes('$350.00\nnet of 3 gifts'), 'the sum of the gifts');
	equal(await page.getByRole('link', { name: 'Record a gift' }).count(),
	    0, 'what a viewer may record');
	equal(await page.getByRole('link', { name: 'Export' }).count(), 0,
	    'exports of a viewer');
	await page.getByLabel('Method').selectOption('check');
	await page.getByText('1 gift', { exact: true }).waitFor();
	await page.waitForURL(/method=check/);
	await page.reload();
	await page.getByText('1 gift', { exact: true }).waitFor();
	await page.locator('[role=grid] tr[data-row="0"]').focus();
	await keys(v, 'Enter');
	await page.getByRole('heading', { level: 1,
	    name: '$100.00 of Rosa Diaz' }).waitFor();
	equal(await page.getByRole('button', { name: /Refund|Void|Save/ })
	    .count(), 0, 'the acts of a viewer');
	await page.goBack();
	await page.getByText('1 gift', { exact: true }).waitFor();
	await v.close();
}

/* By keyboard: what the refund will do, then it is done at Stripe once. */
async function refund(site, c, id)
{
	const v = await open(site, c, 'manager', '', { expect: [502] });
	const { page } = v;

	await v.to(`donations/${id}`, '$200.00 of Ada Example');
	frugal(v, 'a gift');
	await everywhere(v, 'gift');
	await page.getByRole('button', { name: 'Refund…' }).focus();
	await keys(v, 'Enter');
	await page.getByLabel('Amount').fill('500');
	await page.getByText('Give an amount up to $200.00.').waitFor();
	await page.getByLabel('Amount').fill('50');
	const says = await page.getByRole('dialog').getByRole('status')
	    .innerText();
	for (const part of ['$50.00 of $200.00', 'Ada Example',
	    '$150.00 of the gift is left', 'cannot be taken back'])
		check(says.includes(part), `the refund does not say ${part}: ` +
		    says);
	await everywhere(v, 'refund');

	/* Stripe's answer is lost; the same button resumes the refund. */
	await fetch(`${process.env.STRIPE_URL}/_control/faults`, {
	    method: 'POST', body: JSON.stringify(Array(60).fill(
	    { kind: 'drop_after' })) });
	await page.getByRole('button', { name: 'Refund $50.00' }).focus();
	await keys(v, 'Enter');
	await page.getByRole('alert').waitFor({ timeout: 60000 });
	await fetch(`${process.env.STRIPE_URL}/_control/faults`, {
	    method: 'POST', body: '[]' });
	await page.getByRole('button', { name: 'Refund $50.00' }).focus();
	await keys(v, 'Enter');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.locator('.facts').getByText('$50.00', { exact: true })
	    .waitFor();
	equal((await api(site, 'GET', `/donations/${id}`)).amount_refunded, 5000,
	    'refunded once');
	await page.getByRole('cell', { name: 'Refund', exact: true }).waitFor();

	const [receipt] = await Promise.all([page.waitForEvent('popup'),
	    page.getByRole('link', { name: 'Receipt' }).click()]);
	await receipt.getByText('USD 200.00').waitFor();
	await receipt.close();
	await v.close();
}

/* Two people change one gift; a lost connection keeps what was typed. */
async function conflict(site, c, id)
{
	const v = await open(site, c, 'manager', '', { expect: [412] });
	const { page } = v;

	await v.to(`donations/${id}`, '$100.00 of Rosa Diaz');
	await api(site, 'PATCH', `/donations/${id}`, { employer: 'Theirs' });
	await page.getByLabel('Employer').fill('Mine');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByRole('dialog').getByRole('cell', { name: 'Theirs' })
	    .waitFor();
	await page.getByRole('dialog').getByRole('cell', { name: 'Mine' })
	    .waitFor();
	await everywhere(v, 'conflict');
	await confirm(v, 'Save mine over it');
	await page.getByText('Saved.', { exact: true }).first().waitFor();
	equal((await api(site, 'GET', `/donations/${id}`)).employer, 'Mine',
	    'the version that was chosen');

	await api(site, 'PATCH', `/donations/${id}`, { employer: 'Theirs' });
	await page.getByLabel('Employer').fill('Mine again');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await confirm(v, 'Take theirs');
	equal(await page.getByLabel('Employer').inputValue(), 'Theirs',
	    'the field then');

	v.offline = true;
	await v.context.setOffline(true);
	await page.getByLabel('Occupation').fill('Baker');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByRole('alert').waitFor();
	await v.context.setOffline(false);
	await page.reload();
	await page.getByText('What you typed before is still here').waitFor();
	equal(await page.getByLabel('Occupation').inputValue(), 'Baker',
	    'what was typed');
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.getByText('Saved.', { exact: true }).first().waitFor();
	equal((await api(site, 'GET', `/donations/${id}`)).occupation, 'Baker',
	    'the occupation');

	await page.getByRole('button', { name: 'Void…' }).click();
	check((await page.getByRole('dialog').innerText()).includes(
	    '$100.00 of Rosa Diaz no longer counts'), 'what voiding does');
	await page.getByLabel('Reason').fill('Returned by the bank');
	await confirm(v, 'Void the gift');
	await page.locator('.bar').getByText('Void', { exact: true }).waitFor();
	await v.close();
}

async function offlineGift(site, c)
{
	const v = await open(site, c, 'manager', '', { expect: [400] });
	const { page } = v;

	await v.to('donations/new', 'Record a gift');
	frugal(v, 'a new gift');
	await everywhere(v, 'gift-new');
	await page.getByRole('button', { name: 'Record the gift' }).click();
	await page.getByText('This is not an amount.').first().waitFor();
	await page.getByLabel('Method').selectOption('cash');
	equal(await page.getByLabel('Check number').count(), 0,
	    'a check number of cash');
	await page.getByLabel('Amount').fill('60.50');
	await page.reload();
	await page.getByText('What you typed before').waitFor();
	equal(await page.getByLabel('Amount').inputValue(), '60.50',
	    'the amount, after the page was loaded again');
	await page.getByRole('button', { name: 'Record the gift' }).click();
	await page.getByRole('link', { name: '$60.50 of an anonymous donor' })
	    .waitFor();
	check(/50\.00/.test(await page.locator('.notice.warn').innerText()),
	    'the warning of anonymous cash');
	equal(await page.getByLabel('Amount').inputValue(), '',
	    'the form afterwards');
	await v.close();
}

const ANEDOT = 'Id,Given,When,First,Last\nx-1,10.00,5/9/2026,Ida,Good\n' +
    'x-2,20.00,5/10/2026,Max,Good\nx-3,zero,5/10/2026,Bad,Row\n';

/* A file of unknown columns: mapped, tried, imported, known afterwards. */
async function importFile(site, c)
{
	const v = await open(site, c, 'manager', '', { expect: [422] });
	const { page } = v;
	const file = { name: 'gifts.csv', mimeType: 'text/csv',
	    buffer: Buffer.from(ANEDOT) };

	await v.to('donations/import', 'Import gifts');
	frugal(v, 'the import of gifts');
	await page.getByLabel('File').setInputFiles(file);
	await page.getByLabel('Field of Given').waitFor();
	equal(await page.getByLabel('Field of Given').inputValue(), 'amount',
	    'the guess for Given');
	await page.getByLabel('Source').fill('anedot');
	await everywhere(v, 'gift-import');
	await page.getByRole('button', { name: 'Try it' }).click();
	await page.getByRole('heading', { name: 'What the import will do' })
	    .waitFor();
	check((await page.locator('.figures').innerText()).includes(
	    '2\nnew gifts'), 'the numbers of the trial');
	equal((await api(site, 'GET', `/donations?campaign_id=${c.id}` +
	    '&source=anedot')).total_donations, 0, 'gifts after the trial');
	await page.getByRole('button', { name: 'Import 2 gifts' }).click();
	await page.getByRole('heading', { name: 'The file is imported' })
	    .waitFor();
	equal((await api(site, 'GET', `/donations?campaign_id=${c.id}` +
	    '&source=anedot')).total_donations, 2, 'imported gifts');
	await page.getByText('anedot', { exact: true }).waitFor();

	/* The saved columns are used the next time. */
	await page.reload();
	await page.getByLabel('File').setInputFiles(file);
	await page.getByRole('heading', { name: 'What the import will do' })
	    .waitFor();
	check((await page.locator('.figures').innerText()).includes(
	    '2\nas they are already'), 'a file that is known');
	await page.getByRole('button', { name: 'Delete…' }).click();
	check(/5 columns have to be chosen again/.test(
	    await page.getByRole('dialog').innerText()), 'what deleting does');
	await confirm(v, 'Delete');
	await page.getByText('None.').waitFor();

	/* Another amount for a known gift is a conflict, to be settled. */
	const form = new FormData();
	form.append('campaign_id', c.id);
	form.append('source', 'anedot');
	form.append('mapping', '{"external_id":"Id","amount":"Given",' +
	    '"paid_at":"When"}');
	form.append('file', new Blob(['Id,Given,When\nx-1,15.00,5/9/2026\n']),
	    'x.csv');
	await fetch(`${site.url}/api/v1/donations/import`, { method: 'POST',
	    body: form, headers: { Authorization:
	    `Bearer ${process.env.ADMIN_KEY}` } });
	await v.to('donations/waiting', 'Reports that wait for a person');
	await page.locator('[role=grid] tr[data-row="0"]').focus();
	await everywhere(v, 'waiting');
	await page.locator('[role=grid] tr[data-row="0"]').focus();
	await keys(v, 'Enter');
	await page.getByLabel('What to do').selectOption('accept');
	check((await page.getByRole('dialog').innerText()).includes(
	    "The gift's amount becomes $15.00"), 'what settling does');
	await page.getByLabel('Note').fill('The bank says so');
	await confirm(v, 'Change the gift to $15.00');
	await page.getByText('0 in the list').waitFor();
	await page.getByLabel('Show').selectOption('true');
	await page.getByText('accept: The bank says so').waitFor();
	await v.close();
}

async function exports_(site, c)
{
	const v = await open(site, c, 'manager');
	const { page } = v;

	await v.to('donations/export', 'Export gifts');
	frugal(v, 'exports');
	await everywhere(v, 'gift-export');
	await page.getByText(/\d paid gifts, \$/).waitFor();
	const [csv] = await Promise.all([page.waitForEvent('download'),
	    page.getByRole('link', { name: 'Download', exact: true }).click()]);
	check(/donation/.test(csv.suggestedFilename()), 'the name of the file');
	await page.getByLabel('Format').selectOption('fec');
	await page.getByText("Set the committee's id").waitFor();
	await v.close();
}

/* Each list of the treasurer; what prints is the list alone. */
async function treasurer(site, c)
{
	const v = await open(site, c, 'manager');
	const { page } = v;

	for (const [where, heading] of [
	    ['limits', 'Donors over the limit'],
	    ['refunds', 'Refunds and lost disputes'],
	    ['recurring', 'Recurring gifts'], ['payouts', 'Payouts to the bank'],
	    ['best-efforts', 'Donors to ask for their employer']]) {
		await v.to(`donations/${where}`, heading);
		await page.getByText(/\d in the list/).waitFor();
		if (where === 'limits')
			frugal(v, 'the lists');
		if (where === 'best-efforts')
			await everywhere(v, `list-${where}`);
	}
	await page.getByText('1 in the list').waitFor();
	await page.evaluate(() => {
		window.print = () => document.body.dataset.printed = 'yes';
	});
	await page.getByRole('button', { name: 'Print' }).click();
	await page.locator('body[data-printed]').waitFor();
	await page.emulateMedia({ media: 'print' });
	for (const name of ['Print', 'Sign out'])
		equal(await page.getByRole('button', { name }).isVisible(),
		    false, `${name} on paper`);
	check((await page.locator('.paper').innerText()).includes('Eve Example'),
	    'the list on paper');
	equal(await page.getByRole('grid').isVisible(), false,
	    'the table of the screen on paper');
	await page.emulateMedia({ media: 'screen' });
	await v.to('donations/refunds', 'Refunds and lost disputes');
	await page.getByText('$50.00').waitFor();
	await v.close();

	const viewer = await open(site, c, 'viewer');
	await viewer.to('donations/waiting', 'There is no such list');
	await viewer.close();
}

/* A long list has only its visible rows in the document. */
async function long(site)
{
	const c = await campaign(site);

	await voter(site, c, 'One', 'Long');
	for (let i = 0; i < 130; i += 10)
		await Promise.all(Array.from({ length: 10 }, (_, k) =>
		    record(site, c, { amount: 100 + i + k })));
	const v = await open(site, c, 'editor', '', { size: DESK });
	const { page } = v;

	await v.to('donations', 'Donations');
	await page.getByText('130 gifts', { exact: true }).waitFor();
	check(await page.locator('tr[data-row]').count() < 60,
	    'rows in the document');
	await page.locator('tr[data-row="0"]').focus();
	await keys(v, 'End');
	/* One of the first ten, which were recorded at the same time. */
	await page.locator('tr[data-row="129"]').getByText(/^\$1\.0\d$/)
	    .waitFor();
	await v.close();
}

export default async function run(site)
{
	const c = await campaign(site);
	const gift = await paid(site, c, 20000);
	const large = await paid(site, c, 5000, { email: 'mo@example.org',
	    first_name: 'Mo' });
	const check_ = await record(site, c, { last_name: 'Diaz' });

	check(large > gift, 'gifts by card');
	await list(site, c);
	await refund(site, c, gift);
	await paid(site, c, 25000, { email: 'efforts@example.org',
	    first_name: 'Eve' });
	await treasurer(site, c);
	await conflict(site, c, check_.donation_id);
	await offlineGift(site, c);
	await importFile(site, c);
	await exports_(site, c);
	await long(site);
}
