/*
 * Query plans of each request in a large database.  auto_explain writes the
 * plan of every statement, also inside functions and for foreign keys, to
 * PostgreSQL's log (PG_LOG).  No plan may scan a large table, except those in
 * known.h.
 *
 * The requests for lists are derived from struct list: every filter, every
 * sort in both directions, the first page, a deep page, and the next page by
 * cursor.
 */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdio.h>

#include "account/audit.h"
#include "call.h"
#include "campaign/campaign.h"
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "core/buf.h"
#include "money/donation.h"
#include "people/voter.h"
#include "sql.h"

/* A node of a plan that reads this many rows of a table scans it. */
#define ROWS_MAX	20000

#define LARGE		STRANGER	/* manages campaign 2: every voter */
#define SMALL		VIEWER		/* reads campaign 1: 300 voters */

static const char *const large_tables[] = {
	"voters", "campaign_voters", "tallies", "interactions",
	"survey_responses", "donations", "consents", "audit_log", "votes",
	"call_people", "client_events"
};

/* Each with segments of its own campaign, defined in voters.sql: a flat one,
 * and one of steps. */
static const struct {
	const char	*token, *name, *segment, *steps, *answer;
} callers[] = {
	{ ADMIN, "an admin", "902", "904", "7:Answer" },
	{ LARGE, "a large campaign", "902", "904", "7:Answer" },
	{ SMALL, "a small campaign", "901", "903", "2:Answer" }
};

/*
 * Requests that are known to scan a table.  request is a pattern (fnmatch(3))
 * for "GET /path?query as caller", statement one for the SQL statement.
 */
static const struct known {
	const char	*request;
	const char	*statement;
	const char	*why;
} known[] = {
#include "known.h"
};

static unsigned long	 seen_plans;
static bool		 only_admin;

/* A node of a plan that scans a large table. */
struct finding {
	const char	*table;
	const char	*node;
	double		 rows;
};

static double
number(struct json_object *node, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(node, key, &v) ?
	    json_object_get_double(v) : 0;
}

static const char *
string(struct json_object *node, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(node, key, &v) ?
	    json_object_get_string(v) : "";
}

static bool
is_large(const char *table)
{
	for (size_t i = 0; i < ARRAY_LEN(large_tables); i++)
		if (strcmp(large_tables[i], table) == 0)
			return true;
	return false;
}

/* Find the node that reads the most rows of a large table. */
static void
find_scan(struct json_object *node, struct finding *worst)
{
	const char		*table = string(node, "Relation Name");
	const char		*type = string(node, "Node Type");
	struct json_object	*below;
	double			 rows = (number(node, "Actual Rows") +
				    number(node, "Rows Removed by Filter") +
				    number(node,
				    "Rows Removed by Index Recheck")) *
				    number(node, "Actual Loops");

	/*
	 * A sequential scan that a LIMIT ends early is acceptable.  Rows that
	 * it filtered out before that do count.
	 */
	if (is_large(table) && rows >= ROWS_MAX && rows > worst->rows)
		*worst = (struct finding){ table, type, rows };
	if (!json_object_object_get_ex(node, "Plans", &below))
		return;
	for (size_t i = 0; i < json_object_array_length(below); i++)
		find_scan(json_object_array_get_idx(below, i), worst);
}

static bool
is_known(const char *request, const char *statement)
{
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (fnmatch(known[i].request, request, 0) == 0 &&
		    fnmatch(known[i].statement, statement, 0) == 0)
			return true;
	return false;
}

/* Check one plan of the log. */
static void
check_plan(const char *request, const char *text)
{
	/* Plans of views are nested deeper than json-c reads by default. */
	struct json_tokener	*parser = json_tokener_new_ex(200);
	struct json_object	*doc = json_tokener_parse_ex(parser, text,
				    (int)strlen(text)), *plan;
	struct finding		 worst = { .rows = 0 };
	const char		*statement;

	cr_assert(doc != NULL && json_object_object_get_ex(doc, "Plan", &plan),
	    "no plan: %s", text);
	json_tokener_free(parser);
	seen_plans++;
	statement = string(doc, "Query Text");
	find_scan(plan, &worst);
	cr_expect(worst.rows == 0 || is_known(request, statement),
	    "%s reads %.0f rows of %s (%s):\n%s", request, worst.rows,
	    worst.table, worst.node, statement);
	json_object_put(doc);
}

/*
 * Check the plans in the log from an offset on.  A plan follows "plan:" and
 * consists of the lines that begin with a tab.
 */
