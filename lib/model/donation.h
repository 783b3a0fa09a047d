/*
 * Donations: what a donor said, and what Stripe says about the money.  The row is
 * written before Stripe is asked, and again with its answer; what comes later
 * comes as events (stripe/event.h).
 *
 * donor.h reads what donors send, refund.h gives money back, donation_report.h
 * tells of all of them.
 */
#ifndef MODEL_DONATION_H
#define MODEL_DONATION_H

#include "http/req.h"
#include "model/list.h"

#define AMOUNT_MAX	99999999	/* Stripe's own limit */

extern const char *const donation_statuses[];

/* What donors say about themselves, at the start or later. */
/* clang-format off */
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
	F(P, BOOL,   contact_email, .flags = 0) \
	F(P, BOOL,   contact_phone, .flags = 0) \
	F(P, BOOL,   contact_mail,  .flags = 0) \
	F(P, BOOL,   contact_sms,   .flags = 0)

/* The row: clients read it, only functions of the database write it. */
#define DONATION_FIELDS(F, P) \
	F(P, INT,    donation_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    voter_id,      .flags = F_SERVER) \
	F(P, INT,    amount,        .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   currency,      .max = 3, .flags = F_SERVER) \
	F(P, CHOICE, status,        .max = 20, .flags = F_SERVER, \
	    .choices = donation_statuses) \
	F(P, INT,    amount_received, .flags = F_SERVER | F_SORT) \
	F(P, INT,    amount_refunded, .flags = F_SERVER | F_SORT) \
	F(P, INT,    amount_disputed, .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   payment_intent_id, .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   charge_id,     .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   failure_code,  .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   failure_message, .flags = F_SERVER) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = F_NOT_NULL) \
	F(P, BOOL,   covers_fees,   .flags = F_NOT_NULL) \
	F(P, TIME,   succeeded_at,  .flags = F_SERVER) \
	F(P, TIME,   recorded_at,   .flags = F_SERVER) \
	F(P, INT,    stripe_account, .flags = F_SERVER) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

/* The body that starts a donation.  A visitor's voter_id is not believed. */
#define INTENT_FIELDS(F, P) \
	F(P, INT,    amount,        .flags = F_REQUIRED) \
	F(P, INT,    campaign_id,   .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, TEXT,   currency,      .max = 3) \
	F(P, INT,    voter_id,      .flags = 0) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = 0) \
	F(P, BOOL,   covers_fees,   .flags = 0)

/* The body that adds to one. */
#define DETAILS_FIELDS(F, P) \
	F(P, TEXT,   payment_intent_id, .max = 255, .flags = F_REQUIRED) \
	DONOR_FIELDS(F, P) \
	F(P, BOOL,   is_recurring,  .flags = 0) \
	F(P, BOOL,   covers_fees,   .flags = 0)

/* One fact of a donation's ledger. */
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
/* clang-format on */

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

extern const struct schema donation_schema;
extern const struct schema ledger_schema;
extern const struct schema intent_schema;
extern const struct schema details_schema;
extern const struct list donation_list;
extern const struct list ledger_list;

/* A row that waits for Stripe; its texts are the request's. */
struct donation {
	int64_t		 campaign_id;
	const char	*amount;
	const char	*currency;
	const char	*id;
	const char	*key;		/* idempotency */
	bool		 needs_employer;
	int64_t		 over_limit;	/* this one alone, by how much; or 0 */
};

/*
 * Writes the donation down as pending.  404 for an unknown campaign, 503 where
 * no key of Stripe's is configured for it.
 */
int	 donation_begin(struct req *, const struct rec *, struct donation *,
	    struct err *) MUST_USE;

/* Stripe's answer: the intent's id, or why there is none. */
int	 donation_intent(struct req *, const struct donation *,
	    const char *intent, struct err *) MUST_USE;
void	 donation_refused(struct req *, const struct donation *,
	    const char *code, const char *message);

/*
 * The donor's details by the intent's id; only what is given changes.  A token
 * in the request lets staff do it after the first day too.
 */
int	 donation_details(struct req *, const struct rec *,
	    bool *needs_employer, struct err *) MUST_USE;

#endif
