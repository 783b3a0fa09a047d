/*
 * Surveys: questions, responses and their results.  Answers that belong to an
 * interaction are stored by interaction.c.
 */
#include "people/segment.h"
#include "people/voter.h"
#include "record/json.h"
#include "rest/doc.h"
#include "rest/resource.h"
#include "survey.h"

const char *const question_types[] = {
	"single_choice", "multiple_choice", "open_text", "rating_scale",
	"yes_no", NULL
};

static const struct field question_fields[] = {
	QUESTION_FIELDS(FIELD_ROW, QUESTION)
};

const struct schema question_schema = {
	.table = "survey_questions",
	.one = "question",
	.many = "questions",
	.key = "question_id",
	.field = question_fields,
	.n = ARRAY_LEN(question_fields),
	.needed_by = &response_schema,
};

static const struct field response_fields[] = {
	RESPONSE_FIELDS(FIELD_ROW, RESPONSE)
};

const struct schema response_schema = {
	.table = "survey_responses",
	.one = "response",
	.many = "responses",
	.key = "response_id",
	.field = response_fields,
	.n = ARRAY_LEN(response_fields),
};

static const struct filter question_filters[] = {
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "question_type", .kind = KIND_CHOICE,
	    .choices = question_types }, "t.question_type = ?1" },
};

static const struct filter response_filters[] = {
	{ { .name = "voter_id", .kind = KIND_INT }, "t.voter_id = ?1" },
	{ { .name = "question_id", .kind = KIND_INT }, "t.question_id = ?1" },
	{ { .name = "interaction_id", .kind = KIND_INT },
	  "t.interaction_id = ?1" },
	{ { .name = "campaign_id", .kind = KIND_INT },
	  "t.question_id IN (SELECT q.question_id FROM survey_questions q "
	  "WHERE q.campaign_id = ?1)" },
	{ { .name = "since", .kind = KIND_TIME }, "t.responded_at >= ?1" },
	{ { .name = "until", .kind = KIND_TIME }, "t.responded_at < ?1" },
};

const struct list question_list = {
	.schema = &question_schema,
	.filter = question_filters,
	.n = ARRAY_LEN(question_filters),
	.campaign_column = "campaign_id",
};

const struct list response_list = {
	.schema = &response_schema,
	.filter = response_filters,
	.n = ARRAY_LEN(response_filters),
	.campaign_column = "question_id",
	.campaign_rows = "SELECT q.question_id FROM survey_questions q "
	    "WHERE q.campaign_id = ANY (s.campaigns)",
};

/*
 * Replace a response_value that is a number or boolean, as forms send for a
 * rating or a switch, by its text: 4 by "4", true by "yes".
 */
static void
value_as_text(struct json_object *in)
{
	struct json_object	*v;
	int64_t			 whole;
	char			 text[24];

	if (!json_object_is_type(in, json_type_object) ||
	    !json_object_object_get_ex(in, "response_value", &v))
		return;
	if (json_object_is_type(v, json_type_boolean)) {
		json_object_object_add(in, "response_value",
		    json_object_new_string(json_object_get_boolean(v) ?
		    "yes" : "no"));
	} else if (json_whole(v, &whole)) {
		snprintf(text, sizeof(text), "%lld", (long long)whole);
		json_object_object_add(in, "response_value",
		    json_object_new_string(text));
	}
}

