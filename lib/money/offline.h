/*
 * What managers write: gifts by check, cash and in kind, corrections of donors'
 * details, voids, and refunds that the committee paid itself.  The functions of
 * sql/deploy/offline_gifts.sql check the caller's rights.
 */
#ifndef MONEY_OFFLINE_H
#define MONEY_OFFLINE_H

#include "donation.h"
#include "http/resp.h"

/* clang-format off */
#define OFFLINE_FIELDS(F, P) \
	F(P, INT,    campaign_id,   .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, CHOICE, method,        .flags = F_REQUIRED, \
	    .choices = offline_methods) \
	F(P, INT,    amount,        .low = 1, .high = OFFLINE_MAX, \
	    .flags = F_REQUIRED) \
	F(P, TEXT,   currency,      .max = 3) \
	F(P, INT,    voter_id,      .low = 1, .high = INT64_MAX) \
	F(P, DATE,   received_on,   .flags = 0) \
	F(P, TEXT,   check_number,  .max = 50) \
	F(P, DATE,   deposited_on,  .flags = 0) \
	F(P, TEXT,   note,          .max = 2000, .flags = F_LINES) \
	DONOR_FIELDS(F, P) \
	CODE_FIELDS(F, P)
/* clang-format on */

#define OFFLINE_MAX	99999999999	/* minor units; the FEC's width */

enum offline_field {
	OFFLINE_FIELDS(FIELD_ENUM, OFFLINE)
	OFFLINE__MAX
};

extern const struct schema offline_schema;

/*
 * POST /donations: 201 with the donation, and "warning" for cash that the
 * committee may not keep.  400 names every bad field; 403 unless the caller
 * manages the campaign.
 */
int	 offline_create(struct req *, struct resp *, struct err *);

/*
 * PUT and PATCH /donations/:id: change donors' details, codes and notes; null
 * clears.  200, 400, 403, 404, or 412 if If-Match names another version.
 */
int	 donation_patch(struct req *, struct resp *, struct err *);

/* POST /donations/:id/void {"reason"}: 200 with the donation; 409. */
int	 donation_void(struct req *, struct resp *, struct err *);

/*
 * POST /donations/:id/refunds {"amount", "refunded_on", "reason"}: 200 with the
 * donation; 409 for a gift by card.
 */
int	 offline_refund(struct req *, struct resp *, struct err *);

#endif
