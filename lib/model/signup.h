/* A visitor's signup on a campaign's website. */
#ifndef MODEL_SIGNUP_H
#define MODEL_SIGNUP_H

#include "http/req.h"

/* One row a key; missing fields are named in this order. */
/* clang-format off */
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
/* clang-format on */

enum signup_field {
	SIGNUP_FIELDS(FIELD_ENUM, SIGNUP)
	SIGNUP__MAX
};

extern const struct schema signup_schema;

struct signup {
	struct rec	 rec;
	const char	*notes;		/* as the interaction will hold them */
	const char	*consents;	/* JSON: channel to granted */
	const char	*others;	/* JSON: interests beyond the four */
	bool		 trapped;	/* the honeypot was filled */
};

/* What was stored. */
struct signup_result {
	const char	*voter_id;
	const char	*interaction_id;
	const char	*redirect;	/* the campaign's page, or NULL */
};

/* Reads and checks a signup from the request's JSON or form. */
int	 signup_read(struct req *, struct signup *, struct err *) MUST_USE;

/*
 * Finds or makes the voter and writes the interaction, in one round trip.  404
 * for an unknown campaign.
 */
int	 signup_store(struct req *, const struct signup *,
	    struct signup_result *, struct err *) MUST_USE;

/* Only where the campaign sends a browser that posted a form; else NULL. */
int	 signup_redirect(struct req *, const struct signup *,
	    struct signup_result *, struct err *) MUST_USE;

#endif
