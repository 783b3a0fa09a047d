/*
 * Interactions: their schema and list, and the creation of one or of a batch,
 * with answers to survey questions and tags.  SQL's record_interaction()
 * stores them.
 */
#include "core/text.h"
#include "interaction.h"
#include "people/tag.h"
#include "record/json.h"
#include "rest/doc.h"
#include "survey.h"

static const struct field fields[] = {
	INTERACTION_FIELDS(FIELD_ROW, INTERACTION)
};

const struct schema interaction_schema = {
	.table = "interactions",
	.one = "interaction",
	.many = "interactions",
	.key = "interaction_id",
	.field = fields,
	.n = ARRAY_LEN(fields),
};

static const struct filter filters[] = {
	{ { .name = "voter_id", .kind = KIND_INT }, "t.voter_id = ?1" },
	{ { .name = "campaign_id", .kind = KIND_INT }, "t.campaign_id = ?1" },
	{ { .name = "user_id", .kind = KIND_INT }, "t.user_id = ?1" },
	{ { .name = "interaction_type", .kind = KIND_TEXT, .max = 255 },
	  "t.interaction_type = ?1" },
	{ { .name = "outcome", .kind = KIND_TEXT, .max = 255 },
	  "t.outcome = ?1" },
	{ { .name = "since", .kind = KIND_TIME }, "t.interaction_date >= ?1" },
	{ { .name = "until", .kind = KIND_TIME }, "t.interaction_date < ?1" },
};

const struct list interaction_list = {
	.schema = &interaction_schema,
	.filter = filters,
	.n = ARRAY_LEN(filters),
	.campaign_column = "campaign_id",
};

#define ANSWERS_MAX	100	/* of one interaction */

/*
 * Add the errors of a nested object to e.  prefix, such as "answers.2.", is
 * prepended to the fields' names.
 */
static void
adopt(struct err *e, const struct err *inner, const char *prefix)
{
	char	 name[64];

	if (inner->nfields == 0) {
		/* The whole object: the prefix without the last dot. */
		snprintf(name, sizeof(name), "%.*s",
		    (int)strlen(prefix) - 1, prefix);
		err_field(e, name, "invalid", "%.120s", inner->msg);
	}
	for (size_t i = 0; i < inner->nfields; i++) {
		snprintf(name, sizeof(name), "%.20s%.43s", prefix,
		    inner->field[i].name);
		err_field(e, name, inner->field[i].slug, "%s",
		    inner->field[i].msg);
	}
}

/* Check the answers of an interaction and add them to its document. */
static int
read_answers(struct req *rq, struct json_object *in, struct json_object *out,
    struct err *e)
{
	static const char *const extra[] = { NULL };
	struct err		*inner;
	struct json_object	*list, *copy;
	struct rec		 r;
	int			 rc = 0;

	if (in == NULL)
		return 0;
	if (!json_object_is_type(in, json_type_array) ||
	    json_object_array_length(in) > ANSWERS_MAX)
		return err_field(e, "answers", "invalid_type",
		    "answers must be an array of at most %d objects.",
		    ANSWERS_MAX);
	inner = arena_alloc(rq->arena, sizeof(*inner));
	list = json_object_new_array();
	json_object_object_add(out, "answers", list);
	for (size_t i = 0; i < json_object_array_length(in); i++) {
		memset(inner, 0, sizeof(*inner));
		if (survey_read_answer(rq, json_object_array_get_idx(in, i),
		    extra, &r, inner) != 0) {
			adopt(e, inner, arena_printf(rq->arena, "answers.%zu.",
			    i));
			rc = -1;
			continue;
		}
		copy = json_object_new_object();
		for (size_t k = 0; k < r.schema->n; k++)
			if (r.value[k] != NULL)
				json_object_object_add(copy,
				    r.schema->field[k].name,
				    json_object_new_string(r.value[k]));
		json_object_array_add(list, copy);
	}
	return rc;
}

/*
 * Check an interaction and set *out to the document that record_interaction()
 * takes: an object whose values are the checked texts.  at is its index in the
 * batch.  The caller frees *out with json_object_put().
 */
static int
read_item(struct req *rq, struct json_object *in, size_t at,
    struct json_object **out, struct err *e)
{
	static const char *const extra[] = { "answers", "tags", NULL };
	struct json_object	*doc, *v, *tags = NULL;
	struct rec		 r;
	int			 rc;

