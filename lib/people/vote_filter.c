/*
 * The filters of voters by the elections in which they voted.  Elections become
 * the bits of votes.voted before the list's statement is built, so that it has
 * the bits as constants.
 */
#include "core/text.h"
#include "db/db.h"
#include "record/state.h"
#include "vote_filter.h"

#define ELECTIONS_MAX	100	/* in one filter */
#define STATES_MAX	60

/*
 * The beginning and the end of a condition on the votes of a voter, in a list
 * and in a step of a segment.  PostgreSQL can turn EXISTS into a join that
 * starts from the votes of all voters, which is fastest for a single filter.
 * In a step, cheaper conditions have excluded most voters already, but
 * PostgreSQL overestimates the cost of the policy of votes and would still
 * start from the votes.  A scalar subquery is always tested voter by voter.
 */
static const struct {
	const char	*begin, *end;
} forms[] = {
	{ "EXISTS (SELECT FROM votes h WHERE h.voter_id = t.voter_id AND ",
	  ")" },
	{ "(SELECT true FROM votes h WHERE h.voter_id = t.voter_id AND ",
	  " LIMIT 1)" },
};

/* Read ids that are separated by commas as the text of an integer[]. */
static const char *
read_ids(struct arena *a, const char *text, size_t *count)
{
	struct buf	 b;
	int64_t		 id;
	size_t		 n;

	*count = 0;
	buf_init_in(&b, a, 4096);
	for (const char *at = text;; at += n + 1) {
		const char	*word = at;
		size_t		 len = n = strcspn(at, ",");

		text_trim(&word, &len);
		if (!text_int64(word, len, &id) || id < 1 || id > INT32_MAX ||
		    ++*count > ELECTIONS_MAX)
			return NULL;
		buf_addf(&b, "%s%d", b.len > 0 ? "," : "{", (int)id);
		if (at[n] == '\0')
			break;
	}
	buf_addc(&b, '}');
	return b.failed ? NULL : b.data;
}

/* Is this the state that the filter state names?  True without that filter. */
static bool
same_state(const struct filters *filters, const char *state)
{
	const char	*given = filters_value(filters, "state"), *code;

	if (given == NULL)
		return true;
	code = state_code(given, strlen(given));
	return text_is(state, strlen(state), code != NULL ? code : given);
}

/* Set the predicate of filter i: voted_all if all is true, else voted_any. */
static int
resolve_elections(struct req *rq, struct filters *filters, size_t i, bool all,
    bool step, struct err *e)
{
	static const char	 sql[] =
	    "SELECT min(w.id) FILTER (WHERE e.election_id IS NULL) AS missing, "
	    "min(e.state) AS state, max(e.state) AS other, "
	    "count(DISTINCT w.id) AS n, election_bits($1::integer[]) AS mask "
	    "FROM unnest($1::integer[]) w (id) "
	    "LEFT JOIN elections e ON e.election_id = w.id";
	const char	*name = filters->given[i].filter->field.name, *ids;
	const char	**value;
	struct predicate *p = arena_zalloc(rq->arena, sizeof(*p));
	struct rows	*r;
	size_t		 n;

	ids = read_ids(rq->arena, filters->given[i].value, &n);
	if (ids == NULL)
		return err_field(e, name, "invalid", "%s must be up to %d ids "
		    "of elections, separated by commas.", name, ELECTIONS_MAX);
	if (db_select(rq->db, sql, 1, &ids, &r, e) != 0)
		return -1;
	if (!rows_is_null(r, 0, "missing"))
		return err_field(e, name, "not_found", "Election with ID %s "
		    "not found.", rows_text(r, 0, "missing"));
	if (strcmp(rows_text(r, 0, "state"), rows_text(r, 0, "other")) != 0)
		return err_field(e, name, "other_state",
		    "The elections of %s must be of one state.", name);
	if (!same_state(filters, rows_text(r, 0, "state")))
		return err_field(e, name, "other_state", "The elections of %s "
		    "are of another state than the filter state.", name);
	value = arena_alloc(rq->arena, 3 * sizeof(*value));
	value[0] = rows_text(r, 0, "state");
	value[1] = rows_text(r, 0, "mask");
	value[2] = all ? rows_text(r, 0, "n") : "1";
	*p = (struct predicate){ .sql = arena_printf(rq->arena,
	    "%sh.state = ?1 AND voted_in(h.voted, ?2::bit varying) "
	    ">= ?3::bigint%s", forms[step].begin, forms[step].end),
	    .many = value, .n = 3 };
	filters->given[i].resolved = p;
	return 0;
}

