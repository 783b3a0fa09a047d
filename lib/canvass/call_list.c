/*
 * Call lists: schema, list, making one, and the next person.  event.c reads
 * what became of a call.
 */
#include <json-c/json.h>

#include "call_list.h"
#include "db/db.h"
#include "people/voter.h"
#include "people/voter_plan.h"
#include "rest/doc.h"

#define PEOPLE_MAX	200000	/* of a list */
#define HOLD_MINUTES	"15"	/* how long a person is reserved for a caller */
#define LEFT_MAX	1000	/* counted exactly up to here */

static const struct field fields[] = {
	CALL_LIST_FIELDS(FIELD_ROW, CALL_LIST)
};

const struct schema call_list_schema = {
	.table = "call_lists",
	.one = "call_list",
	.many = "call_lists",
	.key = "call_list_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "segment_id", .kind = KIND_INT }, "t.segment_id = ?1" },
	{ { .name = "turf_id", .kind = KIND_INT }, "t.turf_id = ?1" },
};

const struct list call_list_list = {
	.schema = &call_list_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

/* What a list is made from. */
struct source {
	const char	*segment;	/* either has an id */
	const char	*turf;
	const char	*campaign;
	const char	*name;
};

static int
read_source(struct req *rq, struct source *out, struct err *e)
{
	static const char *const known[] = { "segment_id", "turf_id", NULL };
	static const struct field members[] = {
		{ .name = "segment_id", .kind = KIND_INT, .low = 1,
		  .high = INT64_MAX },
		{ .name = "turf_id", .kind = KIND_INT, .low = 1,
		  .high = INT64_MAX },
	};

	*out = (struct source){ .segment = NULL };
	if (doc_known(rq, known, e) != 0 ||
	    doc_member(rq, &members[0], false, &out->segment, e) != 0 ||
	    doc_member(rq, &members[1], false, &out->turf, e) != 0)
		return -1;
	if ((out->segment == NULL) == (out->turf == NULL))
		return err_field(e, "segment_id", "invalid",
		    "A list needs either segment_id or turf_id.");
	return 0;
}

/* Read the source's campaign and name; 403 unless the caller is an editor. */
static int
check_source(struct req *rq, struct source *s, struct err *e)
{
	static const char	 segment[] =
	    "SELECT campaign_id, segment_name AS name, caller_is_admin() OR "
	    "campaign_id = ANY (caller_campaigns('editor')) AS allowed "
	    "FROM segments WHERE segment_id = $1";
	static const char	 turf[] =
	    "SELECT campaign_id, turf_name AS name, caller_is_admin() OR "
	    "campaign_id = ANY (caller_campaigns('editor')) AS allowed "
	    "FROM turfs WHERE turf_id = $1";
	bool			 of_turf = s->turf != NULL;
	const char		*id = of_turf ? s->turf : s->segment;
	struct rows		*r;

	if (db_select(rq->db, of_turf ? turf : segment, 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, of_turf ? "turf_id" : "segment_id",
		    "not_found", "%s with ID %s not found.",
		    of_turf ? "Turf" : "Segment", id);
	s->campaign = rows_text(r, 0, "campaign_id");
	s->name = rows_text(r, 0, "name");
	if (s->campaign == NULL)
		return err_field(e, "segment_id", "invalid",
		    "The segment belongs to no campaign.");
	if (!rows_bool(r, 0, "allowed"))
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only editors can make call lists.");
	return 0;
}

/*
 * Find or insert the row of the list, and lock it.  *id is its id, *made
 * whether it is new.
 */
static int
find_list(struct req *rq, const struct source *s, const char **id, bool *made,
    struct err *e)
{
	static const char	 insert[] =
	    "INSERT INTO call_lists (campaign_id, segment_id, turf_id, "
	    "list_name) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING "
	    "RETURNING call_list_id";
	static const char	 find[] =
	    "SELECT call_list_id FROM call_lists "
	    "WHERE segment_id = $1 OR turf_id = $2 FOR UPDATE";
	const char		*all[] = { s->campaign, s->segment, s->turf,
				    s->name };
	const char		*source[] = { s->segment, s->turf };
	struct rows		*r;

	if (db_select(rq->db, insert, 4, all, &r, e) != 0)
		return -1;
	*made = rows_count(r) > 0;
	if (!*made && db_select(rq->db, find, 2, source, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_slug(e, ERR_UNAVAILABLE, "busy", "%s", "");
	*id = rows_text(r, 0, "call_list_id");
	return 0;
}

/*
 * A voter can be called who has a number and has not opted out.  opted_out()
 * decides, but costs much more than the tests before it, which most voters
 * pass.
 */
#define CALLABLE							\
	"coalesce(t.phone_number, t.mobile_phone, t.home_phone, "	\
	"t.work_phone) IS NOT NULL AND t.contact_phone IS NOT FALSE "	\
	"AND ((t.voter_id NOT IN (SELECT c.voter_id FROM consents c "	\
	"WHERE c.channel = 'phone' AND NOT c.granted) "			\
	"AND NOT EXISTS (SELECT FROM opt_out_contacts x "		\
	"WHERE x.lifted_at IS NULL AND x.channel = 'phone' "		\
	"AND x.contact IN (t.email_address, t.phone_number, "		\
	"t.mobile_phone, t.home_phone, t.work_phone))) "		\
	"OR NOT opted_out(t.voter_id, ?1::bigint, 'phone'))"

/* Set the conditions of the people of the list, with t for voters. */
static int
select_people(struct req *rq, const struct source *s, struct where *w,
    struct err *e)
{
	static const char *const none[] = { NULL };
	struct pair		 pair = { .name = "segment_id" };

	w->n = 0;
	if (s->turf != NULL) {
		where_add(w, &(struct predicate){ .sql = "t.voter_id = ANY ("
		    "ARRAY(SELECT k.voter_id FROM turf_voters k "
		    "JOIN campaign_voters cv USING (voter_id) "
		    "WHERE k.turf_id = ?1 AND cv.campaign_id = ?2))",
		    .value = { s->turf, s->campaign } });
	} else {
		pair.value = s->segment;
		pair.len = strlen(s->segment);
		if (voter_select(rq, &(struct form){ &pair, 1 }, none, w,
		    e) != 0)
			return -1;
	}
	where_add(w, &(struct predicate){ .sql = CALLABLE,
	    .value = { s->campaign } });
	return 0;
}

/* Bring the people of the list up to date. */
static int
fill_list(struct req *rq, const struct source *s, const char *id,
    struct err *e)
{
	struct where	 w;
	struct sql	 q;
	struct rows	*r;

	if (select_people(rq, s, &w, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, "WITH m AS MATERIALIZED (SELECT t.voter_id FROM voters t");
	sql_where(&q, &w);
	buf_addf(&q.text, " LIMIT %d)", PEOPLE_MAX + 1);
	/* A FULL JOIN is never a nested loop, whatever the planner expects. */
	sql_bind(&q, ", j AS MATERIALIZED (SELECT m.voter_id AS wanted, "
	    "o.call_id, o.state FROM m FULL JOIN (SELECT p.call_id, "
	    "p.voter_id, p.state FROM call_people p "
	    "WHERE p.call_list_id = ?1) o ON o.voter_id = m.voter_id), ", id);
	sql_add(&q, "gone AS (UPDATE call_people p SET state = 'skipped' "
	    "FROM j WHERE p.call_id = j.call_id AND j.wanted IS NULL "
	    "AND j.state IN ('open', 'again')), "
	    "back AS (UPDATE call_people p SET state = 'open' "
	    "FROM j WHERE p.call_id = j.call_id AND j.wanted IS NOT NULL "
	    "AND j.state = 'skipped'), "
	    "fresh AS (INSERT INTO call_people (call_list_id, campaign_id, "
	    "voter_id) SELECT l.call_list_id, l.campaign_id, j.wanted "
	    "FROM j, call_lists l WHERE j.call_id IS NULL "
	    "AND l.call_list_id = ");
	sql_param(&q, id);
	sql_bind(&q, " ORDER BY j.wanted) "
	    "UPDATE call_lists l SET people = (SELECT count(*) FROM m) "
	    "WHERE l.call_list_id = ?1 RETURNING l.people", id);
	if (q.text.failed)
		return err_detail(e, ERR_INTERNAL, "the statement is too long");
	if (db_select(rq->db, q.text.data, q.n, q.param, &r, e) != 0)
		return -1;
	if (rows_int64(r, 0, "people") > PEOPLE_MAX)
		return err_field(e, "segment_id", "too_many", "The list would "
		    "have more than %d people: narrow the segment first.",
		    PEOPLE_MAX);
	return 0;
}

int
call_list_create(struct req *rq, struct resp *rs, struct err *e)
{
	struct source	 source;
	struct sql	 q;
	struct rows	*r;
	const char	*id = NULL;
	bool		 made;

	if (read_source(rq, &source, e) != 0 || db_begin(rq->db, e) != 0 ||
	    check_source(rq, &source, e) != 0 ||
	    find_list(rq, &source, &id, &made, e) != 0 ||
	    fill_list(rq, &source, id, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT ");
	sql_columns(&q, &call_list_schema);
	sql_bind(&q, " FROM call_lists t WHERE t.call_list_id = ?1", id);
	if (db_select(rq->db, buf_str(&q.text), q.n, q.param, &r, e) != 0)
		return -1;
	doc_row(resp_json(rs, made ? 201 : 200), &call_list_schema, r, 0, 0,
	    0);
	if (made)
		resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
		    rq->script, rq->path, id));
	return db_commit(rq->db, e);
}

#define UTC(time)							\
	"to_char(" time " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

int
call_list_next(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 next[] =
	    "SELECT (SELECT json_build_object('call_id', n.call_id, "
	    "'held_until', " UTC("n.held_until") ", 'tries', n.tries, "
	    "'voter_id', t.voter_id, 'first_name', t.first_name, "
	    "'last_name', t.last_name, 'suffix', t.suffix, "
	    "'age', " VOTER_AGE("t") ", 'gender', t.gender, "
	    "'party_affiliation', t.party_affiliation, 'city', t.city, "
	    "'phone_number', n.phone_number, "
	    "'contacts', coalesce((SELECT json_agg(k.contact) FROM ("
	    "SELECT json_build_object('interaction_type', i.interaction_type, "
	    "'interaction_date', " UTC("i.interaction_date") ", "
	    "'outcome', i.outcome) AS contact FROM interactions i "
	    "WHERE i.voter_id = t.voter_id AND i.campaign_id = p.campaign_id "
	    "ORDER BY i.interaction_date DESC, i.interaction_id DESC "
	    "LIMIT 3) k), '[]')) FROM call_next($1, " HOLD_MINUTES ") n "
	    "JOIN call_people p ON p.call_id = n.call_id "
	    "JOIN voters t ON t.voter_id = n.voter_id) AS call";
	static const char	 left[] =
	    "SELECT (SELECT count(*) FROM (SELECT FROM call_people p "
	    "WHERE p.call_list_id = $1 AND p.state IN ('open', 'again') "
	    "LIMIT $2) k) AS people, " UTC("least("
	    "(SELECT min(p.due_at) FROM call_people p "
	    "WHERE p.call_list_id = $1 AND p.state = 'again'), "
	    "(SELECT min(p.due_at) FROM call_people p "
	    "WHERE p.call_list_id = $1 AND p.state = 'open'))") " AS due";
	const char		*param[] = {
				    doc_id(rq->arena, rq->path_id[0]),
				    doc_id(rq->arena, LEFT_MAX) };
	const struct db_query	 q[] = {
		{ .sql = next, .n = 1, .param = param },
		{ .sql = left, .n = 2, .param = param },
	};
	struct rows		*r[2];
	const char		*call, *due;
	struct buf		*b;

	if (db_exec(rq->db, q, 2, r, e) != 0)
		return -1;
	call = rows_text(r[0], 0, "call");
	due = rows_text(r[1], 0, "due");
	b = resp_json(rs, 200);
	buf_addf(b, "{\"call\":%s,\"left\":%s,\"next_due_at\":",
	    call != NULL ? call : "null", rows_text(r[1], 0, "people"));
	buf_addf(b, call == NULL && due != NULL ? "\"%s\"}" : "null}", due);
	return 0;
}

int
call_list_give_back(struct req *rq, struct resp *rs, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*r;

	if (db_select(rq->db, "SELECT call_give_back($1) AS n", 1, &id, &r,
	    e) != 0)
		return -1;
	buf_addf(resp_json(rs, 200), "{\"given_back\":%s}",
	    rows_text(r, 0, "n"));
	return 0;
}
