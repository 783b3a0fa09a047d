/*
 * Reading the bodies that donors send.  The front ends name and nest the same
 * facts in different ways; all of them end in the fields of one schema.
 */
#include <inttypes.h>

#include "core/text.h"
#include "donor.h"
#include "donor_form.h"
#include "interval.h"
#include "record/json.h"

#define TEXT_MAX	255	/* characters of a name or address to split */
#define JSON_MAX	(256 * 1024)

/* An object of the body. */
struct source {
	struct json_object	*o;	/* NULL: not given */
	const char		*name;	/* its path in errors; "": the body */
};

/* Return the path of a member, such as billing_details.name, for errors. */
static const char *
path_of(struct rec *r, const struct source *s, const char *key)
{
	return *s->name == '\0' ? key :
	    arena_printf(r->arena, "%s.%s", s->name, key);
}

/* Return a member, or NULL if it is missing or null. */
static struct json_object *
member(const struct source *s, const char *key)
{
	struct json_object	*v = NULL;

	if (s->o != NULL)
		json_object_object_get_ex(s->o, key, &v);
	return v;
}

/*
 * Find the object that is a member of s.  out->o is NULL if it is missing or
 * null.  Return -1 if it is not an object.
 */
static int
find_object(struct rec *r, const struct source *s, const char *key,
    struct source *out, struct err *e)
{
	*out = (struct source){ member(s, key), path_of(r, s, key) };
	if (out->o == NULL || json_object_is_type(out->o, json_type_object))
		return 0;
	out->o = NULL;
	return err_field(e, out->name, "invalid_type", "%s must be an object.",
	    out->name);
}

/*
 * Check a member of s by the rules of a field.  *out is the value, or NULL if
 * the member is missing, null or blank.
 */
static int
check_member(struct rec *r, const struct source *s, const char *key,
    const struct field *like, const char **out, struct err *e)
{
	struct field		 f = *like;
	const struct schema	 one = { .field = &f, .n = 1 };
	struct json_object	*v = member(s, key);
	struct rec		 in;

	*out = NULL;
	if (v == NULL)
		return 0;
	f.name = path_of(r, s, key);
	rec_init(&in, &one, r->arena);
	if (rec_set_json(&in, 0, v, e) != 0)
		return -1;
	*out = in.value[0];
	return 0;
}

/* Set a field, unless it has a value already or the new one is NULL. */
static void
fill(struct rec *r, const char *name, const char *value)
{
	int	 i = schema_find(r->schema, name, strlen(name));

	if (i != -1 && value != NULL && r->value[i] == NULL)
		rec_put(r, (size_t)i, value);
}

/* Check a member, and fill() a field with its value. */
static int
fill_from(struct rec *r, const char *name, const struct source *s,
    const char *key, struct err *e)
{
	int		 i = schema_find(r->schema, name, strlen(name));
	const char	*value;

	if (i == -1)
		return 0;
	if (check_member(r, s, key, &r->schema->field[i], &value, e) != 0)
		return -1;
	fill(r, name, value);
	return 0;
}

static const struct field	 split_text = { .name = "", .kind = KIND_TEXT,
				    .max = TEXT_MAX };

/* Split a full name: its last word is the last name. */
static int
fill_name(struct rec *r, const struct source *s, struct err *e)
{
	const char	*name, *last;
	size_t		 n;

	if (check_member(r, s, "name", &split_text, &name, e) != 0)
		return -1;
	if (name == NULL)
		return 0;
	last = strrchr(name, ' ');
	fill(r, "last_name", last != NULL ? last + 1 : name);
	if (last != NULL) {
		n = (size_t)(last - name);
		text_trim(&name, &n);
		fill(r, "first_name", arena_strndup(r->arena, name, n));
	}
	return 0;
}

#define PARTS	5	/* street, unit, city, state, ZIP code */

