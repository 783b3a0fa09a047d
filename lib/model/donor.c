/* The donor's words. */
#include <inttypes.h>

#include "core/text.h"
#include "donor.h"
#include "record/json.h"

/* A field that nothing better has filled; texts only, others are passed over. */
static int
fill(struct rec *r, const char *name, const char *text, size_t n,
    struct err *e)
{
	int	 i = schema_find(r->schema, name, strlen(name));

	if (i == -1 || r->value[i] != NULL)
		return 0;
	return rec_set(r, (size_t)i, text, n, e);
}

static int
fill_from(struct rec *r, const char *name, struct json_object *o,
    const char *key, struct err *e)
{
	struct json_object	*v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return 0;
	return fill(r, name, json_object_get_string(v),
	    (size_t)json_object_get_string_len(v), e);
}

/* "Mary Ann Smith": the last word is the last name. */
static int
fill_name(struct rec *r, struct json_object *o, struct err *e)
{
	struct json_object	*v;
	const char		*name;
	size_t			 n, last;

	if (!json_object_object_get_ex(o, "name", &v) ||
	    !json_object_is_type(v, json_type_string))
		return 0;
	name = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	text_trim(&name, &n);
	for (last = n; last > 0 && name[last - 1] != ' '; last--)
		continue;
	if (last == 0)
		return fill(r, "last_name", name, n, e);
	return fill(r, "first_name", name, last, e) |
	    fill(r, "last_name", name + last, n - last, e);
}

/* Stripe's billing_details and the older metadata into the donor's fields. */
static int
read_nested(struct rec *r, struct json_object *in, struct err *e)
{
	static const struct {
		const char	*key, *name;
	} address[] = {
		{ "line1", "address_line1" }, { "line2", "address_line2" },
		{ "city", "address_city" }, { "state", "address_state" },
		{ "postal_code", "address_zip" },
		{ "country", "address_country" },
	}, metadata[] = {
		{ "first_name", "first_name" }, { "last_name", "last_name" },
		{ "address", "address_line1" }, { "employer", "employer" },
		{ "occupation", "occupation" }, { "email", "email" },
		{ "phone_number", "phone_number" },
	};
	struct json_object	*o, *where;
	int			 rc = 0;

	if (json_object_object_get_ex(in, "metadata", &o))
		for (size_t i = 0; i < ARRAY_LEN(metadata); i++)
			rc |= fill_from(r, metadata[i].name, o,
			    metadata[i].key, e);
	if (!json_object_object_get_ex(in, "billing_details", &o))
		return rc;
	rc |= fill_name(r, o, e) | fill_from(r, "email", o, "email", e) |
	    fill_from(r, "phone_number", o, "phone", e);
	if (json_object_object_get_ex(o, "address", &where))
		for (size_t i = 0; i < ARRAY_LEN(address); i++)
			rc |= fill_from(r, address[i].name, where,
			    address[i].key, e);
	return rc;
}

static int
read_body(struct req *rq, const struct schema *s, struct rec *r,
    struct err *e)
{
	struct json_object	*v;
	int			 fees = schema_find(s, "covers_fees",
				    strlen("covers_fees"));
	int			 rc;

	rec_init(r, s, rq->arena);
	if (!json_object_is_type(rq->json, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	rc = rec_from_json(r, rq->json, UNKNOWN_IGNORE, NULL, e);
	if (!rec_has(r, (size_t)fees) &&
	    json_object_object_get_ex(rq->json, "cover_fees", &v))
		rc |= rec_set_json(r, (size_t)fees, v, e);
	return rc | read_nested(r, rq->json, e) | rec_require(r, true, e);
}

/* The least amount of a currency; false for one that is not accepted. */
static bool
minimum(const struct cfg *c, const char *currency, int64_t *least)
{
	for (size_t i = 0; i < c->stripe_minimums.n; i++) {
		const char	*w = c->stripe_minimums.word[i];
		const char	*colon = strchr(w, ':');

		if (colon != NULL && strncmp(w, currency,
		    (size_t)(colon - w)) == 0 && currency[colon - w] == '\0')
			return text_int64(colon + 1, strlen(colon + 1), least);
	}
	return false;
}

int
intent_read(struct req *rq, struct rec *r, struct err *e)
{
	const char	*currency, *amount;
	char		*lower;
	int64_t		 least, value;
	int		 rc = read_body(rq, &intent_schema, r, e);

	/* The front ends show these two sentences. */
	if (e->nfields > 0 && err_only_missing(e))
		return err_slug(e, ERR_INVALID, "missing_fields",
		    r->value[INTENT_amount] == NULL ? "Amount is required" :
		    "Campaign ID is required");
	currency = r->value[INTENT_currency];
	lower = arena_strdup(rq->arena, currency != NULL ? currency : "usd");
	text_lower(lower, strlen(lower));
	rec_put(r, INTENT_currency, lower);
	if ((amount = r->value[INTENT_amount]) == NULL)
		return -1;
	if (!minimum(rq->cfg, lower, &least))
		return err_field(e, "currency", "invalid_choice",
		    "%.3s is no currency that is accepted here.", lower);
	if (!text_int64(amount, strlen(amount), &value) || value < least ||
	    value > AMOUNT_MAX)
		return err_field(e, "amount", "out_of_range",
		    "amount must be from %" PRId64 " to %d.", least,
		    AMOUNT_MAX);
	return rc;
}

int
details_read(struct req *rq, struct rec *r, struct err *e)
{
	int	 rc = read_body(rq, &details_schema, r, e);

	if (e->nfields > 0 && err_only_missing(e))
		return err_slug(e, ERR_INVALID, "missing_fields",
		    "Payment Intent ID is required");
	return rc;
}

const char *
donor_json(struct req *rq, const struct rec *r, size_t first)
{
	struct buf	 b;
	const char	*text;
	char		 sep = '{';

	buf_init(&b, 256 * 1024);
	for (size_t i = first; i < r->schema->n; i++) {
		const struct field	*f = &r->schema->field[i];

		if (r->value[i] == NULL)
			continue;
		buf_addf(&b, "%c\"%s\":", sep, f->name);
		json_add_value(&b, f->kind, r->value[i], strlen(r->value[i]));
		sep = ',';
	}
	buf_adds(&b, sep == '{' ? "{}" : "}");
	text = arena_strdup(rq->arena, buf_str(&b));
	buf_release(&b);
	return text;
}
