/* The signup form: sends what the browser would send, without leaving the page. */
import {
	call, check, enhance, kept, leave, randomKey, say, thank,
} from './form.js';

const KEY = 'cerberus-signup-key';

/*
 * The key of one signup, so that a second attempt after a lost answer is not a
 * second signup: the same as long as the form says the same.
 */
const keyOf = body => {
	let old = kept.get(KEY);

	if (old?.body !== body) {
		old = { body, key: randomKey() };
		kept.set(KEY, old);
	}
	return old.key;
};

const begin = (form, campaign) => async () => {
	if (!check(form))
		return;
	const data = new FormData(form);
	data.set('page_url', location.href.slice(0, 2048));
	const body = String(new URLSearchParams(data));
	const name = form.elements.first_name.value.trim();

	say(form, 'Sending…');
	await call(form.action, { method: 'POST', body, headers: {
		'Content-Type': 'application/x-www-form-urlencoded',
		'Idempotency-Key': keyOf(body) } });
	kept.drop(KEY);
	thank(form, `Thank you, ${name}!`, [
		'Your signup has reached the campaign.'],
	campaign?.signup_redirect_url && [campaign.signup_redirect_url,
		'Continue']);
	leave(campaign?.signup_redirect_url);
};

for (const form of document.querySelectorAll('form[data-cerberus=signup]'))
	enhance(form, begin);
