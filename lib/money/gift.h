/*
 * A gift as ActBlue or another source reports it, in a file or by a webhook.
 * The fields are the columns of the stage in sql/deploy/gift_stage.sql, which
 * makes donations of them.
 */
#ifndef MONEY_GIFT_H
#define MONEY_GIFT_H

#include "donation.h"
#include "record/rec.h"

/*
 * Amounts are in minor units.  Times are local ones of the source unless they
 * have an offset.  A gift has external_id, amount and paid_at; the end of a
 * series has external_order and canceled_at.  The aliases are ActBlue's
 * headings.
 */
#define GIFT_FIELDS(F, P) \
	F(P, TEXT,   external_id,   .max = 100, .aliases = "lineitemid") \
	F(P, TEXT,   external_order, .max = 100, \
	    .aliases = "receiptid ordernumber") \
	F(P, INT,    amount,        .low = 1) \
	F(P, TEXT,   currency,      .max = 3) \
	F(P, TEXT,   paid_at,       .aliases = "date paidat") \
	F(P, TEXT,   refunded_at,   .aliases = "refunddate") \
	F(P, TEXT,   refund_id,     .max = 100, .aliases = "refundid") \
	F(P, INT,    refund_amount, .low = 1) \
	F(P, TEXT,   canceled_at,   .aliases = "cancelledon canceledon") \
	F(P, BOOL,   is_recurring,  .aliases = "recurringtype") \
	F(P, INT,    recurrence,    .low = 0, .high = 100000, \
	    .aliases = "recurrencenumber") \
	F(P, INT,    conduit_fee,   .aliases = "fee") \
	F(P, DATE,   disbursed_on,  .aliases = "disbursementdate") \
	F(P, TEXT,   first_name,    .max = 255, .aliases = "donorfirstname") \
	F(P, TEXT,   last_name,     .max = 255, .aliases = "donorlastname") \
	F(P, TEXT,   address_line1, .max = 255, \
	    .aliases = "donoraddr1 donoraddress") \
	F(P, TEXT,   address_line2, .max = 255, .aliases = "donoraddr2") \
	F(P, TEXT,   address_city,  .max = 255, .aliases = "donorcity") \
	F(P, TEXT,   address_state, .max = 255, .aliases = "donorstate") \
	F(P, ZIP,    address_zip,   .max = 255, .aliases = "donorzip") \
	F(P, TEXT,   address_country, .max = 255, .aliases = "donorcountry") \
	F(P, TEXT,   employer,      .max = 255, .aliases = "donoremployer") \
	F(P, TEXT,   occupation,    .max = 255, .aliases = "donoroccupation") \
	F(P, EMAIL,  email,         .max = 255, .flags = F_ANY, \
	    .aliases = "donoremail") \
	F(P, PHONE,  phone_number,  .max = 255, .aliases = "donorphone") \
	F(P, TEXT,   refcode,       .max = 255, .aliases = "referencecode") \
	F(P, TEXT,   refcode2,      .max = 255, .aliases = "referencecode2") \
	F(P, TEXT,   election,      .max = 5)

enum gift_field {
	GIFT_FIELDS(FIELD_ENUM, GIFT)
	GIFT__MAX
};

extern const struct schema gift_schema;

/*
 * Read n bytes of text, which is not blank, into field i.  Amounts are decimals
 * such as "1,250.00", "$5" and "-5.0"; times are 2026-05-09 17:33:08 or
 * 5/9/2026 5:33 PM, with or without a time of day and an offset.  Return -1
 * with an error for the field.
 */
int	 gift_set(struct rec *, size_t i, const char *text, size_t n,
	    struct err *) MUST_USE;

/* May a gift be recorded without the field, if its value is not valid? */
bool	 gift_optional(size_t i);

/*
 * Check that the record is a gift or the end of a series, and complete it.
 * Return -1 with an error for the first field that prevents it.
 */
int	 gift_complete(struct rec *, struct err *) MUST_USE;

#endif
