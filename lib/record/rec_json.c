/* Records from JSON.  rec.c has the other ways to set a record. */
#include "core/text.h"
#include "json.h"
#include "rec.h"
#include "texts.h"

static int
wrong_type(const struct field *f, const char *wanted, struct err *e)
{
	return err_field(e, f->name, "invalid_type", "%s must be %s.", f->name,
	    wanted);
}

static int
set_texts(struct rec *r, size_t i, struct json_object *v, struct err *e)
{
	struct texts	 t;
	const char	*value;
	int		 rc = 0;

	texts_init(&t, &r->schema->field[i], r->arena, 1024 * 1024);
	for (size_t k = 0; k < json_object_array_length(v) && rc == 0; k++) {
		struct json_object	*o = json_object_array_get_idx(v, k);

		rc = json_object_is_type(o, json_type_string) ?
		    texts_add(&t, json_object_get_string(o),
		    (size_t)json_object_get_string_len(o), e) :
		    wrong_type(t.field, "an array of texts", e);
	}
	if (rc == 0 && (rc = texts_end(&t, &value, e)) == 0)
		rec_put(r, i, value);
	texts_release(&t);
	return rc;
}

/*
 * Does a number fit into PostgreSQL's numeric, with room to spare?  It has up
 * to 131,072 digits before the decimal point and 16,383 after it.
 */
static bool
is_number_small(const char *s)
{
	size_t		 n = strcspn(s, "eE");
	int64_t		 power = 0;

	if (s[n] != '\0') {
		s += n + 1;
		s += *s == '+';
		if (!text_int64(s, strlen(s), &power))
			return false;
	}
	return n <= 5000 && power >= -10000 && power <= 10000;
}

/* Why a document cannot be stored unchanged. */
enum unfit { FIT, UNFIT_NUL, UNFIT_NUMBER };

/* Check a document and everything inside it. */
static enum unfit
fitness(struct json_object *v)
{
	enum unfit	 u = FIT;
	int64_t		 i;

	switch (json_object_get_type(v)) {
	case json_type_string:
		/* jsonb cannot store U+0000. */
		return strlen(json_object_get_string(v)) !=
		    (size_t)json_object_get_string_len(v) ? UNFIT_NUL : FIT;
	case json_type_int:
		/* json-c clamps numbers of more than 64 bits to these. */
		i = json_object_get_int64(v);
		return i == INT64_MAX || i == INT64_MIN ? UNFIT_NUMBER : FIT;
	case json_type_double:
		/* json-c keeps its text, which jsonb will read. */
		return is_number_small(json_object_get_string(v)) ? FIT :
		    UNFIT_NUMBER;
	case json_type_array:
		for (size_t k = 0; k < json_object_array_length(v) &&
		    u == FIT; k++)
			u = fitness(json_object_array_get_idx(v, k));
		return u;
	case json_type_object: {
		json_object_object_foreach(v, key, member) {
			(void)key;
			if ((u = fitness(member)) != FIT)
				return u;
		}
		return FIT;
	}
	default:
		return FIT;
	}
}

static int
set_document(struct rec *r, size_t i, struct json_object *v, struct err *e)
{
	const struct field	*f = &r->schema->field[i];
	const char		*text;

	if (f->kind == KIND_OBJECT &&
	    !json_object_is_type(v, json_type_object))
		return wrong_type(f, "an object", e);
	if (f->kind == KIND_LIST && !json_object_is_type(v, json_type_array))
		return wrong_type(f, "an array", e);
	switch (fitness(v)) {
	case UNFIT_NUL:
		return err_field(e, f->name, "invalid_text",
		    "%s must not contain control characters.", f->name);
	case UNFIT_NUMBER:
		return err_field(e, f->name, "out_of_range",
		    "%s contains a number that is too large.", f->name);
	case FIT:
		break;
	}
	text = json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN |
	    JSON_C_TO_STRING_NOSLASHESCAPE);
	if (f->max > 0 && strlen(text) > f->max)
		return err_field(e, f->name, "too_long",
		    "%s must have at most %zu bytes.", f->name, f->max);
	rec_put(r, i, arena_strdup(r->arena, text));
	return 0;
}

/* Return the value that null sets: {} or [] if the column cannot be null. */
static const char *
cleared(const struct field *f)
{
	if ((f->flags & F_NOT_NULL) == 0)
		return NULL;
	switch (f->kind) {
	case KIND_OBJECT:
	case KIND_TEXTS:	/* PostgreSQL's empty array */
		return "{}";
	case KIND_LIST:
		return "[]";
	default:
		return NULL;
	}
}

int
rec_set_json(struct rec *r, size_t i, struct json_object *v, struct err *e)
{
	const struct field	*f = &r->schema->field[i];
	char			 number[32];
	int64_t			 whole;

	switch (json_object_get_type(v)) {
	case json_type_null:
		rec_put(r, i, cleared(f));
		return 0;
	case json_type_boolean:
		if (f->kind != KIND_BOOL)
			break;
		rec_put(r, i, json_object_get_boolean(v) ? "t" : "f");
		return 0;
	case json_type_int:
	case json_type_double:
		if (f->kind != KIND_INT)
			break;
		if (!json_whole(v, &whole))
			return err_field(e, f->name, "invalid_integer",
			    "%s must be a whole number.", f->name);
		snprintf(number, sizeof(number), "%lld", (long long)whole);
		return rec_set(r, i, number, strlen(number), e);
	case json_type_string:
		if (f->kind == KIND_OBJECT || f->kind == KIND_LIST ||
		    f->kind == KIND_TEXTS || f->kind == KIND_BOOL)
			break;
		return rec_set(r, i, json_object_get_string(v),
		    (size_t)json_object_get_string_len(v), e);
	case json_type_array:
		if (f->kind == KIND_TEXTS)
			return set_texts(r, i, v, e);
		if (f->kind == KIND_LIST)
			return set_document(r, i, v, e);
		break;
	case json_type_object:
		if (f->kind == KIND_OBJECT)
			return set_document(r, i, v, e);
		break;
	}
	switch (f->kind) {
	case KIND_INT:
		return wrong_type(f, "a whole number", e);
	case KIND_BOOL:
		return wrong_type(f, "true or false", e);
	case KIND_OBJECT:
		return wrong_type(f, "an object", e);
	case KIND_LIST:
		return wrong_type(f, "an array", e);
	case KIND_TEXTS:
		return wrong_type(f, "an array of texts", e);
	default:
		return wrong_type(f, "a text", e);
	}
}

static bool
listed(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

int
rec_from_json(struct rec *r, struct json_object *in, enum unknown unknown,
    const char *const *extra, struct err *e)
{
	int	 rc = 0;

	if (!json_object_is_type(in, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	json_object_object_foreach(in, key, value) {
		int	 i = schema_find(r->schema, key, strlen(key));

		if (i == -1) {
			if (unknown == UNKNOWN_REFUSE && !listed(extra, key))
				rc = err_field(e, key, "unknown_field",
				    "There is no field of this name.");
			continue;
		}
		if (r->schema->field[i].flags & F_SERVER)
			continue;
		if (rec_set_json(r, (size_t)i, value, e) != 0)
			rc = -1;
	}
	return rc;
}
