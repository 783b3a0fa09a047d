/*
 * Donations: what the donor entered, and the state of the payment at Stripe.
 * The row is inserted before Stripe is called, and updated with its answer;
 * later changes arrive as events (stripe/event.h).
 *
 * donor.h reads the bodies that donors send, refund.h makes refunds, and
 * donation_report.h reports sums and exports.
 */
#ifndef MONEY_DONATION_H
#define MONEY_DONATION_H

#include "http/req.h"
#include "people/opt_out.h"
#include "rest/list.h"

#define AMOUNT_MAX	99999999	/* minor units; Stripe's own limit */

/* The values of donations.status and method; NULL ends the arrays. */
extern const char *const donation_statuses[];
extern const char *const donation_methods[];

/* The donor's details: fields of both request bodies and of the row. */
#define DONOR_FIELDS(F, P) \
	F(P, TEXT,   first_name,    .max = 255) \
	F(P, TEXT,   last_name,     .max = 255) \
	F(P, TEXT,   address_line1, .max = 255) \
	F(P, TEXT,   address_line2, .max = 255) \
	F(P, TEXT,   address_city,  .max = 255) \
	F(P, TEXT,   address_state, .max = 255) \
	F(P, ZIP,    address_zip,   .max = 255) \
	F(P, TEXT,   address_country, .max = 255) \
	F(P, TEXT,   employer,      .max = 255) \
	F(P, TEXT,   occupation,    .max = 255) \
	F(P, EMAIL,  email,         .max = 255, .flags = F_ANY) \
	F(P, PHONE,  phone_number,  .max = 255) \
	F(P, BOOL,   contact_email, .read = OPT_OUT_READ("email")) \
	F(P, BOOL,   contact_phone, .read = OPT_OUT_READ("phone")) \
	F(P, BOOL,   contact_mail, .read = OPT_OUT_READ("mail")) \
	F(P, BOOL,   contact_sms, .read = OPT_OUT_READ("sms"))

/* Where a donation comes from, and for which election it is. */
#define CODE_FIELDS(F, P) \
	F(P, TEXT,   refcode,       .max = 255) \
	F(P, TEXT,   refcode2,      .max = 255) \
	F(P, TEXT,   election,      .max = 5)

/* What the page says about the donor's consents: see people/proof.h. */
#define PROOF_FIELDS(F, P) \
	F(P, TEXT,   page_url,      .max = 2048) \
	F(P, TEXT,   consent_text,  .max = 10000, .flags = F_LINES)

/*
 * The row.  Functions of the database write it.  Managers correct the fields
 * without F_SERVER: see offline.h.
 */
#define DONATION_FIELDS(F, P) \
	F(P, INT,    donation_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, INT,    amount,        .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   currency,      .max = 3, .flags = F_SERVER) \
	F(P, CHOICE, status,        .max = 20, .flags = F_SERVER, \
	    .choices = donation_statuses) \
	F(P, CHOICE, method,        .max = 10, .flags = F_SERVER, \
	    .choices = donation_methods) \
	F(P, INT,    amount_received, .flags = F_SERVER | F_SORT) \
	F(P, INT,    amount_refunded, .flags = F_SERVER | F_SORT) \
	F(P, INT,    amount_disputed, .flags = F_SERVER | F_SORT) \
	F(P, INT,    fee,           .flags = F_SERVER) \
	F(P, INT,    net,           .flags = F_SERVER) \
	F(P, TEXT,   payment_intent_id, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   charge_id,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   failure_code,  .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   failure_message, .flags = F_SERVER) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = F_NOT_NULL | F_SERVER) \
	F(P, BOOL,   covers_fees,   .flags = F_NOT_NULL | F_SERVER) \
	CODE_FIELDS(F, P) \
	F(P, TEXT,   eligibility,   .max = 10000, .flags = F_SERVER) \
	F(P, TIME,   eligible_at,   .flags = F_SERVER) \
	F(P, TEXT,   source,        .max = 20, .flags = F_SERVER) \
	F(P, TEXT,   external_id,   .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   external_order, .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   interval,      .max = 255, .flags = F_SERVER) \
	F(P, INT,    first_donation_id, .flags = F_SERVER) \
	F(P, TEXT,   recurring_status, .max = 40, .flags = F_SERVER) \
	F(P, TIME,   recurring_failed_at, .flags = F_SERVER) \
	F(P, TEXT,   recurring_failure, .flags = F_SERVER) \
	F(P, TEXT,   invoice_id,    .max = 255, .flags = F_SERVER) \
	F(P, INT,    recurrence,    .flags = F_SERVER) \
	F(P, TIME,   recurring_canceled_at, .flags = F_SERVER) \
	F(P, INT,    conduit_fee,   .flags = F_SERVER) \
	F(P, DATE,   disbursed_on,  .flags = F_SERVER) \
	F(P, DATE,   received_on,   .flags = F_SERVER) \
	F(P, TEXT,   check_number,  .max = 50) \
	F(P, DATE,   deposited_on,  .flags = 0) \
	F(P, TEXT,   note,          .max = 2000, .flags = F_LINES) \
	F(P, TIME,   voided_at,     .flags = F_SERVER) \
	F(P, TEXT,   void_reason,   .max = 500, .flags = F_SERVER) \
	F(P, TIME,   succeeded_at,  .flags = F_SERVER) \
	F(P, TIME,   recorded_at,   .flags = F_SERVER) \
	F(P, INT,    stripe_account, .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

/*
 * The body that starts a donation.  eligibility has the words by which the
 * donor confirmed, by a box, that they may give.  voter_id is accepted and
 * ignored: a donor must not be able to choose another person's record.
 */
#define INTENT_FIELDS(F, P) \
	F(P, INT,    amount,        .flags = F_REQUIRED) \
	F(P, INT,    campaign_id,   .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, TEXT,   currency,      .max = 3) \
	F(P, INT,    voter_id,      .flags = 0) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = 0) \
	F(P, TEXT,   interval,      .max = 255) \
	F(P, BOOL,   covers_fees,   .flags = 0) \
	CODE_FIELDS(F, P) \
	F(P, TEXT,   eligibility,   .max = 10000, .flags = F_LINES) \
	PROOF_FIELDS(F, P)

