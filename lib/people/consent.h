/*
 * Consent: whether a voter agreed to be contacted through a channel, with all
 * earlier decisions; and opt-out lists, which record a refusal for many
 * contacts at once.
 */
#ifndef PEOPLE_CONSENT_H
#define PEOPLE_CONSENT_H

#include "rest/list.h"

/* The channels of contact; ends in NULL. */
extern const char *const channels[];

/* clang-format off */
#define CONSENT_FIELDS(F, P) \
	F(P, INT,    consent_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    voter_id,       .flags = F_SERVER) \
	F(P, INT,    campaign_id,    .low = 1, .high = INT64_MAX) \
	F(P, CHOICE, channel,        .max = 20, .flags = F_REQUIRED, \
	    .choices = channels) \
	F(P, BOOL,   granted,        .flags = F_REQUIRED) \
	F(P, TEXT,   source,         .max = 255, .flags = F_NOT_NULL) \
	F(P, TEXT,   wording,        .max = 10000, .flags = F_LINES) \
	F(P, TEXT,   page_url,       .max = 2048, .flags = F_SERVER) \
	F(P, TEXT,   user_agent,     .max = 1024, .flags = F_SERVER) \
	F(P, TEXT,   remote_address, .flags = F_SERVER) \
	F(P, BOOL,   by_visitor,     .flags = F_SERVER) \
	F(P, BOOL,   confirmed,      .flags = F_SERVER) \
	F(P, INT,    user_id,        .flags = F_SERVER) \
	F(P, INT,    opt_out_id,     .flags = F_SERVER) \
	F(P, TIME,   created_at,     .flags = F_SERVER | F_SORT)

#define OPT_OUT_FIELDS(F, P) \
	F(P, INT,    opt_out_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,    .flags = F_SERVER) \
	F(P, INT,    user_id,        .flags = F_SERVER) \
	F(P, CHOICE, channel,        .max = 20, .flags = F_SERVER, \
	    .choices = channels) \
	F(P, INT,    contacts,       .flags = F_SERVER) \
	F(P, INT,    matched,        .flags = F_SERVER) \
	F(P, TIME,   created_at,     .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,     .flags = F_SERVER | F_SORT) \
	F(P, TIME,   undone_at,      .flags = F_SERVER)
/* clang-format on */

enum consent_field {
	CONSENT_FIELDS(FIELD_ENUM, CONSENT)
	CONSENT__MAX
};

enum opt_out_field {
	OPT_OUT_FIELDS(FIELD_ENUM, OPT_OUT)
	OPT_OUT__MAX
};

extern const struct schema consent_schema;
extern const struct schema opt_out_schema;
extern const struct list consent_list;
extern const struct list opt_out_list;

/*
 * POST /voters/:id/consents: 201 with the new consent.  404 if the caller
 * cannot see the voter, 403 if they may not write in the campaign.
 */
int	 consent_record(struct req *, struct resp *, struct err *);

/*
 * POST /voters/opt-outs: record a refusal for the voters with these e-mail
 * addresses or phone numbers.  201 with the id of the list, the numbers of
 * matched and unmatched contacts, and the unmatched contacts.
 */
int	 consent_opt_out(struct req *, struct resp *, struct err *);

/*
 * DELETE /voters/opt-outs/:id: undo the list, so that its refusals no longer
 * count; 200.  404 if the caller cannot see it, 403 if they may not change it,
 * 409 if it is already undone.
 */
int	 consent_undo(struct req *, struct resp *, struct err *);

#endif
