/*
 * Campaigns: their records, their summary, and which voters belong to them.
 * Members are in member.h.
 */
#ifndef CAMPAIGN_CAMPAIGN_H
#define CAMPAIGN_CAMPAIGN_H

#include "rest/list.h"

extern const char *const campaign_types[];
extern const char *const committee_kinds[];

#define CAMPAIGN_FIELDS(F, P) \
	F(P, INT,    campaign_id,   .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   campaign_name, .max = 255, \
	    .flags = F_REQUIRED | F_SORT) \
	F(P, DATE,   start_date,    .flags = F_SORT) \
	F(P, DATE,   end_date,      .flags = F_SORT) \
	F(P, CHOICE, campaign_type, .choices = campaign_types) \
	F(P, TEXT,   description,   .max = 10000, .flags = F_LINES) \
	F(P, OBJECT, details,       .flags = F_NOT_NULL) \
	F(P, URL,    signup_redirect_url, .max = 2048) \
	F(P, URL,    donation_redirect_url, .max = 2048) \
	F(P, TEXT,   time_zone,     .max = 64, .flags = F_NOT_NULL) \
	F(P, DATE,   cycle_starts_on, .flags = 0) \
	F(P, TEXT,   committee_id,  .max = 9) \
	F(P, TEXT,   committee_name, .max = 200) \
	F(P, CHOICE, committee_kind, .choices = committee_kinds, \
	    .flags = F_NOT_NULL) \
	F(P, TEXT,   paid_for_by,   .max = 500) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

enum campaign_field {
	CAMPAIGN_FIELDS(FIELD_ENUM, CAMPAIGN)
	CAMPAIGN__MAX
};

extern const struct schema campaign_schema;
extern const struct list campaign_list;

/*
 * Check the rules that concern several fields.  Return 0, or -1 (400) if the
 * campaign ends before it starts.
 */
int	 campaign_check(const struct rec *, struct err *) MUST_USE;

/*
 * GET /:id/summary: 200 with counts of voters, contacts, answers and donations;
 * the parameters since and until limit contacts and answers to a period.  404
 * if the caller cannot see the campaign.
 */
extern const char *const summary_params[];
int	 campaign_summary(struct req *, struct resp *, struct err *);

/*
 * POST and DELETE /:id/voters: add voters to the campaign, or remove them.  The
 * body chooses them by voter_ids, filter or segment_id.  200 with how many were
 * chosen and how many were changed; 404 or 403 for the campaign; 503 busy if
 * chosen voters are being deleted.
 */
int	 campaign_join(struct req *, struct resp *, struct err *);
int	 campaign_leave(struct req *, struct resp *, struct err *);

#endif