int
survey_read_answer(struct req *rq, struct json_object *in,
    const char *const *extra, struct rec *r, struct err *e)
{
	int	 rc;

	rec_init(r, &response_schema, rq->arena);
	if (!json_object_is_type(in, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "An answer must be a JSON object.");
	value_as_text(in);
	rc = rec_from_json(r, in, UNKNOWN_REFUSE, extra, e);
	if (rec_get(r, RESPONSE_question_id) == NULL && rc == 0)
		rc = err_field(e, "question_id", "required",
		    "question_id is required.");
	return rc;
}

int
survey_respond(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	value_as_text(rq->json);
	if (resource_read(rq, &response_schema, true, NULL, &r, e) != 0)
		return -1;
	return resource_create(rq, rs, &r, NULL, e);
}

int
survey_change(struct req *rq, struct resp *rs, struct err *e)
{
	struct rec	 r;

	value_as_text(rq->json);
	if (resource_read(rq, &response_schema, false, NULL, &r, e) != 0)
		return -1;
	return resource_update(rq, rs, &r, rq->path_id[0], e);
}

/*
 * The end of the statement of survey_results(), after the beginning of WITH,
 * where "chosen" has the responses to count.  Each element of a response with
 * several answers counts as one answer.
 */
static const char sql_results[] =
    "), given AS (SELECT r.voter_id, CASE WHEN r.response_values IS NULL "
    "THEN ARRAY[r.response_value] ELSE ARRAY("
    "SELECT jsonb_array_elements_text(r.response_values)) END AS answers "
    "FROM chosen r), counted AS (SELECT a.answer, count(*) AS n "
    "FROM given, unnest(answers) a (answer) GROUP BY a.answer), "
    "listed AS (SELECT l.answer, l.at FROM question q, "
    "jsonb_array_elements_text(CASE q.question_type "
    "WHEN 'yes_no' THEN '[\"yes\", \"no\"]' "
    "WHEN 'single_choice' THEN q.possible_answers "
    "WHEN 'multiple_choice' THEN q.possible_answers ELSE '[]' END) "
    "WITH ORDINALITY l (answer, at)), "
    "rows AS (SELECT answer, coalesce(n, 0) AS n, at FROM listed "
    "FULL JOIN counted USING (answer) "
    "ORDER BY at NULLS LAST, n DESC, answer LIMIT 1000) "
    "SELECT json_build_object('question_id', q.question_id, "
    "'question_text', q.question_text, 'question_type', q.question_type, "
    "'total_responses', (SELECT count(*) FROM given), "
    "'voters', (SELECT count(DISTINCT voter_id) FROM given), "
    "'average', CASE WHEN q.question_type = 'rating_scale' THEN "
    "(SELECT round(sum(answer::integer * n) / nullif(sum(n), 0), 4) "
    "FROM counted) END, "
    "'results', coalesce((SELECT json_agg(json_build_object("
    "'answer', answer, 'count', n, 'share', round(n::numeric / "
    "greatest((SELECT count(*) FROM given), 1), 4)) "
    "ORDER BY at NULLS LAST, n DESC, answer) FROM rows), '[]')) "
    "FROM question q";

static const struct filter own_filters[] = {
	{ { .name = "since", .kind = KIND_TIME }, "t.responded_at >= ?1" },
	{ { .name = "until", .kind = KIND_TIME }, "t.responded_at < ?1" },
};

/* Does the query have a parameter that filters voters? */
static bool
has_voter_filter(const struct form *query)
{
	for (size_t i = 0; i < query->n; i++)
		if (strcmp(query->pair[i].name, "since") != 0 &&
		    strcmp(query->pair[i].name, "until") != 0)
			return true;
	return false;
}

int
survey_results(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const known[] = { "since", "until", NULL };
	const struct scope	 voter = { .where =
				    "t.voter_id IN (SELECT voter_id FROM "
				    "answered WHERE question_id = ?1)", .value =
				    doc_id(rq->arena, rq->path_id[0]) };
	struct form		 query;
	struct sql		 q;
	const char		*value;

	if (segment_expand(rq, &rq->query, &query, e) != 0)
		return -1;
	sql_init(&q, rq->arena);
	sql_bind(&q, "WITH question AS (SELECT * FROM survey_questions "
	    "WHERE question_id = ?1), answered AS MATERIALIZED (SELECT t.* "
	    "FROM survey_responses t WHERE t.question_id = ?1", voter.value);
	for (size_t i = 0; i < ARRAY_LEN(own_filters); i++) {
		const struct filter	*f = &own_filters[i];
		const struct pair	*p = form_find(&query,
					    f->field.name);

		if (p == NULL)
			continue;
		if (field_check(&f->field, rq->arena, p->value, p->len,
		    &value, e) != 0)
			return -1;
		sql_add(&q, " AND ");
		sql_bind(&q, f->sql, value);
	}
	sql_add(&q, "), chosen AS (SELECT a.* FROM answered a");
	if (has_voter_filter(&query)) {
		sql_add(&q, " WHERE a.voter_id IN (SELECT t.voter_id "
		    "FROM voters t");
		if (universe_where(rq, &query, &voter, known, NULL, &q,
		    e) != 0)
			return -1;
		sql_add(&q, ")");
	}
	sql_add(&q, sql_results);
	if (q.text.failed)
		return err_detail(e, ERR_INTERNAL,
		    "the statement is too long");
	return doc_answer(rq, rs, 200, q.text.data, q.n, q.param,
	    arena_printf(rq->arena, "Question with ID %s not found.",
	    voter.value), e);
}
