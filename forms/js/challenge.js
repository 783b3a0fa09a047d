/*
 * The challenge that tells people from programs, by the functions that hCaptcha
 * and Turnstile share.  Loaded when the server asks for it.
 */
import { Failure, say } from './form.js';

const load = src => new Promise((done, failed) => {
	const script = document.createElement('script');

	script.src = src;
	script.onload = done;
	script.onerror = failed;
	document.head.append(script);
});

/* Show the challenge, and return the response once it is solved. */
export const solve = async (form, { challenge_script: src,
	challenge_site_key: sitekey }) => {
	const box = document.createElement('div');
	const failure = () => new Failure('The challenge cannot be shown. ' +
		'Please try again later.');

	try {
		if (!window.hcaptcha && !window.turnstile)
			await load(src);
	} catch {
		throw failure();
	}
	form.querySelector('[data-status]').before(box);
	say(form, 'The campaign is receiving many donations. Please solve the ' +
		'challenge above to go on.');
	try {
		return await new Promise((callback, failed) =>
			(window.hcaptcha ?? window.turnstile).render(box, { sitekey,
				callback, 'error-callback': () => failed(failure()) }));
	} finally {
		box.remove();
	}
};
