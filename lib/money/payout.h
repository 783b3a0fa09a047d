/*
 * Payouts to the bank, and the list of events, payments and disputes that need
 * attention.  "cerberus reconcile" fetches payouts and the movements of the
 * balance that they consist of.
 */
#ifndef MONEY_PAYOUT_H
#define MONEY_PAYOUT_H

#include "http/req.h"
#include "rest/list.h"

#define PAYOUT_FIELDS(F, P) \
	F(P, INT,    payout_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    stripe_account, .flags = F_SERVER) \
	F(P, TEXT,   stripe_id,     .max = 255, .flags = F_SERVER) \
	F(P, INT,    amount,        .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   currency,      .max = 3, .flags = F_SERVER) \
	F(P, TEXT,   status,        .max = 20, .flags = F_SERVER) \
	F(P, BOOL,   automatic,     .flags = F_SERVER) \
	F(P, DATE,   arrival_date,  .flags = F_SERVER) \
	F(P, TEXT,   failure_code,  .max = 100, .flags = F_SERVER) \
	F(P, TEXT,   failure_message, .flags = F_SERVER) \
	F(P, INT,    gifts,         .flags = F_SERVER) \
	F(P, INT,    amount_gifts,  .flags = F_SERVER) \
	F(P, INT,    amount_refunded, .flags = F_SERVER) \
	F(P, INT,    amount_disputed, .flags = F_SERVER) \
	F(P, INT,    amount_fees,   .flags = F_SERVER) \
	F(P, INT,    amount_other,  .flags = F_SERVER) \
	F(P, BOOL,   complete,      .flags = F_SERVER) \
	F(P, TIME,   issued_at,     .flags = F_SERVER | F_SORT) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,    .flags = F_SERVER | F_SORT)

#define WAITING_FIELDS(F, P) \
	F(P, INT,    waiting_id,    .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   kind,          .flags = F_SERVER) \
	F(P, TEXT,   reason,        .flags = F_SERVER) \
	F(P, TEXT,   event_type,    .flags = F_SERVER) \
	F(P, TEXT,   stripe_id,     .flags = F_SERVER) \
	F(P, INT,    stripe_account, .flags = F_SERVER) \
	F(P, INT,    campaign_id,   .flags = F_SERVER) \
	F(P, INT,    donation_id,   .flags = F_SERVER) \
	F(P, INT,    amount,        .flags = F_SERVER) \
	F(P, TEXT,   currency,      .flags = F_SERVER) \
	F(P, TIME,   happened_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   created_at,    .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   action,        .flags = F_SERVER) \
	F(P, TEXT,   note,          .flags = F_SERVER) \
	F(P, INT,    settled_by,    .flags = F_SERVER) \
	F(P, TIME,   settled_at,    .flags = F_SERVER)

extern const struct schema payout_schema;
extern const struct schema waiting_schema;
extern const struct list payout_list;
extern const struct list waiting_list;

/*
 * GET /payouts and GET /waiting.  Admins see all rows, managers those of the
 * campaigns that they manage; 403 for everybody else.  With ?settled=true
 * GET /waiting lists the settled rows in place of the others.
 */
int	 payout_index(struct req *, struct resp *, struct err *);
int	 waiting_index(struct req *, struct resp *, struct err *);

/*
 * POST /waiting/:id/settle {"action", "note"}: mark the row as settled by the
 * caller.  200 with the row; 404 if the caller cannot see it, 409 if it was
 * settled before.
 */
int	 waiting_settle(struct req *, struct resp *, struct err *);

/* GET /payouts/:id: a payout with the movements that it consists of. */
int	 payout_get(struct req *, struct resp *, struct err *);

#endif
