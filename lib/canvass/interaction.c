/*
 * Interactions: their schema and list, and the creation of one or of a batch,
 * as events of devices.  event.c reads them, and SQL's record_event() stores
 * them.
 */
#include "core/text.h"
#include "event.h"
#include "interaction.h"
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

/*
 * The id of the interaction that record_event() has recorded in the same
 * transaction.  In a subquery the function is called once, so that the index is
 * used.
 */
#define RECORDED	"(SELECT nullif(current_setting("		\
	"'cerberus.recorded'), '')::bigint)"

static int
create_one(struct req *rq, struct resp *rs, struct err *e)
{
	static const char	 record[] =
	    "SELECT interaction_id, repeated FROM record_event($1)";
	static const char	 tags[] =
	    "SELECT array_to_json(v.tags) AS tags FROM voters v "
	    "JOIN interactions i USING (voter_id) WHERE i.interaction_id = "
	    RECORDED;
	struct json_object	*doc;
	struct sql		 get, answers;
	struct db_query		 q[4];
	struct rows		*r[4];
	const char		*param[1];
	struct buf		*b;

	if (event_read(rq, rq->json, 0, &doc, e) != 0)
		return -1;
	if (json_object_object_get_ex(doc, "undo", NULL)) {
		json_object_put(doc);
		return err_field(e, "undo", "invalid",
		    "undo is for items of an array.");
	}
	param[0] = doc_text(rq->arena, doc);
	json_object_put(doc);
	sql_init(&get, rq->arena);
	sql_init(&answers, rq->arena);
	sql_add(&get, "SELECT ");
	sql_columns(&get, &interaction_schema);
	sql_add(&get, " FROM interactions t WHERE t.interaction_id = "
	    RECORDED);
	sql_add(&answers, "SELECT ");
	sql_columns(&answers, &response_schema);
	sql_add(&answers, " FROM survey_responses t WHERE t.interaction_id = "
	    RECORDED " ORDER BY t.response_id");
	q[0] = (struct db_query){ .sql = record, .n = 1, .param = param };
	q[1] = (struct db_query){ .sql = get.text.data };
	q[2] = (struct db_query){ .sql = answers.text.data };
	q[3] = (struct db_query){ .sql = tags };
	if (db_exec(rq->db, q, 4, r, e) != 0) {
		/* The voter was deleted while record_event() ran. */
		if (e->nfields == 1 &&
		    strcmp(e->field[0].name, "voter_id") == 0 &&
		    strcmp(e->field[0].slug, "not_found") == 0) {
			err_clear(e);
			err_set(e, ERR_NOT_FOUND, "The voter was not found.");
		}
		return -1;
	}
	if (rows_is_null(r[0], 0, "interaction_id"))
		return err_slug(e, ERR_CONFLICT, "event_gone", "This event was "
		    "recorded before, and its interaction was deleted since.");
	if (rows_count(r[1]) != 1 || rows_count(r[3]) != 1)
		return err_detail(e, ERR_INTERNAL,
		    "a new interaction is not visible");
	b = resp_json(rs, rows_bool(r[0], 0, "repeated") ? 200 : 201);
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
	const char	*id;		/* NULL: there is none, or none any
					 * more */
	bool		 repeated;	/* the event was known, or is undone */
	struct err	*why;		/* NULL: it was not refused */
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
	} else if (strcmp(state, "CB409") == 0)
		err_slug(o->why, ERR_CONFLICT, "event_conflict", "%s",
		    message);
	else if (strcmp(state, "42501") == 0)
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
	size_t		 created = 0, repeated = 0;

	buf_adds(b, "{\"results\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(b, ',');
		if (o[i].why != NULL) {
			write_refusal(b, i, o[i].why);
			continue;
		}
		buf_addf(b, "{\"index\":%zu,\"status\":%d,"
		    "\"interaction_id\":%s}", i, o[i].repeated ? 200 : 201,
		    o[i].id != NULL ? o[i].id : "null");
		if (o[i].repeated)
			repeated++;
		else
			created++;
	}
	buf_addf(b, "],\"created\":%zu,\"repeated\":%zu,\"failed\":%zu}",
	    created, repeated, n - created - repeated);
}

/* Set the error of an atomic batch: every bad interaction, with its index. */
static int
refuse_all(struct req *rq, const struct outcome *o, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].why != NULL)
			event_adopt(e, o[i].why, arena_printf(rq->arena,
			    "%zu.", i));
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
		if (event_read(rq, json_object_array_get_idx(rq->json, i), i,
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
	    "SELECT item, interaction_id, repeated, state, message, field "
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
			o[at].repeated = o[at].id == NULL ||
			    rows_bool(r, i, "repeated");
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
