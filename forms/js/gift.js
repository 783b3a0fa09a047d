/*
 * One gift, which is paid once, whatever is clicked, lost or loaded again.  What
 * was sent is kept for this tab: an attempt for the same amount continues it with
 * the same key, and before anything new is paid Stripe is asked whether the last
 * attempt has succeeded.
 */
import { Failure, campaignOf, kept, post, randomKey } from './form.js';

const UNKNOWN = 'The connection failed. Please try again: if the payment has ' +
	'succeeded meanwhile, you will not be charged again.';

export const isPaid = intent => intent !== null &&
	['succeeded', 'processing', 'requires_capture'].includes(intent.status);

/* Is the message of Stripe's error for the donor, and the outcome known? */
const isForDonor = error => error && (error.code ===
	'payment_intent_authentication_failure' ||
	['card_error', 'validation_error'].includes(error.type));

export class Gift {
	constructor(form, stripe) {
		this.place = `cerberus-gift-${campaignOf(form)}`;
		this.stripe = stripe;
		this.now = kept.get(this.place);
	}

	get manageUrl() {
		return this.now?.manageUrl;
	}

	set(changes) {
		this.now = { ...this.now, ...changes };
		kept.set(this.place, this.now);
	}

	/* Ask Stripe about the last attempt, or the one of a secret. */
	async look(named) {
		const secret = named ?? this.now?.secret;

		if (!secret)
			return null;
		const { paymentIntent, error } = await this.stripe
			.retrievePaymentIntent(secret);
		if (error && error.type !== 'invalid_request_error')
			throw new Failure(UNKNOWN);
		/* Stripe does not know it, so nothing can be paid by it. */
		if (error)
			this.forget();
		if (isPaid(paymentIntent ?? null))
			kept.drop(this.place);
		return paymentIntent ?? null;
	}

	/*
	 * Begin the gift, or continue the one for the same amount.  challenge is
	 * the response, if the server has asked for one.
	 */
	async begin(what, donor, challenge) {
		const same = JSON.stringify(what);

		if (this.now?.same !== same) {
			this.now = null;
			this.set({ same, key: randomKey(),
				body: { ...what, ...donor } });
		}
		if (this.now.secret)
			return;
		if (challenge)
			this.set({ challenge });
		try {
			const answer = await post(
				`donate/create-payment-intent${location.search}`,
				{ ...this.now.body, ...this.now.challenge },
				{ 'Idempotency-Key': this.now.key });
			this.set({ secret: answer.clientSecret,
				id: answer.paymentIntentId,
				manageUrl: answer.manageUrl });
		} catch (e) {
			/* Refused: the next attempt says something else. */
			if (e.status >= 400 && e.status < 500 && e.status !== 409)
				this.forget();
			throw e;
		}
	}

	forget() {
		this.now = null;
		kept.drop(this.place);
	}

	/* The donor may have changed their details since the gift began. */
	async correct(what, donor) {
		const body = { ...what, ...donor };

		if (JSON.stringify(body) === JSON.stringify(this.now.body))
			return;
		await post('donate/update-donation-details',
			{ ...donor, payment_intent_id: this.now.id });
		this.set({ body });
	}

	/* Pay, and return the intent; a Failure says why that did not work. */
	async pay(what, donor, options, challenge) {
		const before = await this.look();

		if (isPaid(before))
			return before;
		if (before?.status === 'canceled')
			this.forget();
		await this.begin(what, donor, challenge);
		await this.correct(what, donor);
		const { error, paymentIntent } = await this.stripe.confirmPayment(
			{ ...options, clientSecret: this.now.secret });
		const intent = paymentIntent ?? error.payment_intent ?? null;
		if (isPaid(intent)) {
			kept.drop(this.place);
			return intent;
		}
		throw new Failure(isForDonor(error) ? error.message : UNKNOWN);
	}
}
