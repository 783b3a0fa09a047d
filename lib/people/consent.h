/*
 * Consent: whether a voter agreed to be contacted through a channel, with all
 * earlier decisions.
 */
#ifndef PEOPLE_CONSENT_H
#define PEOPLE_CONSENT_H

#include "rest/list.h"

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

enum consent_field {
	CONSENT_FIELDS(FIELD_ENUM, CONSENT)
	CONSENT__MAX
};

extern const struct schema consent_schema;
extern const struct list consent_list;

/*
 * POST /voters/:id/consents: 201 with the new consent.  A refusal opts out the
 * voter's address or numbers, a grant lifts the opt-outs of its campaign.  404
 * if the caller cannot see the voter, 403 if they may not write in the
 * campaign, 409 if an opt-out of all campaigns prevents the grant.
 */
int	 consent_record(struct req *, struct resp *, struct err *);

#endif
