/*
 * The donation form.  With Stripe.js the card is entered on this page; without
 * it, for example because it is blocked, the donor goes on to Stripe's own page.
 * gift.js makes sure that a donor pays once.
 */
import {
	Failure, campaignOf, check, enhance, leave, post, randomKey, restore, say,
	thank,
} from './form.js';
import { Gift, isPaid } from './gift.js';

const STRIPE = 'https://js.stripe.com/v3/';
/* Stripe's usual fee on a card in the United States. */
const FEE_SHARE = 0.029;
const FEE_FIXED = 30;

const DONOR = ['first_name', 'last_name', 'email', 'phone_number',
	'address_line1', 'address_line2', 'address_city', 'address_state',
	'address_zip', 'employer', 'occupation', 'consent_text'];
const CONSENTS = ['contact_email', 'contact_sms'];

const money = (units, currency) => new Intl.NumberFormat('en-US', {
	style: 'currency', currency,
	minimumFractionDigits: units % 100 === 0 ? 0 : 2 }).format(units / 100);

/* Read what a donor wrote, such as $1,234.50; NaN if it is not an amount. */
const units = text => /^[ $]*\d[\d,]*(\.\d{0,2})? *$/.test(text) ?
	Math.round(Number(text.replace(/[ $,]/g, '')) * 100) : NaN;

/* What the donor gives, without the fee. */
const chosen = form => {
	const other = form.elements.other_amount.value;

	return other.trim() !== '' ? units(other) :
		Number(new FormData(form).get('amount') ?? NaN);
};

/* The fee that is left of nothing once Stripe has taken its share of all. */
const feeOf = amount => Number.isFinite(amount) ?
	Math.ceil((amount + FEE_FIXED) / (1 - FEE_SHARE)) - amount : 0;
const total = form => chosen(form) +
	(form.elements.covers_fees.checked ? feeOf(chosen(form)) : 0);
const isMonthly = form => form.elements.is_recurring.value === 'true';

/* What is wrong with the amount, as check() takes it. */
const amountFaults = (form, c) => {
	const field = form.elements.other_amount;
	const amount = chosen(form);
	const most = Math.min(c.contribution_limit ?? Infinity, c.maximum_amount);

	if (!Number.isFinite(amount))
		return [[field, field.value.trim() === '' ?
			'Choose an amount above, or enter one.' :
			'This is not an amount. It should look like 25 or 25.50.']];
	if (amount < c.minimum_amount)
		return [[field, `The smallest amount is ${
			money(c.minimum_amount, c.currency)}.`]];
	return total(form) <= most ? [] :
		[[field, `The largest amount is ${money(most, c.currency)}.`]];
};

const showAmounts = (form, c) => {
	const box = form.querySelector('[data-amounts]');

	if (c.amounts.length === 0)
		return;
	box.replaceChildren(...c.amounts.map((amount, i) => {
		const label = document.createElement('label');
		const input = document.createElement('input');
		const text = document.createElement('span');

		Object.assign(input, { type: 'radio', name: 'amount', value: amount,
			checked: i === Math.min(1, c.amounts.length - 1) });
		text.textContent = money(amount, c.currency);
		label.append(input, ' ', text);
		return label;
	}));
	restore(form);
};

const showFacts = (form, c) => {
	showAmounts(form, c);
	if (c.contribution_limit)
		form.querySelector('[data-limits]').textContent =
			`You can give at most ${money(c.contribution_limit,
				c.currency)}.`;
	if (c.committee_kind !== 'candidate')
		form.querySelector('[data-period]').textContent =
			'in a calendar year';
	form.querySelector('[data-fees]').hidden = false;
};

/* Keep the button, the fee and Stripe's element up to date with the amount. */
const follow = (form, c, page) => {
	const amount = total(form);
	const good = amountFaults(form, c).length === 0;
	const verb = page.elements ? 'Donate' : 'Continue to payment of';

	form.querySelector('[data-fee]').textContent = !Number.isFinite(
		chosen(form)) ? 'Cover the card fees' : `Add ${money(
		feeOf(chosen(form)), c.currency)} to cover the card fees`;
	form.querySelector('[data-pay]').textContent = !good ?
		(page.elements ? 'Donate' : 'Continue to payment') :
		`${verb} ${money(amount, c.currency)}${isMonthly(form) ?
			' every month' : ''}`;
	if (page.elements && good)
		page.elements.update({ amount,
			mode: isMonthly(form) ? 'subscription' : 'payment' });
};

const loadStripe = () => new Promise((done, failed) => {
	const script = document.createElement('script');

	script.src = STRIPE;
	script.onload = done;
	script.onerror = failed;
	document.head.append(script);
});

/* Show Stripe's element, or leave the form as it is if that is not possible. */
const mount = async (form, c, page) => {
	const style = getComputedStyle(form);

	if (!c.stripe_publishable_key)
		return;
	try {
		await loadStripe();
		page.stripe = window.Stripe(c.stripe_publishable_key);
		page.elements = page.stripe.elements({ mode: 'payment',
			amount: Math.max(c.minimum_amount, 100), currency: c.currency,
			appearance: {
				theme: style.colorScheme === 'dark' ? 'night' : 'stripe',
				variables: { colorPrimary: style.getPropertyValue(
					'--accent').trim() } } });
		const element = page.elements.create('payment', {
			fields: { billingDetails: { name: 'never', email: 'never',
				phone: 'never', address: 'never' } } });
		element.on('loaderror', () => {
			page.elements = null;
			form.querySelector('[data-payment]').hidden = true;
			follow(form, c, page);
		});
		form.querySelector('[data-payment]').hidden = false;
		element.mount(form.querySelector('[data-element]'));
	} catch {
		page.elements = null;
	}
};