static void
read_log(const char *request, long from)
{
	FILE		*log = fopen(getenv("PG_LOG"), "r");
	struct buf	 plan;
	char		*line = NULL;
	size_t		 size = 0;
	bool		 inside = false;

	cr_assert(log != NULL && fseek(log, from, SEEK_SET) == 0);
	buf_init(&plan, 16 * 1024 * 1024);
	while (getline(&line, &size, log) != -1) {
		if (inside && line[0] == '\t') {
			buf_adds(&plan, line + 1);
			continue;
		}
		if (inside)
			check_plan(request, buf_str(&plan));
		buf_clear(&plan, SIZE_MAX);
		inside = strstr(line, " plan:\n") != NULL;
	}
	if (inside)
		check_plan(request, buf_str(&plan));
	free(line);
	buf_release(&plan);
	fclose(log);
}

static long
log_end(void)
{
	const char	*path = getenv("PG_LOG");
	FILE		*log;
	long		 at;

	cr_assert(path != NULL, "start the tests by make check");
	log = fopen(path, "r");
	cr_assert(log != NULL, "%s cannot be read", path);
	fseek(log, 0, SEEK_END);
	at = ftell(log);
	fclose(log);
	return at;
}

/*
 * Send a request that must succeed, and check the plan of each statement.
 * shown replaces the query in messages and patterns, since a cursor is
 * unreadable; NULL leaves it.
 */
static struct answer *
explain(const struct call *c, const char *caller, const char *shown)
{
	long		 from = log_end();
	struct answer	*a = call_program(c);
	const char	*query = shown != NULL ? shown : c->query;
	const char	*request = arena_printf(&memory, "%s %s%s%s as %s",
			    c->method != NULL ? c->method :
			    c->body != NULL ? "POST" : "GET", c->path,
			    query != NULL ? "?" : "",
			    query != NULL ? query : "", caller);

	cr_expect(a->status >= 200 && a->status < 300, "%s: %d %s %s", request,
	    a->status, a->body, a->log);
	read_log(request, from);
	return a;
}

#define EXPLAIN(caller, ...) \
	explain(&(const struct call){ __VA_ARGS__ }, (caller), NULL)

/* Request a list, and with next also the next page by cursor. */
static void
get_list(const char *path, const char *query, size_t caller, bool next)
{
	const char	*token = callers[caller].token;
	const char	*name = callers[caller].name;
	struct answer	*a = EXPLAIN(name, .path = path, .query = query,
			    .token = token), *b;
	const char	*cursor = text_at(a, "next_cursor");

	if (next && *cursor != '\0') {
		b = explain(&(const struct call){ .path = path,
		    .token = token, .query = arena_printf(&memory,
		    "cursor=%s", cursor) }, name,
		    arena_printf(&memory, "%s&cursor", query));
		json_object_put(b->json);
	}
	json_object_put(a->json);
}

/* What q= can mean, and filters by name. */
static const char *const searches[] = {
	"q=Smith", "q=jones", "q=Smiht", "q=smit", "q=smith%20jones",
	"q=annabel", "q=annabel%20last3", "q=Annabel%20Smith", "q=last",
	"q=zzyzxqv", "q=2302000666", "q=2000666", "q=R666",
	"q=voter666%40example.com", "first_name=first7&last_name=last7",
	"first_name=first5&last_name=garcia",
	"q=smith&zip_code=27666",
};

/* Filters that are not columns, each with a value that finds some rows. */
static const struct { const char *name, *value; } examples[] = {
	{ "campaign_id", "2" }, { "question_id", "7" },
	{ "voter_id", "666" }, { "interaction_id", "1000" },
	{ "user_id", "5" }, { "q", "Last17" }, { "tag", "Volunteer" },
	{ "since", "2025-10-01T00:00:00Z" },
	{ "until", "2025-01-02T00:00:00Z" },
	{ "updated_since", "2025-10-01T00:00:00Z" },
	{ "contacted_since", "2025-12-30T00:00:00Z" },
	{ "not_contacted_since", "2024-12-01T00:00:00Z" },
	{ "min_amount", "50000" },
	{ "age_min", "96" }, { "age_max", "22" }, { "gender", "X" },
	{ "registered_since", "2025-07-01" }, { "has", "mobile" },
	{ "voted_any", "2" }, { "voted_all", "1,3" },
	{ "voted_at_least", "2&of_last=3&kind=primary" },
	{ "of_last", "3&voted_at_least=2" },
	{ "kind", "general&voted_at_least=1&of_last=2" },
	{ "not_contacted_days", "400" }, { "contacted_by", "Mail" },
	{ "outcome", "Outcome7" }, { "times_contacted_max", "0" },
	{ "answer", "7:Answer" }, { "donated_min", "40000" },
	{ "household_size_min", "2" },
	{ "segment_id", "902" },
	/* [{"verb":"add","filter":{"zip_code":"27601"}}] */
	{ "steps", "%5B%7B%22verb%22%3A%22add%22%2C%22filter%22%3A%7B"
	  "%22zip_code%22%3A%2227601%22%7D%7D%5D" },
};