/* Return true for 12345 and 12345-6789. */
static bool
is_zip(const char *s)
{
	size_t	 n = strspn(s, "0123456789");

	return n == 5 && (s[5] == '\0' || (s[5] == '-' &&
	    strspn(s + 6, "0123456789") == 4 && s[10] == '\0'));
}

/* Return true for what can be the name or abbreviation of a state. */
static bool
is_state(const char *s)
{
	return strlen(s) >= 2 && strpbrk(s, "0123456789") == NULL;
}

/*
 * Split "street, unit, city, state, ZIP", where each part may be blank, or
 * "street, city, state, ZIP", where none may be.  part[] has the order of the
 * first form; the missing unit of the second is blank.  Return false if the
 * text has neither form.
 */
static bool
split_address(struct arena *a, const char *text, const char *part[PARTS])
{
	static const struct field	 zip = { .name = "", .kind = KIND_ZIP };
	struct err			 ignored = { 0 };
	size_t				 n = 0, len;

	for (const char *s = text; s != NULL; n++) {
		const char	*comma = strchr(s, ','), *start = s;

		if (n == PARTS)
			return false;
		len = comma != NULL ? (size_t)(comma - s) : strlen(s);
		text_trim(&start, &len);
		part[n] = arena_strndup(a, start, len);
		s = comma != NULL ? comma + 1 : NULL;
	}
	if (n == PARTS - 1) {
		if (*part[0] == '\0' || *part[1] == '\0' ||
		    *part[2] == '\0' || *part[3] == '\0')
			return false;
		memmove(part + 2, part + 1, 3 * sizeof(*part));
		part[1] = "";
	} else if (n != PARTS) {
		return false;
	}
	if (*part[4] != '\0' && (field_check(&zip, a, part[4],
	    strlen(part[4]), &part[4], &ignored) != 0 || !is_zip(part[4])))
		return false;
	return *part[3] == '\0' || is_state(part[3]);
}

/* Split metadata.address.  If that fails, all of it becomes the first line. */
static int
fill_address(struct rec *r, const struct source *s, struct err *e)
{
	static const char *const names[PARTS] = {
		"address_line1", "address_line2", "address_city",
		"address_state", "address_zip"
	};
	const char	*text, *part[PARTS];

	if (check_member(r, s, "address", &split_text, &text, e) != 0)
		return -1;
	if (text == NULL)
		return 0;
	if (!split_address(r->arena, text, part)) {
		fill(r, names[0], text);
		return 0;
	}
	for (size_t i = 0; i < PARTS; i++)
		fill(r, names[i], *part[i] != '\0' ? part[i] : NULL);
	return 0;
}

/*
 * Fill the fields that are still empty from metadata, which older front ends
 * send, and then from billing_details, which has the form of Stripe's.
 */
static int
read_nested(struct rec *r, const struct source *body, struct err *e)
{
	static const struct {
		const char	*key, *name;
	} address_parts[] = {
		{ "line1", "address_line1" }, { "line2", "address_line2" },
		{ "city", "address_city" }, { "state", "address_state" },
		{ "postal_code", "address_zip" },
		{ "country", "address_country" },
	}, metadata[] = {
		{ "first_name", "first_name" }, { "firstName", "first_name" },
		{ "last_name", "last_name" }, { "lastName", "last_name" },
		{ "employer", "employer" }, { "occupation", "occupation" },
		{ "email", "email" }, { "phone_number", "phone_number" },
	};
	struct source	 s, address;
	int		 rc;

	rc = find_object(r, body, "metadata", &s, e);
	for (size_t i = 0; i < ARRAY_LEN(metadata); i++)
		rc |= fill_from(r, metadata[i].name, &s, metadata[i].key, e);
	rc |= fill_address(r, &s, e);
	rc |= find_object(r, body, "billing_details", &s, e);
	rc |= fill_name(r, &s, e);
	rc |= fill_from(r, "email", &s, "email", e);
	rc |= fill_from(r, "phone_number", &s, "phone", e);
	rc |= find_object(r, &s, "address", &address, e);
	for (size_t i = 0; i < ARRAY_LEN(address_parts); i++)
		rc |= fill_from(r, address_parts[i].name, &address,
		    address_parts[i].key, e);
	return rc;
}

