/*
 * ActBlue's webhook.  A delivery has the donor, the contribution, which is an
 * order or a series of them, and its line items, each of which is a payment.
 * Their ids are those of ActBlue's files.
 */
#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "actblue.h"
#include "core/text.h"
#include "db/db.h"
#include "gift.h"
#include "record/json.h"

#define ITEMS_MAX	100			/* line items of a delivery */
#define JSON_MAX	(4 * 1024 * 1024)

/*
 * Where a delivery has the value of a field.  If a field has several paths, the
 * first one with a value is used.
 */
struct json_path {
	int		 field;
	const char	*object;	/* of the delivery; NULL: the item */
	const char	*inner;		/* an object in it, or NULL */
	const char	*key;
};

static const struct json_path payment[] = {
	{ GIFT_external_id, NULL, NULL, "lineitemId" },
	{ GIFT_external_order, "contribution", NULL, "orderNumber" },
	{ GIFT_amount, NULL, NULL, "amount" },
	{ GIFT_paid_at, NULL, NULL, "paidAt" },
	{ GIFT_paid_at, "contribution", NULL, "createdAt" },
	{ GIFT_refunded_at, NULL, NULL, "refundedAt" },
	{ GIFT_is_recurring, "contribution", NULL, "recurringPeriod" },
	{ GIFT_recurrence, NULL, NULL, "sequence" },
	{ GIFT_disbursed_on, NULL, NULL, "disbursedAt" },
	{ GIFT_first_name, "donor", NULL, "firstname" },
	{ GIFT_last_name, "donor", NULL, "lastname" },
	{ GIFT_address_line1, "donor", NULL, "addr1" },
	{ GIFT_address_line2, "donor", NULL, "addr2" },
	{ GIFT_address_city, "donor", NULL, "city" },
	{ GIFT_address_state, "donor", NULL, "state" },
	{ GIFT_address_zip, "donor", NULL, "zip" },
	{ GIFT_address_country, "donor", NULL, "country" },
	{ GIFT_employer, "donor", "employerData", "employer" },
	{ GIFT_occupation, "donor", "employerData", "occupation" },
	{ GIFT_email, "donor", NULL, "email" },
	{ GIFT_phone_number, "donor", NULL, "phone" },
	{ GIFT_refcode, "contribution", NULL, "refcode" },
	{ GIFT_refcode, "contribution", "refcodes", "refcode" },
	{ GIFT_refcode2, "contribution", NULL, "refcode2" },
	{ GIFT_refcode2, "contribution", "refcodes", "refcode2" },
};

static const struct json_path ending[] = {
	{ GIFT_external_order, "contribution", NULL, "orderNumber" },
	{ GIFT_canceled_at, "contribution", NULL, "cancelledAt" },
	{ GIFT_canceled_at, "contribution", NULL, "canceledAt" },
	{ GIFT_canceled_at, NULL, NULL, "cancelledAt" },
	{ GIFT_canceled_at, NULL, NULL, "canceledAt" },
};

static int
bad(struct err *e, const char *what)
{
	return err_slug(e, ERR_MALFORMED, "invalid_payload",
	    "The body is not a delivery of ActBlue: %s", what);
}

/* Return a member, or NULL if it is missing or o is not an object. */
static struct json_object *
member(struct json_object *o, const char *key)
{
	struct json_object	*v = NULL;

	if (key != NULL && json_object_is_type(o, json_type_object))
		json_object_object_get_ex(o, key, &v);
	return v;
}

/* Get the text of a scalar without white space around it; false if blank. */
static bool
scalar(struct json_object *v, const char **p, size_t *n)
{
	if (v == NULL || json_object_is_type(v, json_type_object) ||
	    json_object_is_type(v, json_type_array))
		return false;
	*p = json_object_get_string(v);
	*n = strlen(*p);
	text_trim(p, n);
	return *n > 0;
}

/*
 * Set the fields of these paths.  An optional value that is not valid is left
 * out: the payment has been made, whatever the donor has entered.
 */
static int
read_paths(struct rec *r, const struct json_path *at, size_t n,
    struct json_object *delivery, struct json_object *item, struct err *e)
{
	struct err	 ignored;
	const char	*text;
	size_t		 len;

	for (size_t i = 0; i < n; i++) {
		struct json_object	*o = at[i].object == NULL ? item :
					    member(delivery, at[i].object);
		size_t			 field = (size_t)at[i].field;

		if (at[i].inner != NULL)
			o = member(o, at[i].inner);
		if (r->value[field] != NULL ||
		    !scalar(member(o, at[i].key), &text, &len))
			continue;
		err_clear(&ignored);
		if (gift_set(r, field, text, len,
		    gift_optional(field) ? &ignored : e) != 0 &&
		    !gift_optional(field))
			return -1;
	}
	return 0;
}

/* Set the fee that ActBlue keeps, the difference of two amounts. */
static void
read_fee(struct rec *r, struct json_object *item)
{
	struct err	 ignored = { 0 };
	struct rec	 rest;
	const char	*text;
	size_t		 n;
	int64_t		 gross, net;

	rec_init(&rest, &gift_schema, r->arena);
	if (r->value[GIFT_amount] != NULL &&
	    scalar(member(item, "amountLessAbFees"), &text, &n) &&
	    gift_set(&rest, GIFT_amount, text, n, &ignored) == 0 &&
	    text_int64(r->value[GIFT_amount], strlen(r->value[GIFT_amount]),
	    &gross) && text_int64(rest.value[GIFT_amount],
	    strlen(rest.value[GIFT_amount]), &net))
		rec_put(r, GIFT_conduit_fee, arena_printf(r->arena, "%" PRId64,
		    gross - net));
}