/* The body that adds the donor's details to a donation. */
#define DETAILS_FIELDS(F, P) \
	F(P, TEXT,   payment_intent_id, .max = 255, .flags = F_REQUIRED) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = 0) \
	F(P, BOOL,   covers_fees,   .flags = 0) \
	F(P, TEXT,   eligibility,   .max = 10000, .flags = F_LINES) \
	PROOF_FIELDS(F, P)

/* The body with which a manager records a gift that did not come by card. */
#define OFFLINE_FIELDS(F, P) \
	F(P, INT,    campaign_id,   .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, CHOICE, method,        .max = 10, .flags = F_REQUIRED, \
	    .choices = donation_methods) \
	F(P, INT,    amount,        .low = 1, .high = 99999999999, \
	    .flags = F_REQUIRED) \
	F(P, TEXT,   currency,      .max = 3) \
	F(P, INT,    voter_id,      .low = 1, .high = INT64_MAX) \
	F(P, DATE,   received_on,   .flags = 0) \
	F(P, TEXT,   check_number,  .max = 50) \
	F(P, DATE,   deposited_on,  .flags = 0) \
	F(P, TEXT,   note,          .max = 2000, .flags = F_LINES) \
	DONOR_FIELDS(F, P) \
	CODE_FIELDS(F, P)

/* One entry of a donation's ledger: a payment, refund or dispute. */
#define LEDGER_FIELDS(F, P) \
	F(P, INT,    ledger_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    donation_id,   .flags = F_SERVER) \
	F(P, TEXT,   kind,          .max = 20, .flags = F_SERVER) \
	F(P, TEXT,   stripe_id,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   state,         .max = 40, .flags = F_SERVER) \
	F(P, INT,    amount,        .flags = F_SERVER) \
	F(P, TEXT,   code,          .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   reason,        .flags = F_SERVER) \
	F(P, TIME,   happened_at,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    user_id,       .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

enum donation_field {
	DONATION_FIELDS(FIELD_ENUM, DONATION)
	DONATION__MAX
};

enum intent_field {
	INTENT_FIELDS(FIELD_ENUM, INTENT)
	INTENT__MAX
};

enum details_field {
	DETAILS_FIELDS(FIELD_ENUM, DETAILS)
	DETAILS__MAX
};

enum offline_field {
	OFFLINE_FIELDS(FIELD_ENUM, OFFLINE)
	OFFLINE__MAX
};

extern const struct schema donation_schema;
extern const struct schema ledger_schema;
extern const struct schema intent_schema;
extern const struct schema details_schema;
extern const struct schema offline_schema;
extern const struct list donation_list;
extern const struct list ledger_list;

/* The campaigns that the caller manages, not all of those that they see. */
extern const struct scope donation_managed;

/* A donation whose call to Stripe is pending.  The request owns the texts. */
struct donation {
	int64_t		 campaign_id;
	const char	*amount;	/* minor units of the currency */
	const char	*currency;	/* three lower-case letters */
	const char	*id;		/* donation_id */
	const char	*key;		/* Idempotency-Key for Stripe */
	bool		 needs_employer; /* employer or occupation is missing */
	int64_t		 over_limit;	/* amount by which this donation alone
					 * exceeds the yearly limit; or 0 */
	const char	*interval;	/* month or week; NULL: once */
	const char	*manage_url;	/* NULL until manage_url() has set it */
};

/* What the response to a donor's details says about the donation. */
struct details {
	bool		 needs_employer;
	bool		 is_recurring;	/* the donation is; the details cannot
					 * change it */
	bool		 contradicts;	/* the details say otherwise */
};

/*
 * Insert a donation, with the status pending, from a record that intent_read()
 * filled, and fill *d.  404 if the campaign does not exist, 503 if it has no
 * secret key of Stripe.
 */
int	 donation_begin(struct req *, const struct rec *, struct donation *,
	    struct err *) MUST_USE;

/* Store the id of the PaymentIntent that Stripe created for the donation. */
int	 donation_set_intent(struct req *, const struct donation *,
	    const char *intent, struct err *) MUST_USE;

/*
 * Store that Stripe refused the donation, with Stripe's error code and message.
 * A failure of the database is ignored.
 */
void	 donation_set_refused(struct req *, const struct donation *,
	    const char *code, const char *message);

/*
 * Update the donor's details from a record that details_read() filled; fields
 * that the record does not have stay unchanged, and so does is_recurring.
 *
 * For 24 hours no token is needed.  After that, 403 unless the caller manages
 * the campaign.  404 if no donation has this PaymentIntent, 401 if a token was
 * sent and is not valid.
 */
int	 donation_update_details(struct req *, const struct rec *,
	    struct details *, struct err *) MUST_USE;

#endif