/* The box stands for what the page says beside it, word for word. */
const readStatement = form => {
	const box = form.elements.eligibility;
	const text = [...form.querySelectorAll('[data-eligibility] label, ' +
		'[data-eligibility] li')].map(e => e.textContent.trim()).join('\n');

	if (box && text)
		box.value = text;
};

const donor = form => ({
	...Object.fromEntries(DONOR.map(name => [name,
		form.elements[name].value.trim()]).filter(([, text]) => text)),
	...Object.fromEntries(CONSENTS.filter(name =>
		form.elements[name].checked).map(name => [name, true])),
	...form.elements.eligibility?.checked &&
		{ eligibility: form.elements.eligibility.value },
	page_url: location.href.slice(0, 2048),
});

const billing = form => {
	const value = name => form.elements[name].value.trim();

	return {
		name: `${value('first_name')} ${value('last_name')}`,
		email: value('email'), phone: value('phone_number'),
		address: { line1: value('address_line1'),
			line2: value('address_line2'), city: value('address_city'),
			state: value('address_state'),
			postal_code: value('address_zip'), country: 'US' },
	};
};

const thanks = (form, c, gift, intent) => {
	const text = money(intent.amount, intent.currency);
	const name = form.elements.first_name.value.trim();
	const url = c?.donation_redirect_url;
	const { manageUrl } = gift;
	const box = thank(form, name ? `Thank you, ${name}!` : 'Thank you!', [
		intent.status === 'succeeded' ?
			`Your donation of ${text} has reached the campaign.` :
			`Your donation of ${text} is being processed. There is ` +
			'nothing more to do.'],
	url && [url, 'Continue']);

	if (!manageUrl)
		return leave(url);
	const link = document.createElement('a');
	const p = document.createElement('p');
	link.href = manageUrl;
	link.textContent = 'stop it or change the card';
	p.append('It is repeated. Keep this link: with it you can ', link,
		' at any time.');
	return box.append(p);
};

/* What is given, without whom. */
const whatOf = (form, c) => ({
	amount: total(form), currency: c.currency,
	campaign_id: Number(campaignOf(form)), is_recurring: isMonthly(form),
	covers_fees: form.elements.covers_fees.checked });

/* Call send(), and again with a solved challenge if the server asks for one. */
const challenged = async (form, c, send) => {
	try {
		return await send();
	} catch (e) {
		if (e.code !== 'challenge_required' || !c.challenge_script)
			throw e;
		const { solve } = await import('./challenge.js');
		const challenge = { challenge_response: await solve(form, c) };
		say(form, 'Sending your donation…');
		return send(challenge);
	}
};

/* Until the donor comes back to this page, if ever. */
const away = () => new Promise(back => addEventListener('pageshow', back,
	{ once: true }));

/* Go on to Stripe's page. */
const sendAway = async (form, c) => {
	say(form, 'One moment…');
	const { url } = await challenged(form, c, challenge =>
		post(`donate/checkout${location.search}`,
			{ ...whatOf(form, c), ...donor(form), ...challenge },
			{ 'Idempotency-Key': randomKey() }));

	location.assign(url);
	await away();
	say(form, '');
};

/* The browser sends the form: nothing is known of the campaign. */
const submit = form => {
	form.submit();
	return away();
};

const pay = async (form, c, page) => {
	const { error } = await page.elements.submit();

	if (error)
		throw new Failure(error.message);
	say(form, 'Sending your donation…');
	const gift = new Gift(form, page.stripe);
	const paid = await challenged(form, c, challenge =>
		gift.pay(whatOf(form, c), donor(form), {
			elements: page.elements, redirect: 'if_required',
			confirmParams: { return_url: location.href,
				payment_method_data: {
					billing_details: billing(form) } } },
		challenge));
	thanks(form, c, gift, paid);
};

/* After a reload or a way back from a bank: has the donor paid already? */
const lookBack = async (form, c, page) => {
	const url = new URL(location.href);
	const secret = url.searchParams.get('payment_intent_client_secret');
	const gift = new Gift(form, page.stripe);

	for (const name of ['payment_intent', 'payment_intent_client_secret',
		'redirect_status'])
		url.searchParams.delete(name);
	if (secret)
		history.replaceState(null, '', url);
	const intent = await gift.look(secret);
	if (isPaid(intent))
		thanks(form, c, gift, intent);
	else if (secret)
		say(form, 'The payment did not go through, so nothing was taken. ' +
			'Please try again.', true);
};

const begin = async (form, c) => {
	const page = { stripe: null, elements: null };

	readStatement(form);
	if (!c)
		return () => check(form) && submit(form);
	showFacts(form, c);
	await mount(form, c, page);
	follow(form, c, page);
	form.addEventListener('input', () => follow(form, c, page));
	if (page.stripe)
		await lookBack(form, c, page);
	return () => check(form, amountFaults(form, c)) &&
		(page.elements ? pay(form, c, page) : sendAway(form, c));
};

for (const form of document.querySelectorAll('form[data-cerberus=donate]'))
	enhance(form, begin);
