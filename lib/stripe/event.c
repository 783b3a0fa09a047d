/*
 * Checks the form of Stripe's events and stores them.  signature.c verifies the
 * signature; the SQL functions apply an event to its donation.
 */
#include <inttypes.h>

#include "event.h"
#include "record/json.h"

#define ID_MAX		255
#define TYPE_MAX	100

static const char sql_event[] =
    "SELECT cerberus.stripe_event($1, $2, $3) AS outcome";

/* True if the member is a text of 1 to max bytes without NUL. */
static bool
has_text(struct json_object *o, const char *key, size_t max)
{
	struct json_object	*v;
	int			 n;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return false;
	n = json_object_get_string_len(v);
	return n > 0 && (size_t)n <= max &&
	    strlen(json_object_get_string(v)) == (size_t)n;
}

/* Half a surrogate pair, such as \ud800 alone, cannot be stored as jsonb. */
static bool
has_half_pair(const char *payload, size_t n)
{
	const char	*end = payload + n;
	bool		 high = false, is_high, is_low;

	for (const char *p = payload; p < end; p++) {
		is_high = is_low = false;
		if (*p == '\\' && end - p >= 6 && p[1] == 'u' &&
		    (p[2] | 32) == 'd') {
			is_high = strchr("89abAB", p[3]) != NULL;
			is_low = strchr("cdefCDEF", p[3]) != NULL;
		}
		if (high != is_low)
			return true;
		high = is_high;
		if (*p == '\\')
			p += is_high || is_low ? 5 : 1;
	}
	return high;
}

/*
 * Is it an event of the second generation, which names its object in place of
 * containing it, or a ping?
 */
static bool
is_thin(struct json_object *o)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, "object", &v) &&
	    json_object_is_type(v, json_type_string) &&
	    strncmp(json_object_get_string(v), "v2.", 3) == 0;
}

static bool
has_object(struct json_object *o)
{
	struct json_object	*data, *thing;

	return json_object_object_get_ex(o, "data", &data) &&
	    json_object_object_get_ex(data, "object", &thing) &&
	    json_object_is_type(thing, json_type_object);
}

bool
event_valid(const char *payload, size_t n, struct err *e)
{
	struct json_object	*o = NULL;
	bool			 good;

	if (json_parse(payload, n, &o, e) != 0)
		return false;
	/* jsonb cannot store U+0000; Stripe does not send it. */
	good = json_object_is_type(o, json_type_object) &&
	    has_text(o, "id", ID_MAX) && has_text(o, "type", TYPE_MAX) &&
	    (is_thin(o) || has_object(o)) &&
	    memmem(payload, n, "\\u0000", 6) == NULL &&
	    memchr(payload, '\0', n) == NULL && !has_half_pair(payload, n);
	if (!good)
		err_slug(e, ERR_MALFORMED, "invalid_payload",
		    "The body is not a Stripe event.");
	json_object_put(o);
	return good;
}

int
event_store(struct db *db, struct arena *a, int64_t account, int64_t campaign,
    const char *payload, const char **outcome, struct err *e)
{
	const char	*param[] = { arena_printf(a, "%" PRId64, account),
			    payload, campaign == 0 ? NULL :
			    arena_printf(a, "%" PRId64, campaign) };
	struct rows	*rows;

	if (db_select(db, sql_event, 3, param, &rows, e) != 0) {
		/*
		 * The event was not stored.  Stripe sends it again after a 400
		 * as after a 500; the 400 says that a value of it, such as a
		 * time, is outside the database's range.
		 */
		e->nfields = 0;
		if (e->code == ERR_INVALID)
			err_slug(e, ERR_MALFORMED, "invalid_payload",
			    "The event has a value that cannot be stored.");
		else if (e->code != ERR_UNAVAILABLE &&
		    e->code != ERR_NOT_FOUND)
			err_set(e, ERR_INTERNAL, "%s", "");
		return -1;
	}
	*outcome = rows_text(rows, 0, "outcome");
	return 0;
}
