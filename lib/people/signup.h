/*
 * Signups: what visitors of a campaign's website enter into its form.  signup()
 * in the database finds or creates the voter and stores the interaction and the
 * consents.
 */
#ifndef PEOPLE_SIGNUP_H
#define PEOPLE_SIGNUP_H

#include "http/req.h"

/*
 * One row per field; missing fields are reported in this order.  website is the
 * honeypot: people do not see it, so only a bot fills it in.
 */
#define SIGNUP_FIELDS(F, P) \
	F(P, TEXT,   first_name,    .max = 255, .flags = F_REQUIRED) \
	F(P, TEXT,   last_name,     .max = 255, .flags = F_REQUIRED) \
	F(P, EMAIL,  email_address, .max = 255, .flags = F_REQUIRED) \
	F(P, INT,    campaign_id,   .flags = F_REQUIRED) \
	F(P, PHONE,  phone_number,  .max = 255) \
	F(P, TEXT,   middle_name,   .max = 255) \
	F(P, TEXT,   notes,         .max = 10000, .flags = F_LINES) \
	F(P, TEXT,   interaction_type, .max = 255) \
	F(P, OBJECT, interests,     .max = 10000) \
	F(P, TEXT,   page_url,      .max = 2048) \
	F(P, TEXT,   consent_text,  .max = 10000, .flags = F_LINES) \
	F(P, TEXT,   website,       .flags = F_LINES)

enum signup_field {
	SIGNUP_FIELDS(FIELD_ENUM, SIGNUP)
	SIGNUP__MAX
};

extern const struct schema signup_schema;

struct signup {
	struct rec	 rec;
	const char	*notes;		/* for the interaction */
	const char	*consents;	/* JSON: {"sms": true}, by channel */
	const char	*others;	/* JSON: interests that are not known,
					 * as they were sent */
	bool		 honeypot;	/* website was filled in */
};

struct signup_result {
	const char	*voter_id;
	const char	*interaction_id;
	const char	*redirect;	/* to the campaign's page; or NULL */
};

/*
 * Read and check a signup from the request's JSON or form.  Texts are in the
 * request's arena.  400 names all bad and missing fields.
 */
int	 signup_read(struct req *, struct signup *, struct err *) MUST_USE;

/*
 * Find or create the voter and store the interaction, in one round trip.  Texts
 * of the result are valid for the request.  404 if there is no such campaign.
 */
int	 signup_store(struct req *, const struct signup *,
	    struct signup_result *, struct err *) MUST_USE;

/*
 * For a signup that is not stored because the honeypot was filled in: set only
 * out->redirect, to the same URL as signup_store(), so that a bot cannot tell
 * the responses apart; NULL for JSON.
 */
int	 signup_redirect(struct req *, const struct signup *,
	    struct signup_result *, struct err *) MUST_USE;

#endif
