/*
 * Cross tables of a campaign's voters, by columns, tags and answers.  The
 * filters that narrow the voters are in people/.
 */
#include "breakdown.h"
#include "campaign.h"
#include "core/text.h"
#include "people/voter.h"
#include "people/voter_plan.h"
#include "rest/doc.h"
#include "rest/resource.h"

#define COLUMNS_MAX	3
#define LONGEST		1000	/* characters of an answer that are shown */

/*
 * A value by which voters can be counted: an expression, and the join that it
 * needs after "FROM voters t".  For answers, ?1 in both is the id of the
 * question.  %c is a letter that differs for each column of a table, so that
 * aliases do not collide.
 */
struct column {
	const char	*name;
	const char	*sql;
	const char	*join;
};

#define PLAIN(name)	{ name, "t." name, NULL }

static const struct column columns[] = {
	PLAIN("party_affiliation"),
	PLAIN("gender"),
	PLAIN("precinct"),
	PLAIN("county"),
	PLAIN("city"),
	PLAIN("zip_code"),
	PLAIN("ward"),
	PLAIN("congressional_district"),
	PLAIN("state_senate_district"),
	PLAIN("state_house_district"),
	PLAIN("registration_status"),
	{ "age_band", "CASE WHEN a.age < 18 THEN '0-17' "
	  "WHEN a.age < 25 THEN '18-24' WHEN a.age < 35 THEN '25-34' "
	  "WHEN a.age < 45 THEN '35-44' WHEN a.age < 55 THEN '45-54' "
	  "WHEN a.age < 65 THEN '55-64' WHEN a.age < 75 THEN '65-74' "
	  "WHEN a.age >= 75 THEN '75+' END",
	  " CROSS JOIN LATERAL (SELECT " VOTER_AGE("t") " AS age) a" },
	/* A voter with two tags is in two rows. */
	{ "tag", "g.tag", " LEFT JOIN LATERAL unnest(t.tags) g (tag) ON true" },
};

/* The newest response counts; one with several answers is in several rows. */
static const char answers[] =
    " LEFT JOIN (SELECT DISTINCT ON (r.voter_id) r.voter_id, "
    "r.response_value, r.response_values FROM survey_responses r "
    "WHERE r.question_id = ?1 ORDER BY r.voter_id, r.responded_at DESC, "
    "r.response_id DESC) r%c ON r%c.voter_id = t.voter_id "
    "LEFT JOIN LATERAL jsonb_array_elements_text(r%c.response_values) "
    "v%c (answer) ON true";

/* The table that a request asks for. */
struct table {
	const char	*name[COLUMNS_MAX];
	const char	*sql[COLUMNS_MAX];
	size_t		 n;
};

static int
add_answer(struct req *rq, const char *name, struct table *t, struct sql *from,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT FROM survey_questions WHERE question_id = $1 "
	    "AND campaign_id = $2";
	char			 c = (char)('a' + t->n);
	const char		*param[2];
	struct buf		 join;
	struct rows		*r;
	int64_t			 id;

	if (!text_int64(name + 7, strlen(name + 7), &id) || id < 1)
		return err_field(e, "by", "invalid",
		    "answer: needs the id of a question.");
	param[0] = doc_id(rq->arena, id);
	param[1] = doc_id(rq->arena, rq->path_id[0]);
	if (db_select(rq->db, sql, 2, param, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, "by", "not_found", "Question %s is not "
		    "one of the campaign.", param[0]);
	buf_init_in(&join, rq->arena, 2048);
	for (const char *p = answers; *p != '\0'; p++)
		if (p[0] == '%' && p[1] == 'c') {
			buf_addc(&join, c);
			p++;
		} else {
			buf_addc(&join, *p);
		}
	sql_bind(from, buf_str(&join), param[0]);
	t->sql[t->n] = arena_printf(rq->arena, "left(coalesce(v%c.answer, "
	    "r%c.response_value), %d)", c, c, LONGEST);
	t->name[t->n++] = arena_printf(rq->arena, "answer:%s", param[0]);
	return 0;
}

static int
add_column(struct req *rq, const char *name, struct table *t, struct sql *from,
    struct err *e)
{
	if (t->n == COLUMNS_MAX)
		return err_field(e, "by", "too_long",
		    "by must have at most %d columns.", COLUMNS_MAX);
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->name[i], name) == 0)
			return err_field(e, "by", "duplicate",
			    "by has %.60s twice.", name);
	if (strncmp(name, "answer:", 7) == 0)
		return add_answer(rq, name, t, from, e);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++)
		if (strcmp(columns[i].name, name) == 0) {
			if (columns[i].join != NULL)
				sql_add(from, columns[i].join);
			t->sql[t->n] = columns[i].sql;
			t->name[t->n++] = columns[i].name;
			return 0;
		}
	return err_field(e, "by", "invalid_choice",
	    "Voters cannot be counted by %.60s.", name);
}

