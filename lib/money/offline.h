/*
 * Records that managers make: gifts by check, cash and in kind, corrections of
 * donors' details, voids, and refunds that the committee paid itself.  The
 * functions of sql/deploy/offline_gifts.sql check the caller's rights.
 */
#ifndef MONEY_OFFLINE_H
#define MONEY_OFFLINE_H

#include "donation.h"
#include "http/resp.h"

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