	rec_init(&r, &interaction_schema, rq->arena);
	if (!json_object_is_type(in, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "An interaction must be a JSON object.");
	doc = json_object_new_object();
	rc = rec_from_json(&r, in, UNKNOWN_REFUSE, extra, e) |
	    rec_require(&r, true, e);
	if (json_object_object_get_ex(in, "answers", &v))
		rc |= read_answers(rq, v, doc, e);
	if (json_object_object_get_ex(in, "tags", &v))
		rc |= tag_read(rq, v, &tags, e);
	if (tags != NULL)
		json_object_object_add(doc, "tags", tags);
	for (size_t i = 0; i < r.schema->n; i++)
		if (r.value[i] != NULL)
			json_object_object_add(doc, r.schema->field[i].name,
			    json_object_new_string(r.value[i]));
	json_object_object_add(doc, "item", json_object_new_int64((int64_t)at));
	if (rc != 0) {
		json_object_put(doc);
		return -1;
	}
	*out = doc;
	return 0;
}

static int
create_one(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 record[] = "SELECT record_interaction($1)";
	/* In a subquery currval() is called once, so that the index is used. */
	static const char	 tags[] =
	    "SELECT array_to_json(v.tags) AS tags FROM voters v "
	    "JOIN interactions i USING (voter_id) WHERE i.interaction_id = "
	    "(SELECT currval('interactions_interaction_id_seq'))";
	struct json_object	*doc;
	struct sql		 get, answers;
	struct db_query		 q[4];
	struct rows		*r[4];
	const char		*param[1];
	struct buf		*b;

	if (read_item(rq, rq->json, 0, &doc, e) != 0)
		return -1;
	param[0] = doc_text(rq->arena, doc);
	json_object_put(doc);
	sql_init(&get, rq->arena);
	sql_init(&answers, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &interaction_schema);
	sql_add(&get, " FROM interactions t WHERE t.interaction_id = "
	    "(SELECT currval('interactions_interaction_id_seq'))");
	sql_add(&answers, "SELECT ");
	sql_columns(&answers, &response_schema);
	sql_add(&answers, " FROM survey_responses t WHERE t.interaction_id = "
	    "(SELECT currval('interactions_interaction_id_seq')) "
	    "ORDER BY t.response_id");
	q[0] = (struct db_query){ .sql = record, .n = 1, .param = param };
	q[1] = (struct db_query){ .sql = get.text.data };
	q[2] = (struct db_query){ .sql = answers.text.data };
	q[3] = (struct db_query){ .sql = tags };
	if (db_exec(rq->db, q, 4, r, e) != 0) {
		/* The voter was deleted while record_interaction() ran. */
		if (e->nfields == 1 &&
		    strcmp(e->field[0].name, "voter_id") == 0 &&
		    strcmp(e->field[0].slug, "not_found") == 0) {
			err_clear(e);
			err_set(e, ERR_NOT_FOUND, "The voter was not found.");
		}
		return -1;
	}
	if (rows_count(r[1]) != 1 || rows_count(r[3]) != 1)
		return err_detail(e, ERR_INTERNAL,
		    "a new interaction is not visible");
	b = resp_json(rs, 201);
	doc_row(b, &interaction_schema, r[1], 0, 0, 0);
	/* Continue the object behind its last member. */
	b->len--;
	buf_adds(b, ",\"answers\":");
	doc_rows(b, &response_schema, r[2]);
	buf_addf(b, ",\"tags\":%s}", rows_text(r[3], 0, "tags"));
	resp_header(rs, "Location", arena_printf(rq->arena, "%s%s/%s",
	    rq->script, rq->path, rows_text(r[1], 0, "interaction_id")));
	return 0;
}

/* The result of one interaction of a batch. */
struct outcome {
	const char	*id;		/* NULL: it was refused */
	struct err	*why;		/* NULL: it was created */
};

/* Set the error of an interaction that the database refused. */
static void
refuse(struct req *rq, struct outcome *o, const struct rows *r, size_t row)
{
	const char	*state = rows_text(r, row, "state");
	const char	*message = rows_text(r, row, "message");
	const char	*field = rows_text(r, row, "field");

	o->why = arena_zalloc(rq->arena, sizeof(*o->why));
	if (strcmp(state, "CB400") == 0 && field != NULL && *field != '\0')
		err_field(o->why, field, "invalid", "%s", message);
	else if (strcmp(state, "CB404") == 0) {
		err_set(o->why, ERR_NOT_FOUND, "%s", message);
		err_field(o->why, "voter_id", "not_found", "%s", message);
	} else if (strcmp(state, "42501") == 0)
		err_set(o->why, ERR_FORBIDDEN,
		    "Your role does not allow this.");
	else
		err_set(o->why, ERR_INVALID,
		    "The database refuses these values.");
}

static void
write_refusal(struct buf *b, size_t at, const struct err *why)
{
	const struct err_kind	*kind = err_kind(why->code);
	const char		*msg = why->msg[0] != '\0' ? why->msg :
				    why->nfields > 0 ? why->field[0].msg :
				    kind->title;

	buf_addf(b, "{\"index\":%zu,\"status\":%d,\"code\":\"%s\","
	    "\"error\":", at, kind->status,
	    why->slug != NULL ? why->slug : kind->slug);
	json_add_string(b, msg, strlen(msg));
	buf_adds(b, ",\"errors\":[");
	for (size_t i = 0; i < why->nfields; i++) {
		buf_adds(b, i > 0 ? ",{\"field\":" : "{\"field\":");
		json_add_string(b, why->field[i].name,
		    strlen(why->field[i].name));
		buf_addf(b, ",\"code\":\"%s\",\"message\":",
		    why->field[i].slug);
		json_add_string(b, why->field[i].msg,
		    strlen(why->field[i].msg));
		buf_addc(b, '}');
	}
	buf_adds(b, "]}");
}

static void
write_batch(struct resp *rs, const struct outcome *o, size_t n)
{
	struct buf	*b = resp_json(rs, 200);
	size_t		 created = 0;

	buf_adds(b, "{\"results\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		if (o[i].id == NULL) {
			write_refusal(b, i, o[i].why);
			continue;
		}
		buf_addf(b, "{\"index\":%zu,\"status\":201,"
		    "\"interaction_id\":%s}", i, o[i].id);
		created++;
	}
	buf_addf(b, "],\"created\":%zu,\"failed\":%zu}", created, n - created);
}

