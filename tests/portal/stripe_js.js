/*
 * A stand-in for Stripe.js, in the page: what the donation form calls of it.  Its
 * requests go to api.stripe.com, as the real one's do, so that the page's policy
 * decides about them; stripe.mjs answers them.
 *
 * Cards: 4242 succeeds, 0002 is declined, 3155 asks for 3-D Secure in a dialog,
 * and "bank" leaves the page for hooks.stripe.com.
 */
window.Stripe = (key) => {
	const call = async (method, path, body) => {
		try {
			const answer = await fetch(`https://api.stripe.com/v1/${path}`, {
			    method, body: body && new URLSearchParams(body) });

			return await answer.json();
		} catch {
			return { error: { type: 'api_connection_error',
			    message: 'We could not reach Stripe.' } };
		}
	};
	const id = (secret) => secret.split('_secret')[0];
	const look = (secret) => call('GET', `payment_intents/${id(secret)}` +
	    `?key=${key}&client_secret=${secret}`);
	const result = (answer) => answer.error ? { error: answer.error } :
	    { paymentIntent: answer };

	const ask = () => new Promise((done) => {
		const dialog = document.createElement('dialog');

		for (const text of ['Complete', 'Fail']) {
			const button = document.createElement('button');

			button.textContent = `${text} authentication`;
			button.onclick = () => {
				dialog.remove();
				done(text === 'Complete');
			};
			dialog.append(button);
		}
		document.body.append(dialog);
		dialog.showModal();
	});

	return {
		elements: (options) => {
			const now = { ...options, card: null };

			window.stripeSees = now;
			return {
				now,
				update: (changes) => Object.assign(now, changes),
				submit: async () => now.card?.value ? {} : { error: {
				    type: 'validation_error',
				    message: 'Your card number is incomplete.' } },
				create: () => ({
					on: () => {},
					mount: (place) => {
						const label = document.createElement('label');

						now.card = document.createElement('input');
						now.card.autocomplete = 'cc-number';
						label.append('Card number ', now.card);
						place.append(label);
					},
				}),
			};
		},
		retrievePaymentIntent: async (secret) => result(await look(secret)),
		confirmPayment: async ({ elements, clientSecret, confirmParams }) => {
			const path = `payment_intents/${id(clientSecret)}/confirm`;
			const billing = confirmParams.payment_method_data
			    .billing_details;
			const body = { key, client_secret: clientSecret,
			    card: elements.now.card.value,
			    return_url: confirmParams.return_url,
			    billing: JSON.stringify(billing) };
			let answer = await call('POST', path, body);

			if (answer.next_action?.redirect_to_url) {
				location.assign(answer.next_action.redirect_to_url.url);
				return new Promise(() => {});
			}
			if (answer.status === 'requires_action')
				answer = await call('POST', path, { ...body,
				    authenticated: await ask() });
			return result(answer);
		},
	};
};
