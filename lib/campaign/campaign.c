/*
 * Campaigns: schema and list, the summary, adding and removing voters.  Members
 * are in member.c.
 */
#include "campaign.h"
#include "money/donation.h"
#include "people/segment.h"
#include "people/universe_blame.h"
#include "rest/doc.h"

#define MAX_ATTEMPTS	5	/* to change voters who are being deleted */

const char *const campaign_types[] = {
	"Local", "State", "Federal", "Issue", NULL
};

const char *const committee_kinds[] = {
	"candidate", "party", "pac", NULL
};

static const struct field fields[] = {
	CAMPAIGN_FIELDS(FIELD_ROW, CAMPAIGN)
};

const struct schema campaign_schema = {
	.table = "campaigns",
	.one = "campaign",
	.many = "campaigns",
	.key = "campaign_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
	.needed_by = &donation_schema,
};

static const struct filter filters[] = {
	{ { .name = "campaign_name", .kind = KIND_TEXT, .max = 255 },
	  "t.campaign_name = ?1" },
	{ { .name = "campaign_type", .kind = KIND_CHOICE,
	    .choices = campaign_types }, "t.campaign_type = ?1" },
};

const struct list campaign_list = {
	.schema = &campaign_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
};

int
campaign_check(const struct rec *r, struct err *e)
{
	const char	*start = rec_get(r, CAMPAIGN_start_date);
	const char	*end = rec_get(r, CAMPAIGN_end_date);

	/* If only one is given, the database compares it with the other. */
	if (start != NULL && end != NULL && strcmp(end, start) < 0)
		return err_field(e, "end_date", "out_of_range",
		    "end_date must not be before start_date.");
	return 0;
}

const char *const summary_params[] = { "since", "until", NULL };

/* $1 is the campaign, $2 and $3 the bounds of time or null. */
static const char sql_summary[] =
    "WITH contacts AS MATERIALIZED (SELECT i.interaction_type AS kind, "
    "i.outcome, i.interaction_date AS at, i.voter_id "
    "FROM interactions i WHERE i.campaign_id = $1 "
    "AND ($2::timestamptz IS NULL OR i.interaction_date >= $2) "
    "AND ($3::timestamptz IS NULL OR i.interaction_date < $3)), "
    "answers AS (SELECT q.question_id, a.answer, count(*) AS n "
    "FROM survey_questions q JOIN survey_responses r USING (question_id), "
    "LATERAL (SELECT r.response_value AS answer "
    "WHERE r.response_value IS NOT NULL UNION ALL "
    "SELECT jsonb_array_elements_text(r.response_values)) a "
    "WHERE q.campaign_id = $1 AND q.question_type <> 'open_text' "
    "AND ($2::timestamptz IS NULL OR r.responded_at >= $2) "
    "AND ($3::timestamptz IS NULL OR r.responded_at < $3) GROUP BY 1, 2) "
    "SELECT json_build_object("
    "'campaign_id', c.campaign_id, 'campaign_name', c.campaign_name, "
    "'voters', (SELECT total FROM voter_scope(c.campaign_id, 0, false)), "
    "'contacts', json_build_object("
    "'total', (SELECT count(*) FROM contacts), "
    "'voters', (SELECT count(DISTINCT voter_id) FROM contacts), "
    "'by_type', coalesce((SELECT json_agg(json_build_object("
    "'interaction_type', kind, 'count', n) ORDER BY n DESC, kind) "
    "FROM (SELECT kind, count(*) AS n FROM contacts GROUP BY 1) k), '[]'), "
    "'by_outcome', coalesce((SELECT json_agg(json_build_object("
    "'outcome', outcome, 'count', n) ORDER BY n DESC, outcome) "
    "FROM (SELECT outcome, count(*) AS n FROM contacts GROUP BY 1) k), "
    "'[]'), "
    "'by_day', coalesce((SELECT json_agg(json_build_object('day', day, "
    "'count', n, 'by_type', types) ORDER BY day) "
    "FROM (SELECT day, sum(n) AS n, json_object_agg(kind, n "
    "ORDER BY n DESC, kind) AS types FROM (SELECT kind, "
    "(at AT TIME ZONE c.time_zone)::date AS day, count(*) AS n "
    "FROM contacts GROUP BY 1, 2) t GROUP BY 1) k), '[]')), "
    "'support', coalesce((SELECT json_agg(json_build_object("
    "'question_id', q.question_id, 'question_text', q.question_text, "
    "'results', (SELECT json_agg(json_build_object('answer', a.answer, "
    "'count', a.n) ORDER BY a.n DESC, a.answer) FROM answers a "
    "WHERE a.question_id = q.question_id)) ORDER BY q.question_id) "
    "FROM survey_questions q WHERE q.question_id IN "
    "(SELECT question_id FROM answers)), '[]'), "
    "'donations', coalesce((SELECT json_agg(json_build_object("
    "'currency', d.currency, 'count', d.n, 'amount', d.received, "
    "'amount_refunded', d.refunded, 'amount_disputed', d.disputed, "
    "'net', d.received - d.refunded - d.disputed) ORDER BY d.currency) "
    "FROM (SELECT currency, count(*) AS n, sum(amount_received) AS received, "
    "sum(amount_refunded) AS refunded, sum(amount_disputed) AS disputed "
    "FROM donations "
    "WHERE campaign_id = $1 AND amount_received > 0 GROUP BY 1) "
    "d), '[]')) AS doc FROM campaigns c WHERE c.campaign_id = $1";