/* Set the error of an atomic batch: every bad interaction, with its index. */
static int
refuse_all(struct req *rq, const struct outcome *o, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].why != NULL)
			adopt(e, o[i].why, arena_printf(rq->arena, "%zu.", i));
	return err_slug(e, ERR_INVALID, "invalid_items",
	    "Nothing was written: some items are not valid.");
}

/*
 * Check the interactions of a batch.  Return the array of the valid ones as a
 * parameter, and set the errors of the others and *bad.
 */
static const char *
read_batch(struct req *rq, struct outcome *o, size_t n, bool *bad)
{
	struct json_object	*docs = json_object_new_array(), *doc;
	struct err		*inner = arena_alloc(rq->arena,
				    sizeof(*inner));
	const char		*text;

	*bad = false;
	for (size_t i = 0; i < n; i++) {
		memset(inner, 0, sizeof(*inner));
		if (read_item(rq, json_object_array_get_idx(rq->json, i), i,
		    &doc, inner) == 0) {
			json_object_array_add(docs, doc);
		} else {
			o[i].why = inner;
			inner = arena_alloc(rq->arena, sizeof(*inner));
			*bad = true;
		}
	}
	text = doc_text(rq->arena, docs);
	json_object_put(docs);
	return text;
}

static int
create_batch(struct req *rq, struct resp *rs, bool atomic, struct err *e)
{
	static const char	 sql[] =
	    "SELECT item, interaction_id, state, message, field "
	    "FROM record_interactions($1, $2)";
	size_t			 n = json_object_array_length(rq->json);
	struct outcome		*o;
	const char		*param[2];
	struct rows		*r;
	bool			 bad;

	if (n == 0)
		return err_set(e, ERR_MALFORMED, "The array is empty.");
	if (n > INTERACTIONS_MAX)
		return err_set(e, ERR_TOO_LARGE,
		    "A batch has at most %d interactions.", INTERACTIONS_MAX);
	o = arena_zalloc(rq->arena, n * sizeof(*o));
	param[0] = read_batch(rq, o, n, &bad);
	param[1] = atomic ? "t" : "f";
	if (bad && atomic)
		return refuse_all(rq, o, n, e);
	if (db_select(rq->db, sql, 2, param, &r, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(r); i++) {
		size_t	 at = (size_t)rows_int64(r, i, "item");

		if (at >= n)
			continue;
		if (rows_is_null(r, i, "state")) {
			o[at].id = rows_text(r, i, "interaction_id");
		} else {
			refuse(rq, &o[at], r, i);
			bad = true;
		}
	}
	if (bad && atomic)
		return refuse_all(rq, o, n, e);
	write_batch(rs, o, n);
	return 0;
}

int
interaction_create(struct req *rq, struct resp *rs, struct err *e)
{
	const struct pair	*p = form_find(&rq->query, "atomic");
	bool			 atomic = false;

	if (p != NULL && !text_bool(p->value, p->len, &atomic))
		return err_field(e, "atomic", "invalid_boolean",
		    "atomic must be true or false.");
	if (json_object_is_type(rq->json, json_type_array))
		return create_batch(rq, rs, atomic, e);
	return create_one(rq, rs, e);
}
