/* The treasurer: ActBlue's file, a donor over the limit, a payout. */
import { execFileSync } from 'node:child_process';
import { api, check, drop, equal, keys, person } from './browser.mjs';
import { campaign, everywhere, open, paid } from './staff.mjs';

const env = process.env;

/* Three contributions of a week, the last one refunded. */
const ACTBLUE = `Receipt ID,Date,Amount,Donor First Name,Donor Last Name,\
Donor Email,Donor Employer,Donor Occupation,Reference Code,Fee,Lineitem ID,\
Refund ID,Refund Date
AB1,2026-05-09 17:33:08,25.00,Ada,Blue,ada@example.org,Own Shop,Welder,spring,0.99,1,,
AB2,2026-05-10 08:00:00,100.00,Max,Blue,max@example.org,,,spring,3.95,2,,
AB3,2026-05-11 12:15:00,10.50,Ida,Blue,ida@example.org,Acme,Cook,,0.41,3,R3,\
2026-05-12 09:00:00
`;

const first = (page) => page.locator('[role=grid] tr[data-row="0"]');

/* The file is dropped as it came: no column is asked for. */
async function actblue(site, c)
{
	const v = await open(site, c, 'manager');
	const { page } = v;
	const gifts = async () => (await api(site, 'GET',
	    `/donations?campaign_id=${c.id}&source=actblue&sort=donation_id`))
	    .donations;

	await v.to('donations/import', 'Import gifts');
	await drop(page, 'paid.csv', ACTBLUE, 'section:has(input[type=file])');
	await page.getByRole('heading', { name: 'What the import will do' })
	    .waitFor();
	await page.getByText('3 rows from actblue').waitFor();
	equal(await page.getByLabel(/^Field of/).count(), 0,
	    'columns to be chosen');
	await everywhere(v, 'actblue');
	equal((await gifts()).length, 0, 'gifts after the trial');
	await page.getByRole('button', { name: 'Import 3 gifts' }).click();
	await page.getByRole('heading', { name: 'The file is imported' })
	    .waitFor();
	equal((await gifts()).map((g) => `${g.amount} ${g.amount_refunded} ${
	    g.status}`).join(), '2500 0 succeeded,10000 0 succeeded,' +
	    '1050 1050 refunded', 'the gifts');
	await v.to('donations', 'Donations');
	await page.getByText('Ida Blue').waitFor();
	check((await page.locator('.figures').innerText())
	    .includes('$125.00\nnet of'), 'the sum of the gifts');
	await v.close();
}

/* A gift over the limit is taken, and listed. */
async function limit(site)
{
	const { username } = await person(site, { 1: 'manager' });
	const { campaign_name: name } = await api(site, 'GET', '/campaigns/1');
	const v = await open(site, { id: 1, name, people: { manager: username } },
	    'manager');
	const { page } = v;
	const last = `Over${username}`;

	await v.to('donations/new', 'Record a gift');
	for (const [label, text] of [['Amount', '3400'], ['First name', 'Olive'],
	    ['Last name', last], ['E-mail', `${username}@example.org`]])
		await page.getByLabel(label, { exact: true }).fill(text);
	await page.getByRole('button', { name: 'Record the gift' }).click();
	await page.getByRole('link', { name: `$3,400.00 of Olive ${last}` })
	    .waitFor();
	await v.to('donations/limits', 'Donors over the limit');
	const row = page.getByRole('row').filter({ hasText: last });
	await row.getByText('$3,300.00').waitFor();
	await row.getByText('$100.00').waitFor();
	await everywhere(v, 'limits');
	await row.focus();
	await keys(v, 'Enter');
	await page.getByRole('heading', { level: 1,
	    name: `$3,400.00 of Olive ${last}` }).waitFor();
	await v.close();
}

/* A payout of Stripe's with the gifts that it consists of. */
async function payout(site, c)
{
	const id = await paid(site, c, 12300, { email: 'payout@example.org' });
	const events = await (await fetch(`${env.STRIPE_URL}/_control/happen`, {
	    method: 'POST', body: JSON.stringify({ key: 'sk_test_portal',
	    kind: 'payout', arrival: Math.floor(Date.now() / 1000) }) })).json();
	const { amount } = events[0].data.object;
	const v = await open(site, c, 'admin');
	const { page } = v;
	const money = (n) => new Intl.NumberFormat('en-US', { style: 'currency',
	    currency: 'USD' }).format(n / 100);

	execFileSync(`${env.PROGRAMS}/../cli/cerberus`, ['reconcile']);
	await v.to('donations/payouts', 'Payouts to the bank');
	await first(page).getByText(money(amount)).waitFor();
	await everywhere(v, 'payouts');
	await first(page).focus();
	await keys(v, 'Enter');
	await page.getByRole('heading', { level: 2, name: money(amount) })
	    .waitFor();
	await everywhere(v, 'payout');
	await page.getByRole('row').filter({ hasText: '$123.00' })
	    .getByRole('link', { name: 'Gift' }).click();
	await page.waitForURL(new RegExp(`donations/${id}$`));
	await v.close();
}

export default async function run(site)
{
	const c = await campaign(site);

	await actblue(site, c);
	await limit(site);
	await payout(site, c);
}