/* Append a record, with a comma before it unless it is the first. */
static void
append(struct buf *b, const struct rec *r)
{
	char	 sep = '{';

	if (b->len > 1)
		buf_addc(b, ',');
	for (size_t i = 0; i < r->schema->n; i++) {
		if (r->value[i] == NULL)
			continue;
		buf_addf(b, "%c\"%s\":", sep, r->schema->field[i].name);
		json_add_value(b, r->schema->field[i].kind, r->value[i],
		    strlen(r->value[i]));
		sep = ',';
	}
	buf_addc(b, '}');
}

static int
read_item(struct arena *a, struct json_object *delivery,
    struct json_object *item, bool *ended, struct buf *b, struct err *e)
{
	struct rec	 end, paid;

	rec_init(&end, &gift_schema, a);
	if (read_paths(&end, ending, ARRAY_LEN(ending), delivery, item,
	    e) != 0)
		return -1;
	if (end.value[GIFT_canceled_at] != NULL && !*ended) {
		if (gift_complete(&end, e) != 0)
			return -1;
		append(b, &end);
		*ended = true;
	}
	rec_init(&paid, &gift_schema, a);
	if (read_paths(&paid, payment, ARRAY_LEN(payment), delivery, item,
	    e) != 0)
		return -1;
	/* The line item of a cancellation may not be a payment. */
	if (*ended && (paid.value[GIFT_external_id] == NULL ||
	    paid.value[GIFT_amount] == NULL ||
	    member(item, "paidAt") == NULL))
		return 0;
	read_fee(&paid, item);
	if (gift_complete(&paid, e) != 0)
		return -1;
	append(b, &paid);
	return 0;
}

int
actblue_read(struct arena *a, struct json_object *delivery, struct buf *b,
    struct err *e)
{
	struct json_object	*items = member(delivery, "lineitems");
	size_t			 n;
	bool			 ended = false;

	if (!json_object_is_type(items, json_type_array) ||
	    (n = json_object_array_length(items)) < 1 || n > ITEMS_MAX)
		return bad(e, "lineitems is missing.");
	buf_addc(b, '[');
	for (size_t i = 0; i < n; i++)
		if (read_item(a, delivery, json_object_array_get_idx(items, i),
		    &ended, b, e) != 0)
			return -1;
	buf_addc(b, ']');
	if (b->failed)
		return bad(e, "it is too long.");
	return 0;
}

/* Compare in a time that does not depend on where the texts differ. */
static bool
equal(const char *a, const char *b)
{
	unsigned char	 x[SHA256_DIGEST_LENGTH], y[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)a, strlen(a), x);
	SHA256((const unsigned char *)b, strlen(b), y);
	return CRYPTO_memcmp(x, y, sizeof(x)) == 0;
}

static int
authenticate(const struct req *rq, struct err *e)
{
	const char	*name = rq->basic_name, *word = rq->basic_password;
	const char	*user = "", *password = "";
	bool		 known, good;

	known = cfg_actblue(rq->cfg, rq->path_id[0], &user, &password);
	good = equal(name != NULL ? name : "", user);
	good &= equal(word != NULL ? word : "", password);
	if (known && good)
		return 0;
	if (!known)
		err_detail(e, ERR_UNAUTHORIZED, "actblue: [campaign %" PRId64
		    "] has no actblue_user and actblue_password",
		    rq->path_id[0]);
	return err_slug(e, ERR_UNAUTHORIZED, "invalid_credentials",
	    "The name or the password is wrong.");
}

/* Answer what the delivery has done. */
static void
answer(struct resp *rs, const struct rows *r)
{
	const char	*outcome = "unchanged";

	if (rows_int64(r, 0, "created") > 0)
		outcome = "created";
	else if (rows_int64(r, 0, "updated") > 0)
		outcome = "updated";
	else if (rows_int64(r, 0, "rejected") > 0)
		outcome = "conflict";
	buf_addf(resp_json(rs, 200), "{\"success\":true,\"outcome\":\"%s\"}",
	    outcome);
}

int
actblue_post(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 sql[] =
	    "SELECT created, updated, unchanged, rejected "
	    "FROM cerberus.gift_take($1, 'actblue', $2)";
	struct json_object	*delivery = NULL;
	struct buf		 b;
	struct rows		*r;
	const char		*param[2];
	int			 rc;

	if (authenticate(rq, e) != 0)
		return -1;
	if (json_parse(buf_str(rq->raw), rq->raw->len, &delivery, e) != 0)
		return -1;
	buf_init_in(&b, rq->arena, JSON_MAX);
	rc = actblue_read(rq->arena, delivery, &b, e);
	json_object_put(delivery);
	if (rc != 0)
		return -1;
	param[0] = arena_printf(rq->arena, "%" PRId64, rq->path_id[0]);
	param[1] = buf_str(&b);
	if (db_select(rq->db, sql, 2, param, &r, e) != 0)
		return -1;
	answer(rs, r);
	return 0;
}
