/* Consent: who agreed to be written to or called, with its history. */
#ifndef MODEL_CONSENT_H
#define MODEL_CONSENT_H

#include "model/list.h"

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

/* POST /voters/:id/consents: 201, what was written down. */
int	 consent_record(struct req *, struct resp *, struct err *);

/* POST /voters/opt-outs: a list of e-mail addresses or phone numbers. */
int	 consent_opt_out(struct req *, struct resp *, struct err *);

/* DELETE /voters/opt-outs/:id: the list no longer counts. */
int	 consent_undo(struct req *, struct resp *, struct err *);

#endif