/* Append the condition for one state; its name is ?n, its elections ?n+1. */
static void
add_state(struct buf *b, size_t n)
{
	buf_addf(b, "%sh.state = ?%zu AND voted_in(h.voted, "
	    "?%zu::bit varying) >= ?1::bigint", n > 2 ? " OR " : "", n, n + 1);
}

/*
 * Set the predicate of voted_at_least.  "The last elections" are determined for
 * each state separately, since states vote on different days.
 */
static int
resolve_at_least(struct req *rq, struct filters *filters, size_t i,
    const char *of_last, bool step, struct err *e)
{
	static const char	 sql[] =
	    "SELECT m.state, m.mask FROM (SELECT s.state, last_elections("
	    "s.state, $1, $2::integer) AS mask FROM (SELECT DISTINCT state "
	    "FROM elections) s) m WHERE m.mask IS NOT NULL ORDER BY m.state";
	const char	*param[] = { filters_value(filters, "kind"), of_last };
	struct predicate *p = arena_zalloc(rq->arena, sizeof(*p));
	const char	**value;
	struct buf	 b;
	struct rows	*r;
	size_t		 n = 1;

	if (db_select(rq->db, sql, 2, param, &r, e) != 0)
		return -1;
	value = arena_alloc(rq->arena, (1 + 2 * STATES_MAX) * sizeof(*value));
	value[0] = filters->given[i].value;
	buf_init_in(&b, rq->arena, 16 * 1024);
	buf_addf(&b, "%s(", forms[step].begin);
	for (size_t row = 0; row < rows_count(r); row++) {
		const char	*state = rows_text(r, row, "state");

		if (!same_state(filters, state) || n > 2 * STATES_MAX - 1)
			continue;
		add_state(&b, n + 1);
		value[n++] = state;
		value[n++] = rows_text(r, row, "mask");
	}
	buf_addf(&b, ")%s", forms[step].end);
	*p = (struct predicate){ .sql = n > 1 ? buf_str(&b) : "false",
	    .many = value, .n = n };
	filters->given[i].resolved = p;
	return 0;
}

/* Check that voted_at_least comes with of_last, and set its predicate. */
static int
resolve_count(struct req *rq, struct filters *filters, size_t i, bool step,
    struct err *e)
{
	const char	*last = filters_value(filters, "of_last");

	if (last == NULL)
		return err_field(e, "of_last", "required",
		    "voted_at_least needs of_last.");
	if (strtoll(filters->given[i].value, NULL, 10) >
	    strtoll(last, NULL, 10))
		return err_field(e, "voted_at_least", "out_of_range",
		    "voted_at_least must not be greater than of_last.");
	return resolve_at_least(rq, filters, i, last, step, e);
}

int
vote_filters_resolve(struct req *rq, struct filters *filters, bool step,
    struct err *e)
{
	bool	 counts = filters_value(filters, "voted_at_least") != NULL;
	int	 rc = 0;

	for (size_t i = 0; i < filters->n; i++) {
		const char	*name = filters->given[i].filter->field.name;

		if (strcmp(name, "voted_any") == 0)
			rc |= resolve_elections(rq, filters, i, false, step,
			    e);
		else if (strcmp(name, "voted_all") == 0)
			rc |= resolve_elections(rq, filters, i, true, step,
			    e);
		else if (strcmp(name, "voted_at_least") == 0)
			rc |= resolve_count(rq, filters, i, step, e);
		else if (!counts && (strcmp(name, "of_last") == 0 ||
		    strcmp(name, "kind") == 0))
			rc |= err_field(e, name, "conflict",
			    "%s is only for voted_at_least.", name);
		if (e->code != ERR_NONE && e->nfields == 0)
			return -1;
	}
	return rc;
}