/* Read by=, and append what the columns need behind "FROM voters t". */
static int
read_table(struct req *rq, struct table *t, struct sql *from, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "by");
	const char		*at;
	size_t			 n;

	t->n = 0;
	if (p == NULL || p->len == 0)
		return err_field(e, "by", "required", "by is required.");
	for (at = p->value; ; at += n + 1) {
		n = strcspn(at, ",");
		if (add_column(rq, arena_strndup(rq->arena, at, n), t, from,
		    e) != 0)
			return -1;
		if (at[n] == '\0')
			return 0;
	}
}

/* Set the predicates of the campaign's voters whom the query selects. */
static int
select_voters(struct req *rq, struct where *w, struct err *e)
{
	static const char *const known[] = { "by", NULL };
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	struct form		 query = { .n = 0 };

	if (form_find(&rq->query, "campaign_id") != NULL)
		return err_field(e, "campaign_id", "unknown_parameter",
		    "The path names the campaign.");
	query.pair = arena_alloc(rq->arena, (rq->query.n + 1) *
	    sizeof(struct pair));
	query.pair[query.n++] = (struct pair){ "campaign_id", id, strlen(id) };
	for (size_t i = 0; i < rq->query.n; i++)
		query.pair[query.n++] = rq->query.pair[i];
	return voter_select(rq, &query, known, w, e);
}

/*
 * Return the statement that counts, given its FROM and WHERE: a JSON object for
 * each row of the table.
 */
static const char *
table_statement(struct arena *a, const struct table *t, const char *from)
{
	const char	*object = "", *list = "", *keys = "";

	for (size_t i = 0; i < t->n; i++) {
		object = arena_printf(a, "%s'%s', c.k%zu, ", object,
		    t->name[i], i);
		list = arena_printf(a, "%s%s AS k%zu, ", list, t->sql[i], i);
		keys = arena_printf(a, "%s%sk%zu", keys, i > 0 ? ", " : "", i);
	}
	return arena_printf(a, "SELECT json_build_object(%s'count', c.n) "
	    "AS doc FROM (SELECT %scount(*) AS n%s GROUP BY %s LIMIT %d) c "
	    "ORDER BY %s", object, list, from, keys, BREAKDOWN_ROWS + 1, keys);
}

static void
write_table(struct req *rq, struct resp *rs, const struct table *t,
    const struct rows *rows, const struct rows *total)
{
	struct buf	*b = resp_json(rs, 200);

	buf_addf(b, "{\"campaign_id\":%s,\"by\":[",
	    doc_id(rq->arena, rq->path_id[0]));
	for (size_t i = 0; i < t->n; i++)
		buf_addf(b, "%s\"%s\"", i > 0 ? "," : "", t->name[i]);
	buf_addf(b, "],\"total_voters\":%s,\"rows\":[",
	    rows_text(total, 0, "n"));
	for (size_t i = 0; i < rows_count(rows); i++) {
		buf_adds(b, i > 0 ? "," : "");
		buf_adds(b, rows_text(rows, i, "doc"));
	}
	buf_adds(b, "]}");
}

int
campaign_breakdown(struct req *rq, struct resp *rs, struct err *e)
{
	struct table	 t;
	struct sql	 q, count;
	struct where	 w;
	struct db_query	 s[2];
	struct rows	*rows[2];

	if (resource_exists(rq, &campaign_schema, rq->path_id[0], e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, " FROM voters t");
	/* Both, so that every bad parameter is named at once. */
	if ((read_table(rq, &t, &q, e) | select_voters(rq, &w, e)) != 0)
		return -1;
	sql_where(&q, &w);
	s[0] = list_statement(&q);
	s[0].sql = table_statement(rq->arena, &t, buf_str(&q.text));
	sql_init(&count, rq->arena);
	sql_add(&count, "SELECT count(*) AS n FROM voters t");
	sql_where(&count, &w);
	s[1] = list_statement(&count);
	if (q.text.failed || count.text.failed)
		return err_detail(e, ERR_INTERNAL, "the statement is too long");
	if (db_exec(rq->db, s, 2, rows, e) != 0)
		return -1;
	if (rows_count(rows[0]) > BREAKDOWN_ROWS)
		return err_field(e, "by", "too_many", "The table has more than "
		    "%d rows. Give fewer columns, or a filter.",
		    BREAKDOWN_ROWS);
	write_table(rq, rs, &t, rows[0], rows[1]);
	return 0;
}
