/*
 * Opt-outs: e-mail addresses and phone numbers that do not want to be contacted
 * through a channel.  They do not belong to voters, and are kept for people who
 * are not voters yet.  They come as lists of contacts, each of which can be
 * lifted alone.
 *
 * A schema with addresses shows contact_email, contact_phone, contact_sms and
 * contact_mail as false for those that have opted out: OPT_OUT_READ is what the
 * field shows, from the row o that one of the joins provides.  It has an array
 * of the channels.
 */
#ifndef PEOPLE_OPT_OUT_H
#define PEOPLE_OPT_OUT_H

#include "rest/list.h"

#define OPT_OUT_READ(channel)	\
	"(t.contact_" channel " AND '" channel "' = ANY (o.channels) "	\
	"IS NOT TRUE)"

/*
 * For a few rows: look up the columns' values in the index.  OFFSET makes
 * PostgreSQL look them up once, and not for each channel.
 */
#define OPT_OUT_JOIN(columns)	\
	"CROSS JOIN LATERAL (SELECT ARRAY(SELECT x.channel "		\
	"FROM opt_out_contacts x WHERE x.lifted_at IS NULL "		\
	"AND x.contact IN (" columns ")) AS channels OFFSET 0) o"

/*
 * For very many rows: a hash table of those that have opted out, which are
 * found once.  found is an OPT_OUT_FOUND for each column, with UNION ALL.
 */
#define OPT_OUT_JOIN_MANY(key, found)	\
	"LEFT JOIN (SELECT x." key ", "				\
	"array_agg(x.channel) AS channels "			\
	"FROM (" found ") x GROUP BY x." key ") o ON o." key " = t." key
#define OPT_OUT_FOUND(table, key, column)	\
	"SELECT v." key ", c.channel FROM opt_out_contacts c "	\
	"JOIN " table " v ON v." column " = c.contact "		\
	"WHERE c.lifted_at IS NULL"

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

/* One address or number.  A file of opt-outs has the middle columns. */
#define OPT_OUT_CONTACT_FIELDS(F, P) \
	F(P, INT,    contact_id,     .flags = F_SERVER | F_SORT) \
	F(P, INT,    opt_out_id,     .flags = F_SERVER) \
	F(P, INT,    campaign_id,    .flags = F_SERVER) \
	F(P, EMAIL,  email_address,  .max = 255, .flags = F_SERVER, \
	    .aliases = "email emailaddress mail") \
	F(P, PHONE,  phone_number,   .max = 255, .flags = F_SERVER, \
	    .aliases = "phone telephone phonenumber mobile mobilephone " \
	    "mobilenumber cell cellphone") \
	F(P, CHOICE, channel,        .max = 20, .flags = F_SERVER, \
	    .choices = channels, .aliases = "optout optoutof medium") \
	F(P, TEXT,   reason,         .max = 255, .flags = F_SERVER, \
	    .aliases = "unsubscribereason optoutreason note notes comment") \
	F(P, TEXT,   source,         .max = 255, .flags = F_SERVER) \
	F(P, INT,    user_id,        .flags = F_SERVER) \
	F(P, TIME,   created_at,     .flags = F_SERVER | F_SORT) \
	F(P, TIME,   lifted_at,      .flags = F_SERVER) \
	F(P, INT,    lifted_by,      .flags = F_SERVER)

enum opt_out_field {
	OPT_OUT_FIELDS(FIELD_ENUM, OPT_OUT)
	OPT_OUT__MAX
};

enum opt_out_contact_field {
	OPT_OUT_CONTACT_FIELDS(FIELD_ENUM, CONTACT)
	CONTACT__MAX
};

/* The channels of contact; ends in NULL. */
extern const char *const channels[];

extern const struct schema opt_out_schema;
extern const struct schema opt_out_contact_schema;
extern const struct list opt_out_list;
extern const struct list opt_out_contact_list;

/*
 * Check and normalise an array of strings as the parameter p_contacts of
 * opt_out().  A string with an @ is an e-mail address, any other a phone
 * number; blank ones are left out.
 */
int	 opt_out_contacts(struct arena *, struct json_object *,
	    const char **out, struct err *) MUST_USE;

/*
 * POST /voters/opt-outs: opt out these e-mail addresses and phone numbers, in a
 * campaign or, for admins, in all.  201 with the id of the list, how many are
 * new, the numbers of matched and unmatched contacts, and the unmatched ones.
 */
int	 opt_out_add(struct req *, struct resp *, struct err *);

/*
 * DELETE /voters/opt-outs/:id: undo the list, which lifts its opt-outs; 200.
 * 404 if the caller cannot see it, 403 if they may not change it, 409 if it is
 * already undone.
 */
int	 opt_out_undo(struct req *, struct resp *, struct err *);

/* DELETE /voters/opt-outs/contacts/:id: lift one opt-out; the same errors. */
int	 opt_out_lift(struct req *, struct resp *, struct err *);

/*
 * GET /voters/opt-outs/export: the opt-outs in force as CSV, which can be
 * uploaded again: all for admins, else those of the campaigns that the caller
 * manages, and those of all campaigns.
 */
int	 opt_out_export(struct req *, struct resp *, struct err *);

#endif