/* Return a rare value, for which a scan would not stop early. */
static const char *
example(const struct schema *s, const struct field *f)
{
	const char	*value = "";

	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		if (strcmp(examples[i].name, f->name) == 0)
			return f->kind == KIND_DATE ? arena_strndup(&memory,
			    examples[i].value, 10) : examples[i].value;
	if (schema_find(s, f->name, strlen(f->name)) != -1)
		value = sql("SELECT replace(%s::text, '+', '%%2B') FROM %s "
		    "WHERE %s IS NOT NULL GROUP BY 1 ORDER BY count(*), 1 "
		    "LIMIT 1", f->name, s->table, f->name);
	if (*value != '\0')
		return value;
	if (f->kind == KIND_TIME)
		value = "2025-10-01T00:00:00Z";
	else if (f->kind == KIND_DATE)
		value = "2025-10-01";
	else if (f->kind == KIND_CHOICE)
		value = f->choices[0];
	else if (f->kind == KIND_BOOL)
		value = "true";
	else
		value = "1";
	return value;
}

static void
check_list(const char *path, const struct list *l)
{
	const struct schema	*s = l->schema;

	for (size_t who = 0; who < (only_admin ? 1 : ARRAY_LEN(callers));
	    who++) {
		get_list(path, "per_page=20", who, true);
		get_list(path, "page=5000", who, false);
		for (size_t i = 0; i < s->n; i++) {
			if ((s->field[i].flags & F_SORT) == 0)
				continue;
			get_list(path, arena_printf(&memory, "sort=%s",
			    s->field[i].name), who, true);
			/* The same index backwards. */
			if (who == 0)
				get_list(path, arena_printf(&memory, "sort=-%s",
				    s->field[i].name), who, true);
		}
	}
	for (size_t i = 0; i < l->n; i++) {
		const char	*name = l->filter[i].field.name;
		const char	*value = example(s, &l->filter[i].field);

		/* Each caller has segments of their own; see below. */
		for (size_t who = 0; strcmp(name, "segment_id") != 0 &&
		    who < (only_admin ? 1 : ARRAY_LEN(callers)); who++)
			get_list(path, arena_printf(&memory, "%s=%s", name,
			    strcmp(name, "answer") == 0 ?
			    callers[who].answer : value), who, false);
	}
	cr_expect(seen_plans > 0, "the log has no plans");
}

Test(plans, voter_lists_scan_no_large_table)
{
	check_list("/voters", &voter_list);
	/* Each caller with a segment of their own. */
	for (size_t who = 0; who < ARRAY_LEN(callers); who++) {
		get_list("/voters", arena_printf(&memory, "segment_id=%s",
		    callers[who].segment), who, false);
		get_list("/voters", arena_printf(&memory, "segment_id=%s",
		    callers[who].steps), who, false);
	}
}

/* Filters whose count reads an index alone. */
static const char *const counted[] = {
	"zip_code", "precinct", "tag", "last_name", "first_name",
	"email_address", "phone_number", "congressional_district",
	"state_senate_district", "state_house_district", "ward",
	"registered_since"
};

Test(plans, counts_of_indexed_filters_scan_no_large_table)
{
	for (size_t who = 0; who < ARRAY_LEN(callers); who++) {
		EXPLAIN(callers[who].name, .path = "/voters/count",
		    .token = callers[who].token);
		for (size_t i = 0; i < ARRAY_LEN(counted); i++) {
			const struct field	 f = { .name = counted[i],
						    .kind = KIND_TEXT };

			EXPLAIN(callers[who].name, .path = "/voters/count",
			    .query = arena_printf(&memory, "%s=%s", counted[i],
			    example(&voter_schema, &f)),
			    .token = callers[who].token);
		}
	}
}

/* Doors are found as their voters are, and read in the order of an index. */
Test(plans, household_lists_scan_no_large_table)
{
	for (size_t who = 0; who < ARRAY_LEN(callers); who++) {
		get_list("/households", "per_page=20", who, true);
		get_list("/households", "sort=-door", who, true);
		get_list("/households", "page=5000", who, false);
		get_list("/households", arena_printf(&memory, "segment_id=%s",
		    callers[who].segment), who, false);
	}
	for (size_t i = 0; i < voter_list.n; i++) {
		const struct field	*f = &voter_list.filter[i].field;
		const char		*query = arena_printf(&memory, "%s=%s",
					    f->name, example(&voter_schema,
					    f));

		/* The question and the segment are of the large campaign. */
		for (size_t who = 0; who < ARRAY_LEN(callers); who++)
			if (strcmp(callers[who].token, SMALL) != 0 ||
			    (strcmp(f->name, "answer") != 0 &&
			    strcmp(f->name, "segment_id") != 0))
				get_list("/households", query, who, false);
	}
}