int
campaign_summary(struct req *rq, struct resp *rs, struct err *e)
{
	static const struct field bound[] = {
		{ .name = "since", .kind = KIND_TIME },
		{ .name = "until", .kind = KIND_TIME },
	};
	const char	*param[3] = { doc_id(rq->arena, rq->path_id[0]) };
	int		 rc = 0;

	for (size_t i = 0; i < ARRAY_LEN(bound); i++) {
		const struct pair	*p = form_find(&rq->query,
					    bound[i].name);

		if (p != NULL && field_check(&bound[i], rq->arena, p->value,
		    p->len, &param[i + 1], e) != 0)
			rc = -1;
	}
	if (rc != 0)
		return -1;
	return doc_answer(rq, rs, 200, sql_summary, 3, param,
	    arena_printf(rq->arena, "Campaign with ID %s not found.",
	    param[0]), e);
}

/*
 * Run a statement that adds chosen voters to the campaign of the path, or
 * removes them: voters that the body chooses by voter_ids, filter or
 * segment_id.  change is the text after the selection of these voters; it
 * returns the response as the column doc.  404 if the caller cannot see the
 * campaign, 403 if they may not edit it.
 *
 * The rights are read after the change, in the same transaction, so that they
 * are those in force when it is committed.  If a chosen voter is deleted before
 * the change reaches it, the statement fails as a whole; a new attempt no
 * longer chooses that voter.
 */
static int
change_voters(struct req *rq, struct resp *rs, const char *change,
    struct err *e)
{
	static const char *const known[] = {
		"voter_ids", "filter", "segment_id", NULL
	};
	static const char	 sql_allowed[] =
	    "SELECT caller_is_admin() OR campaign_id = "
	    "ANY (caller_campaigns('editor')) AS allowed FROM campaigns "
	    "WHERE campaign_id = $1";
	const char		*id = doc_id(rq->arena, rq->path_id[0]);
	const struct where	*steps;
	struct sql		 s;
	struct db_query		 q[2];
	struct rows		*res[2];
	bool			 within = rq->db->in_txn;
	int			 attempts = 0;

	if (doc_known(rq, known, e) != 0)
		return -1;
	sql_init(&s, rq->arena);
	sql_bind(&s, "WITH here AS (SELECT ?1::bigint AS campaign_id), "
	    "chosen AS MATERIALIZED (SELECT t.voter_id FROM voters t", id);
	if (segment_chosen(rq, &s, &steps, e) != 0)
		return -1;
	sql_add(&s, change);
	q[0] = (struct db_query){ .sql = s.text.data, .n = s.n,
	    .param = s.param };
	q[1] = (struct db_query){ .sql = sql_allowed, .n = 1, .param = &id };
	while (db_exec(rq->db, q, 2, res, e) != 0) {
		if (e->nfields == 0 ||
		    strcmp(e->field[0].slug, "not_found") != 0)
			return universe_blame(rq, steps, e);
		err_clear(e);
		if (within || ++attempts == MAX_ATTEMPTS)
			return err_slug(e, ERR_UNAVAILABLE, "busy", "%s", "");
	}
	if (rows_count(res[1]) == 0)
		return err_set(e, ERR_NOT_FOUND,
		    "Campaign with ID %s not found.", id);
	if (!rows_bool(res[1], 0, "allowed"))
		return err_set(e, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	buf_adds(resp_json(rs, 200), rows_text(res[0], 0, "doc"));
	return 0;
}

int
campaign_join(struct req *rq, struct resp *rs, struct err *e)
{
	return change_voters(rq, rs,
	    "), joined AS (INSERT INTO campaign_voters (campaign_id, voter_id) "
	    "SELECT h.campaign_id, k.voter_id FROM here h, chosen k "
	    "WHERE EXISTS (SELECT FROM campaigns c "
	    "WHERE c.campaign_id = h.campaign_id) "
	    "ON CONFLICT DO NOTHING RETURNING voter_id) "
	    "SELECT json_build_object("
	    "'matched', (SELECT count(*) FROM chosen), "
	    "'joined', (SELECT count(*) FROM joined)) AS doc", e);
}

int
campaign_leave(struct req *rq, struct resp *rs, struct err *e)
{
	return change_voters(rq, rs,
	    "), gone AS (DELETE FROM campaign_voters cv USING here h, chosen k "
	    "WHERE cv.campaign_id = h.campaign_id "
	    "AND cv.voter_id = k.voter_id RETURNING cv.voter_id) "
	    "SELECT json_build_object("
	    "'matched', (SELECT count(*) FROM chosen), "
	    "'removed', (SELECT count(*) FROM gone)) AS doc", e);
}