/* Parse the body into a record of the schema s. */
static int
read_body(struct req *rq, const struct schema *s, struct rec *r,
    struct err *e)
{
	const struct source	 body = { rq->json, "" };
	int			 rc;

	rec_init(r, s, rq->arena);
	if (rq->form.pair != NULL) {
		rc = donor_form(rq, r, e);
	} else if (!json_object_is_type(rq->json, json_type_object)) {
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	} else {
		/* In this order: a field keeps its first value. */
		rc = rec_from_json(r, rq->json, UNKNOWN_IGNORE, NULL, e);
		rc |= fill_from(r, "covers_fees", &body, "cover_fees", e);
		rc |= read_nested(r, &body, e);
	}
	rc |= donor_query(rq, r, e);
	return rc | rec_require(r, true, e);
}

/*
 * Set *least to the smallest amount of a currency, in minor units.  Return
 * false if the configuration does not accept the currency.
 */
static bool
minimum_amount(const struct cfg *c, const char *currency, int64_t *least)
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

/* Is it a code of the FEC: primary, general, runoff or special, and a year? */
static bool
is_election(const char *code)
{
	return strlen(code) == 5 && strchr("PGRS", code[0]) != NULL &&
	    strspn(code + 1, "0123456789") == 4;
}

int
currency_check(struct req *rq, const char *currency, int64_t *least,
    struct err *e)
{
	if (!minimum_amount(rq->cfg, currency, least))
		return err_field(e, "currency", "invalid_choice",
		    "The currency %.3s is not accepted.", currency);
	return 0;
}

int
election_check(const char *code, struct err *e)
{
	if (code != NULL && !is_election(code))
		return err_field(e, "election", "invalid",
		    "election must be such as P2026: P, G, R or S and a year.");
	return 0;
}

int
intent_read(struct req *rq, struct rec *r, struct err *e)
{
	const char	*currency, *amount;
	char		*lower;
	int64_t		 least, value;
	int		 rc = read_body(rq, &intent_schema, r, e);

	/* The front ends show these two messages to the donor. */
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
	if (currency_check(rq, lower, &least, e) != 0)
		return -1;
	if (!text_int64(amount, strlen(amount), &value) || value < least ||
	    value > AMOUNT_MAX)
		return err_field(e, "amount", "out_of_range",
		    "amount must be from %" PRId64 " to %d.", least,
		    AMOUNT_MAX);
	if (interval_check(r, e) != 0 ||
	    election_check(r->value[INTENT_election], e) != 0)
		return -1;
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

/*
 * Return the fields from first on that are not null, or with changes all that
 * were given, as a JSON object.
 */
static const char *
fields_json(struct req *rq, const struct rec *r, size_t first, bool changes)
{
	struct buf	 b;
	char		 sep = '{';

	buf_init_in(&b, rq->arena, JSON_MAX);
	for (size_t i = first; i < r->schema->n; i++) {
		const struct field	*f = &r->schema->field[i];
		const char		*v = r->value[i];

		if (changes ? !rec_has(r, i) : v == NULL)
			continue;
		buf_addf(&b, "%c\"%s\":", sep, f->name);
		json_add_value(&b, f->kind, v, v != NULL ? strlen(v) : 0);
		sep = ',';
	}
	buf_adds(&b, sep == '{' ? "{}" : "}");
	return buf_str(&b);
}

const char *
donor_json(struct req *rq, const struct rec *r, size_t first)
{
	return fields_json(rq, r, first, false);
}

const char *
donor_changes(struct req *rq, const struct rec *r)
{
	return fields_json(rq, r, 0, true);
}