Test(plans, searches_scan_no_large_table)
{
	for (size_t who = 0; who < ARRAY_LEN(callers); who++)
		for (size_t i = 0; i < ARRAY_LEN(searches); i++)
			get_list("/voters", searches[i], who, false);
}

Test(plans, interaction_lists_scan_no_large_table)
{
	check_list("/interactions", &interaction_list);
}

Test(plans, question_lists_scan_no_large_table)
{
	check_list("/surveys/questions", &question_list);
}

Test(plans, response_lists_scan_no_large_table)
{
	check_list("/surveys/responses", &response_list);
}

Test(plans, campaign_lists_scan_no_large_table)
{
	check_list("/campaigns", &campaign_list);
}

Test(plans, donation_lists_scan_no_large_table)
{
	check_list("/donations", &donation_list);
}

/* Only admins may read it. */
Test(plans, audit_lists_scan_no_large_table)
{
	only_admin = true;
	check_list("/audit", &audit_list);
}

Test(plans, lists_of_one_voter_scan_no_large_table)
{
	static const char *const below[] = { "interactions", "donations",
		    "survey-responses", "consents", "everything" };

	for (size_t who = 0; who < ARRAY_LEN(callers); who++)
		for (size_t i = 0; i < ARRAY_LEN(below); i++)
			EXPLAIN(callers[who].name, .path = arena_printf(
			    &memory, "/voters/666/%s", below[i]),
			    .token = callers[who].token);
}

