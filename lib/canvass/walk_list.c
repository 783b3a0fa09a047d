/*
 * Walk lists: their rows, and the page's heading and questions.  walk_page.c
 * writes the HTML, people/export.c the CSV.
 */
#include <string.h>

#include "core/text.h"
#include "db/db.h"
#include "people/export.h"
#include "people/export_log.h"
#include "people/voter.h"
#include "people/voter_plan.h"
#include "record/json.h"
#include "rest/doc.h"
#include "walk_list.h"
#include "walk_page.h"

#define QUESTIONS	4	/* of a page, unless the query names them */

static const struct field fields[] = {
	WALK_FIELDS(FIELD_ROW, WALK)
};

const struct schema walk_schema = {
	.table = "voters",
	.one = "voter",
	.many = "voters",
	.key = "door_number",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

const char *const walk_list_params[] = { "questions", "reason", NULL };

/* The segment or the turf that a list is about. */
struct subject {
	const char	*campaign;	/* id; NULL: none */
	const char	*campaign_name;
	const char	*title;
	const char	*code;
	const char	*walker;
	const char	*day;
	bool		 may_print;
	bool		 may_record;
};

static const char sql_segment[] =
    "SELECT s.campaign_id, c.campaign_name, s.segment_name AS title, "
    "'S' || s.segment_id AS code, NULL AS walker, current_date AS day, "
    "caller_is_admin() OR s.campaign_id = ANY (caller_campaigns('editor')) "
    "AS may_print, caller_is_admin() OR s.campaign_id = ANY ("
    "caller_campaigns('editor')) AS may_record "
    "FROM segments s LEFT JOIN campaigns c USING (campaign_id) "
    "WHERE s.segment_id = $1";

static const char sql_turf[] =
    "SELECT f.campaign_id, c.campaign_name, f.turf_name AS title, f.code, "
    "member_name(f.user_id) AS walker, current_date AS day, "
    "true AS may_print, caller_is_admin() OR f.campaign_id = ANY ("
    "caller_campaigns('editor')) AS may_record FROM turfs f JOIN campaigns c USING (campaign_id) "
    "WHERE f.turf_id = $1";

/* 404 if the caller cannot see what the path names. */
static int
read_subject(struct req *rq, bool turf, struct subject *out, struct err *e)
{
	const char	*id = doc_id(rq->arena, rq->path_id[0]);
	struct rows	*r;

	if (db_select(rq->db, turf ? sql_turf : sql_segment, 1, &id, &r,
	    e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_set(e, ERR_NOT_FOUND, "%s with ID %s not found.",
		    turf ? "Turf" : "Segment", id);
	*out = (struct subject){
		.campaign = rows_text(r, 0, "campaign_id"),
		.campaign_name = rows_text(r, 0, "campaign_name"),
		.title = rows_text(r, 0, "title"),
		.code = rows_text(r, 0, "code"),
		.walker = rows_text(r, 0, "walker"),
		.day = rows_text(r, 0, "day"),
		.may_print = rows_bool(r, 0, "may_print"),
		.may_record = rows_bool(r, 0, "may_record"),
	};
	return 0;
}

/* Set the predicates of the voters of the segment or turf in the path. */
static int
select_people(struct req *rq, bool turf, struct where *w, struct err *e)
{
	static const char *const none[] = { NULL };
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	struct pair		 pair = { "segment_id", id, strlen(id) };

	w->n = 0;
	if (turf)
		where_add(w, &(struct predicate){ .sql = "t.voter_id = ANY ("
		    "ARRAY(SELECT k.voter_id FROM turf_voters k "
		    "WHERE k.turf_id = ?1))", .value = { id } });
	else if (voter_select(rq, &(struct form){ &pair, 1 }, none, w,
	    e) != 0)
		return -1;
	where_add(w, &(struct predicate){ .sql = "t.door IS NOT NULL" });
	return 0;
}

/*
 * Append "FROM (...) t", the people in walking order.  side is 1 for doors with
 * odd numbers, 2 for even ones.
 */
static void
add_people(struct sql *q, const struct where *w, int limit)
{
	sql_add(q, " FROM (SELECT dense_rank() OVER (ORDER BY t.door) "
	    "AS door_number, k.street, k.number, k.unit, t.street_address, "
	    "t.city, t.state, t.zip_code, t.precinct, t.voter_id, "
	    "t.first_name, t.last_name, t.suffix, " VOTER_AGE("t") " AS age, "
	    "t.gender, t.party_affiliation, t.phone_number, "
	    "t.last_contacted_date, t.door, "
	    "split_part(t.door, '!', 1) AS place, "
	    "left(split_part(t.door, '!', 3), 1) AS side FROM voters t "
	    "CROSS JOIN LATERAL door_of(t.street_address, t.zip_code, t.city) "
	    "k");
	sql_where(q, w);
	sql_add(q, " ORDER BY t.door, t.last_name, t.first_name, t.voter_id");
	if (limit > 0)
		buf_addf(&q->text, " LIMIT %d", limit);
	sql_add(q, ") t");
}

/* Set *ids to questions= as bigint[], or NULL, and *n to their number. */
static int
read_ids(struct req *rq, const char **ids, size_t *n, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "questions");
	const char		*at, *end;
	int64_t			 id;

	*ids = NULL;
	*n = QUESTIONS;
	if (p == NULL)
		return 0;
	*n = 0;
	for (at = p->value; ; at = end + 1) {
		end = at + strcspn(at, ",");
		if (!text_int64(at, (size_t)(end - at), &id) || id < 1 ||
		    ++*n > WALK_QUESTIONS)
			return err_field(e, "questions", "invalid",
			    "questions must be at most %d ids, with commas "
			    "between them.", WALK_QUESTIONS);
		if (*end == '\0')
			break;
	}
	*ids = arena_printf(rq->arena, "{%s}", p->value);
	return 0;
}

/* Read the questions of the page, with the answers that it has boxes for. */
static int
read_questions(struct req *rq, const struct subject *s, struct rows **out,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT q.question_text, CASE q.question_type "
	    "WHEN 'yes_no' THEN '[\"Yes\", \"No\"]'::jsonb "
	    "WHEN 'rating_scale' THEN (SELECT jsonb_agg(i::text ORDER BY i) "
	    "FROM (SELECT coalesce(min(a::integer), 1) AS low, "
	    "coalesce(max(a::integer), 5) AS high "
	    "FROM jsonb_array_elements_text(q.possible_answers) a) k, "
	    "generate_series(low, least(high, low + 9)) i) "
	    "ELSE q.possible_answers END AS answers "
	    "FROM survey_questions q WHERE q.campaign_id = $1::bigint "
	    "AND q.question_type <> 'open_text' "
	    "AND ($2::bigint[] IS NULL OR q.question_id = ANY ($2::bigint[])) "
	    "ORDER BY array_position($2::bigint[], q.question_id), "
	    "q.question_id LIMIT $3";
	const char		*param[3] = { s->campaign };
	size_t			 wanted;

	if (read_ids(rq, &param[1], &wanted, e) != 0)
		return -1;
	param[2] = doc_id(rq->arena, (int64_t)wanted);
	if (db_select(rq->db, sql, 3, param, out, e) != 0)
		return -1;
	if (param[1] != NULL && rows_count(*out) != wanted)
		return err_field(e, "questions", "not_found", "Each must be a "
		    "question of the campaign, once, and not open_text.");
	return 0;
}

/* Record an export of n people, whom the answer holds as a whole. */
static int
log_people(struct req *rq, int64_t n, struct err *e)
{
	if (export_log_begin(rq, walk_schema.table, e) != 0)
		return -1;
	return export_log_end(rq, walk_schema.table, n, e);
}

static int
answer_page(struct req *rq, struct resp *rs, bool turf, struct err *e)
{
	struct subject	 s;
	struct rows	*people, *questions;
	struct where	 w;
	struct sql	 q;

	if (read_subject(rq, turf, &s, e) != 0)
		return -1;
	if (!s.may_print)
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only editors can print a segment.");
	if (read_questions(rq, &s, &questions, e) != 0 ||
	    select_people(rq, turf, &w, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, "SELECT t.*");
	add_people(&q, &w, WALK_PEOPLE + 1);
	if (q.text.failed)
		return err_detail(e, ERR_INTERNAL, "the statement is too long");
	if (db_select(rq->db, q.text.data, q.n, q.param, &people, e) != 0)
		return -1;
	if (rows_count(people) > WALK_PEOPLE)
		return err_field(e, "segment_id", "too_many", "The list has "
		    "more than %d people. Cut the segment into turfs.",
		    WALK_PEOPLE);
	if (log_people(rq, (int64_t)rows_count(people), e) != 0)
		return -1;
	walk_page_write(rs, &(struct walk_page){ .campaign = s.campaign_name,
	    .title = s.title, .code = s.code, .walker = s.walker,
	    .day = s.day, .people = people, .questions = questions });
	return 0;
}

static int
answer_csv(struct req *rq, struct resp *rs, bool turf, struct err *e)
{
	struct subject	 s;
	struct where	 w;
	struct sql	 q;

	if (read_subject(rq, turf, &s, e) != 0 ||
	    select_people(rq, turf, &w, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	add_people(&q, &w, 0);
	return export_stream(rq, rs, &walk_schema, 0, &q,
	    arena_printf(rq->arena, "walk-list-%s", s.code), e);
}

int
walk_list_segment(struct req *rq, struct resp *rs, struct err *e)
{
	return answer_page(rq, rs, false, e);
}

int
walk_list_segment_csv(struct req *rq, struct resp *rs, struct err *e)
{
	struct subject	 s;
	struct pair	 pair = { .name = "campaign_id" };
	bool		 all;

	if (read_subject(rq, false, &s, e) != 0)
		return -1;
	if (s.campaign != NULL)
		pair.value = s.campaign;
	pair.len = s.campaign != NULL ? strlen(s.campaign) : 0;
	if (export_allowed(rq, &(struct form){ &pair, s.campaign != NULL },
	    &all, e) != 0)
		return -1;
	return answer_csv(rq, rs, false, e);
}

int
walk_list_turf(struct req *rq, struct resp *rs, struct err *e)
{
	return answer_page(rq, rs, true, e);
}

int
walk_list_turf_csv(struct req *rq, struct resp *rs, struct err *e)
{
	return answer_csv(rq, rs, true, e);
}

#define DEVICE_QUESTIONS	100

/* The doors as JSON.  A door's people can spell their address differently. */
static const char sql_doors[] =
    "SELECT coalesce(json_agg(d.door ORDER BY d.door_number), '[]') AS doors, "
    "coalesce(sum(d.people), 0) AS people FROM (SELECT t.door_number, "
    "count(*) AS people, json_build_object('door_number', t.door_number, "
    "'street', min(t.street), 'number', min(t.number), 'unit', min(t.unit), "
    "'street_address', min(t.street_address), 'city', min(t.city), "
    "'state', min(t.state), 'zip_code', min(t.zip_code), "
    "'people', json_agg(json_build_object('voter_id', t.voter_id, "
    "'first_name', t.first_name, 'last_name', t.last_name, "
    "'suffix', t.suffix, 'age', t.age, 'gender', t.gender, "
    "'party_affiliation', t.party_affiliation, "
    "'last_contacted_on', t.last_contacted_date::date) "
    "ORDER BY t.last_name, t.first_name, t.voter_id)) AS door";

static const char sql_questions[] =
    "SELECT coalesce(json_agg(q.question), '[]') AS questions FROM (SELECT "
    "json_build_object('question_id', s.question_id, "
    "'question_text', s.question_text, 'question_type', s.question_type, "
    "'possible_answers', s.possible_answers) AS question "
    "FROM survey_questions s WHERE s.campaign_id = $1::bigint "
    "ORDER BY s.question_id LIMIT $2) q";

/* Write the list from the results of both statements. */
static void
write_device(struct resp *rs, const struct subject *s,
    struct rows *const r[2])
{
	struct buf	*b = resp_json(rs, 200);

	buf_addf(b, "{\"campaign_id\":%s,\"title\":", s->campaign);
	json_add_string(b, s->title, strlen(s->title));
	buf_addf(b, ",\"code\":\"%s\",\"people\":%s,\"doors\":", s->code,
	    rows_text(r[0], 0, "people"));
	buf_adds(b, rows_text(r[0], 0, "doors"));
	buf_adds(b, ",\"questions\":");
	buf_adds(b, rows_text(r[1], 0, "questions"));
	buf_addc(b, '}');
}

static int
answer_device(struct req *rq, struct resp *rs, bool turf, struct err *e)
{
	struct subject	 s;
	struct db_query	 query[2];
	const char	*param[2];
	struct rows	*r[2];
	struct where	 w;
	struct sql	 q;

	if (read_subject(rq, turf, &s, e) != 0)
		return -1;
	if (!s.may_record)
		return err_set(e, ERR_FORBIDDEN, "Your role does not allow "
		    "this: only editors record contacts.");
	if (s.campaign == NULL)
		return err_field(e, "segment_id", "invalid",
		    "The segment belongs to no campaign.");
	if (select_people(rq, turf, &w, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_add(&q, sql_doors);
	add_people(&q, &w, WALK_PEOPLE + 1);
	sql_add(&q, " GROUP BY t.door_number) d");
	if (q.text.failed)
		return err_detail(e, ERR_INTERNAL, "the statement is too long");
	param[0] = s.campaign;
	param[1] = doc_id(rq->arena, DEVICE_QUESTIONS);
	query[0] = (struct db_query){ .sql = q.text.data, .n = q.n,
	    .param = q.param };
	query[1] = (struct db_query){ .sql = sql_questions, .n = 2,
	    .param = param };
	if (db_exec(rq->db, query, 2, r, e) != 0)
		return -1;
	if (rows_int64(r[0], 0, "people") > WALK_PEOPLE)
		return err_field(e, "segment_id", "too_many", "The list has "
		    "more than %d people. Cut the segment into turfs.",
		    WALK_PEOPLE);
	if (log_people(rq, rows_int64(r[0], 0, "people"), e) != 0)
		return -1;
	write_device(rs, &s, r);
	return 0;
}

int
walk_list_segment_json(struct req *rq, struct resp *rs, struct err *e)
{
	return answer_device(rq, rs, false, e);
}

int
walk_list_turf_json(struct req *rq, struct resp *rs, struct err *e)
{
	return answer_device(rq, rs, true, e);
}
