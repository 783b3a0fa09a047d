/*
 * One contact as a request reports it: reading and checking it.  interaction.c
 * stores contacts and answers with the results.
 */
#include <ctype.h>

#include "event.h"
#include "interaction.h"
#include "people/tag.h"
#include "survey.h"

#define ANSWERS_MAX	100	/* of one interaction */

void
event_adopt(struct err *e, const struct err *inner, const char *prefix)
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

/* Add the values of a record to a document, as texts. */
static void
add_values(struct json_object *doc, const struct rec *r)
{
	for (size_t i = 0; i < r->schema->n; i++)
		if (r->value[i] != NULL)
			json_object_object_add(doc, r->schema->field[i].name,
			    json_object_new_string(r->value[i]));
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
			event_adopt(e, inner, arena_printf(rq->arena,
			    "answers.%zu.", i));
			rc = -1;
			continue;
		}
		copy = json_object_new_object();
		add_values(copy, &r);
		json_object_array_add(list, copy);
	}
	return rc;
}

static const char *const call_ends[] = {
	"done", "later", "call_back", "wrong_number", "opt_out", "reopen", NULL
};

enum call_field {
	CALL_call_list_id,
	CALL_then,
	CALL_call_back_at,
	CALL_phone_number,
	CALL__MAX
};

static const struct field call_fields[CALL__MAX] = {
	[CALL_call_list_id] = { .name = "call_list_id", .kind = KIND_INT,
	    .low = 1, .high = INT64_MAX, .flags = F_REQUIRED },
	[CALL_then] = { .name = "then", .kind = KIND_CHOICE,
	    .choices = call_ends, .flags = F_REQUIRED },
	[CALL_call_back_at] = { .name = "call_back_at", .kind = KIND_TIME },
	[CALL_phone_number] = { .name = "phone_number", .kind = KIND_TEXT,
	    .max = 255 },
};

/* The rules of a call that concern several fields. */
static int
check_call(const struct rec *r, bool undo, struct err *e)
{
	const char	*then = rec_get(r, CALL_then);

	if (then == NULL)
		return -1;
	if ((strcmp(then, "reopen") == 0) != undo)
		return err_field(e, "then", "invalid",
		    "reopen belongs to undo, and undo to reopen.");
	if (strcmp(then, "call_back") == 0 &&
	    rec_get(r, CALL_call_back_at) == NULL)
		return err_field(e, "call_back_at", "required",
		    "call_back_at is required.");
	if (strcmp(then, "wrong_number") == 0 &&
	    rec_get(r, CALL_phone_number) == NULL)
		return err_field(e, "phone_number", "required",
		    "phone_number is required.");
	return 0;
}

/* Check the member call of a contact and add it to its document. */
static int
read_call(struct req *rq, struct json_object *in, bool undo,
    struct json_object *out, struct err *e)
{
	static const struct schema members = { .field = call_fields,
	    .n = CALL__MAX };
	struct err		*inner;
	struct json_object	*copy;
	struct rec		 r;

	if (in == NULL)
		return 0;
	if (!json_object_is_type(in, json_type_object))
		return err_field(e, "call", "invalid_type",
		    "call must be an object.");
	inner = arena_zalloc(rq->arena, sizeof(*inner));
	rec_init(&r, &members, rq->arena);
	if ((rec_from_json(&r, in, UNKNOWN_REFUSE, NULL, inner) |
	    rec_require(&r, true, inner)) != 0 ||
	    check_call(&r, undo, inner) != 0) {
		event_adopt(e, inner, "call.");
		return -1;
	}
	copy = json_object_new_object();
	add_values(copy, &r);
	json_object_object_add(out, "call", copy);
	return 0;
}

/* "123e4567-e89b-42d3-a456-426614174000" */
static bool
is_uuid(const char *s)
{
	for (size_t i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s[i] != '-' :
		    !isxdigit((unsigned char)s[i]))
			return false;
	return s[36] == '\0';
}

/* Read client_event_id and undo, and add them to the document. */
static int
read_event(struct req *rq, struct json_object *in, struct json_object *out,
    bool *undo, struct err *e)
{
	static const struct field fields[] = {
		{ .name = "client_event_id", .kind = KIND_TEXT, .max = 36 },
		{ .name = "undo", .kind = KIND_BOOL },
	};
	static const struct schema members = { .field = fields,
	    .n = ARRAY_LEN(fields) };
	struct json_object	*v;
	struct rec		 r;
	int			 rc = 0;

	rec_init(&r, &members, rq->arena);
	for (size_t i = 0; i < members.n; i++)
		if (json_object_object_get_ex(in, fields[i].name, &v))
			rc |= rec_set_json(&r, i, v, e);
	*undo = r.value[1] != NULL && strcmp(r.value[1], "t") == 0;
	if (rc != 0)
		return -1;
	if (r.value[0] != NULL && !is_uuid(r.value[0]))
		return err_field(e, "client_event_id", "invalid",
		    "client_event_id must be a UUID.");
	if (*undo && r.value[0] == NULL)
		return err_field(e, "client_event_id", "required",
		    "undo needs a client_event_id.");
	add_values(out, &r);
	return 0;
}

int
event_read(struct req *rq, struct json_object *in, size_t at,
    struct json_object **out, struct err *e)
{
	static const char *const extra[] = { "answers", "tags",
	    "client_event_id", "undo", "call", NULL };
	struct json_object	*doc, *v, *tags = NULL;
	struct rec		 r;
	bool			 undo;
	int			 rc;

	rec_init(&r, &interaction_schema, rq->arena);
	if (!json_object_is_type(in, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "An interaction must be a JSON object.");
	doc = json_object_new_object();
	rc = rec_from_json(&r, in, UNKNOWN_REFUSE, extra, e) |
	    read_event(rq, in, doc, &undo, e);
	if (!undo)
		rc |= rec_require(&r, true, e);
	if (json_object_object_get_ex(in, "call", &v))
		rc |= read_call(rq, v, undo, doc, e);
	if (json_object_object_get_ex(in, "answers", &v))
		rc |= read_answers(rq, v, doc, e);
	if (json_object_object_get_ex(in, "tags", &v))
		rc |= tag_read(rq, v, &tags, e);
	if (tags != NULL)
		json_object_object_add(doc, "tags", tags);
	add_values(doc, &r);
	json_object_object_add(doc, "item", json_object_new_int64((int64_t)at));
	if (rc != 0) {
		json_object_put(doc);
		return -1;
	}
	*out = doc;
	return 0;
}