/* All other requests.  None depends on what another one changes. */
static const struct {
	const char	*method, *path, *query, *body;
} calls[] = {
	{ "GET", "/voters/666", NULL, NULL },
	{ "POST", "/voters", NULL, "{\"first_name\":\"A\","
	  "\"last_name\":\"B\",\"campaign_id\":2,"
	  "\"email_address\":\"voter900@example.com\"}" },
	{ "PATCH", "/voters/700", NULL, "{\"city\":\"Elsewhere\"}" },
	{ "PUT", "/voters/701", NULL,
	  "{\"email_address\":\"x@example.org\"}" },
	{ "DELETE", "/voters/702", NULL, NULL },
	{ "DELETE", "/voters/717", "erase=1", NULL },
	{ "POST", "/voters/711/consents", NULL, "{\"campaign_id\":2,"
	  "\"channel\":\"email\",\"granted\":true}" },
	{ "POST", "/voters/712/tags", NULL, "{\"tags\":[\"m\"]}" },
	{ "DELETE", "/voters/1000/tags/Volunteer", NULL, NULL },
	{ "GET", "/voters/segments", NULL, NULL },
	{ "POST", "/voters/segments", NULL, "{\"segment_name\":\"s\","
	  "\"campaign_id\":2,\"filter\":{}}" },
	{ "GET", "/voters/opt-outs", NULL, NULL },
	{ "POST", "/voters/opt-outs", NULL, "{\"campaign_id\":2,"
	  "\"channel\":\"email\",\"contacts\":"
	  "[\"voter713@example.com\",\"+12302000718\"]}" },
	{ "GET", "/voters/opt-outs/contacts",
	  "email_address=voter713@example.com", NULL },
	{ "POST", "/voters/opt-outs/upload", "campaign_id=2",
	  "email,channel\nvoter719@example.com,email\n" },
	{ "POST", "/voters/merge", NULL, "{\"keep\":714,\"merge\":[715]}" },
	{ "GET", "/voters/merges", NULL, NULL },
	{ "GET", "/voters/duplicates", NULL, NULL },
	{ "GET", "/voters/imports", NULL, NULL },
	{ "GET", "/voters/export", "zip_code=27001", NULL },
	{ "POST", "/voters/upload", NULL, "first_name,last_name,"
	  "email_address,voter_registration_id,registration_state\n"
	  "New,One,new1@example.org,R900001,NC\n"
	  "First720,Last720,voter720@example.com,R720,NC\n" },
	{ "GET", "/interactions/666", NULL, NULL },
	{ "POST", "/interactions", NULL, "{\"voter_id\":703,"
	  "\"campaign_id\":2,\"interaction_type\":\"Call\"}" },
	{ "POST", "/interactions", NULL, "[{\"voter_id\":704,"
	  "\"campaign_id\":2,\"interaction_type\":\"Call\"},"
	  "{\"voter_id\":705,\"campaign_id\":2,"
	  "\"interaction_type\":\"Call\"}]" },
	{ "PATCH", "/interactions/706", NULL, "{\"outcome\":\"Home\"}" },
	{ "DELETE", "/interactions/707", NULL, NULL },
	{ "POST", "/interactions/call-lists/905/next", NULL, NULL },
	{ "POST", "/interactions", NULL, "[{\"client_event_id\":"
	  "\"00000000-0000-4000-8000-000000000001\",\"voter_id\":710,"
	  "\"campaign_id\":2,\"interaction_type\":\"Call\",\"call\":"
	  "{\"call_list_id\":905,\"then\":\"opt_out\"}}]" },
	{ "POST", "/interactions", NULL, "[{\"client_event_id\":"
	  "\"00000000-0000-4000-8000-000000000001\",\"undo\":true}]" },
	{ "POST", "/interactions/call-lists/905/give-back", NULL, NULL },
	{ "GET", "/surveys/questions/7", NULL, NULL },
	{ "GET", "/surveys/questions/7/results", NULL, NULL },
	{ "PATCH", "/surveys/questions/7", NULL,
	  "{\"question_text\":\"Why?\"}" },
	{ "POST", "/surveys/responses", NULL, "{\"voter_id\":708,"
	  "\"question_id\":9,\"response_value\":\"No.\"}" },
	{ "GET", "/surveys/responses/700", NULL, NULL },
	{ "DELETE", "/surveys/responses/701", NULL, NULL },
	{ "GET", "/campaigns/2", NULL, NULL },
	{ "PATCH", "/campaigns/2", NULL, "{\"description\":\"x\"}" },
	{ "GET", "/campaigns/1/summary", NULL, NULL },
	{ "GET", "/campaigns/2/summary", NULL, NULL },
	{ "GET", "/campaigns/2/members", NULL, NULL },
	{ "POST", "/campaigns/1/voters", NULL, "{\"voter_ids\":[716]}" },
	{ "DELETE", "/campaigns/1/voters", NULL, "{\"voter_ids\":[716]}" },
	{ "GET", "/donations/700", NULL, NULL },
	{ "GET", "/donations/700/ledger", NULL, NULL },
	{ "GET", "/donations/summary", "campaign_id=1", NULL },
	{ "GET", "/donations/export", "campaign_id=1", NULL },
	{ "GET", "/users", NULL, NULL },
	{ "GET", "/auth/me", NULL, NULL },
	{ "GET", "/auth/api-keys", NULL, NULL },
	{ "GET", "/health", NULL, NULL },
	{ "POST", "/signups", NULL, "{\"first_name\":\"New\","
	  "\"last_name\":\"Person\",\"email_address\":"
	  "\"new@example.org\",\"phone_number\":\"919 555 0100\","
	  "\"campaign_id\":2}" },
	{ "POST", "/signups", NULL, "{\"first_name\":\"Old\","
	  "\"last_name\":\"Person\",\"email_address\":"
	  "\"voter800@example.com\",\"campaign_id\":2}" },
};

Test(plans, calls_of_admins_scan_no_large_table)
{
	/* Deleting a voter is for admins. */
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		EXPLAIN("an admin", .method = calls[i].method,
		    .path = calls[i].path, .query = calls[i].query,
		    .body = calls[i].body, .token = ADMIN,
		    .type = strstr(calls[i].path, "upload") != NULL ?
		    "text/csv" : NULL);
}

Test(plans, calls_of_members_scan_no_large_table)
{
	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strcmp(calls[i].method, "GET") == 0 &&
		    strcmp(calls[i].path, "/users") != 0 &&
		    strstr(calls[i].path, "/1/") == NULL &&
		    calls[i].query == NULL)
			EXPLAIN("a large campaign", .path = calls[i].path,
			    .token = LARGE);
	EXPLAIN("a large campaign", .method = "PATCH",
	    .path = "/voters/710", .body = "{\"city\":\"There\"}",
	    .token = LARGE);
	EXPLAIN("a large campaign", .method = "POST",
	    .path = "/interactions/call-lists/905/next", .token = LARGE);
	EXPLAIN("a large campaign", .method = "POST", .path =
	    "/interactions/call-lists/905/give-back", .token = LARGE);
	EXPLAIN("a small campaign", .path = "/voters/666", .token = SMALL);
	EXPLAIN("a small campaign", .path = "/campaigns/1/summary",
	    .token = SMALL);
}
