/*
 * Stripe's origins for a page under test: Stripe.js, its interface, a bank's page
 * and Stripe Checkout.  What happens there happens at the local Stripe of
 * tests/support, which then sends its events to the service.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const env = process.env;
const KEY = 'sk_test_portal';
const SCRIPT = readFileSync(`${env.SRCDIR}/tests/portal/stripe_js.js`);
const CORS = { 'Access-Control-Allow-Origin': '*' };
const DECLINED = { type: 'card_error', code: 'card_declined',
    message: 'Your card was declined.' };
const DENIED = { type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure', message:
    'We are unable to authenticate your payment method. Please try another.' };

const control = async (what, body) => (await fetch(
    `${env.STRIPE_URL}/_control/${what}`, { method: 'POST',
    body: JSON.stringify(body) })).json();

/* Send events to the service as Stripe does. */
async function deliver(site, events)
{
	for (const event of events) {
		const body = JSON.stringify(event);
		const at = Math.floor(Date.now() / 1000);
		const mac = createHmac('sha256', 'whsec_portal')
		    .update(`${at}.${body}`).digest('hex');
		const answer = await fetch(`${site.url}/api/v1/donate/webhook`, {
		    method: 'POST', body,
		    headers: { 'Content-Type': 'application/json',
		    'Stripe-Signature': `t=${at},v1=${mac}` } });

		if (!answer.ok)
			throw new Error(`webhook: ${answer.status}`);
	}
}

const happen = async (site, intent, kind, more) => deliver(site,
    await control('happen', { key: KEY, intent, kind, ...more }));
const intentOf = async (id) => (await control('state', { key: KEY })).intents
    .find((i) => i.id === id);
const page = (body) => ({ contentType: 'text/html; charset=utf-8', body:
    `<!DOCTYPE html><html lang="en"><title>Stripe</title><main>${body}</main>` });

/* The answer to a confirmation; s has what the tests count and want. */
async function confirm(s, id, form)
{
	const intent = await intentOf(id);
	const billing_details = JSON.parse(form.get('billing'));

	s.confirmed++;
	if (intent.status === 'succeeded')
		return { error: { type: 'invalid_request_error',
		    code: 'payment_intent_unexpected_state',
		    payment_intent: intent, message: 'Paid already.' } };
	if (form.get('card') === '0002') {
		await happen(s.site, id, 'failed');
		return { error: { ...DECLINED,
		    payment_intent: await intentOf(id) } };
	}
	if (form.get('card') === 'bank') {
		await happen(s.site, id, 'requires_action');
		return { ...await intentOf(id), next_action: { redirect_to_url: {
		    url: `https://hooks.stripe.com/redirect?intent=${id}&back=${
		    encodeURIComponent(form.get('return_url'))}` } } };
	}
	if (form.get('card') === '3155' && !form.get('authenticated')) {
		await happen(s.site, id, 'requires_action');
		return intentOf(id);
	}
	if (form.get('authenticated') === 'false') {
		await happen(s.site, id, 'failed');
		return { error: DENIED };
	}
	await happen(s.site, id, 'succeeded', { billing_details });
	if (s.loseConfirmation) {
		s.loseConfirmation = false;
		return null;
	}
	return intentOf(id);
}

/* Answer for Stripe in a browser; returns what the tests look at and change. */
export async function stripe(context, site)
{
	const s = { site, confirmed: 0, blocked: false, loseConfirmation: false };

	await context.route('https://js.stripe.com/**', (r) => s.blocked ?
	    r.abort('blockedbyclient') :
	    r.fulfill({ contentType: 'text/javascript', body: SCRIPT }));
	await context.route('https://api.stripe.com/**', async (r) => {
		const url = new URL(r.request().url());
		const id = url.pathname.split('/')[3];
		const post = r.request().method() === 'POST';
		const answer = post ? await confirm(s, id,
		    new URLSearchParams(r.request().postData())) :
		    await intentOf(id);

		await answer === null ? r.abort('connectionreset') :
		    r.fulfill({ json: answer, headers: CORS });
	});
	await context.route('https://hooks.stripe.com/**', async (r) => {
		const url = new URL(r.request().url());
		const id = url.searchParams.get('intent');
		const back = new URL(url.searchParams.get('back'));
		const intent = await intentOf(id);

		if (url.searchParams.get('how') === 'pay')
			await happen(site, id, 'succeeded', {});
		if (url.searchParams.has('how')) {
			back.searchParams.set('payment_intent', id);
			back.searchParams.set('payment_intent_client_secret',
			    intent.client_secret);
			back.searchParams.set('redirect_status', 'x');
			await r.fulfill({ status: 303,
			    headers: { Location: back.href } });
			return;
		}
		const link = (how) => `<a href="?${url.searchParams}&how=${how}">` +
		    `${how}</a> `;
		await r.fulfill(page(`<h1>Bank</h1>${link('pay')}${link('refuse')}`));
	});
	await context.route('https://checkout.stripe.com/**', (r) =>
	    r.fulfill(page('<h1>Stripe Checkout</h1>')));
	return s;
}

export { control, deliver, happen, KEY };
