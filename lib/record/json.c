/* Records from JSON, and JSON from PostgreSQL's values. */
#include <math.h>

#include "core/text.h"
#include "json.h"
#include "texts.h"

#define MAX_DEPTH	32

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Does the text contain what json-c accepts, even when it is strict, against
 * RFC 8259: names in single quotes, NaN, Infinity, a decimal point without
 * digits, control characters in strings?  Names that contain U+0000 count, too,
 * because json-c would cut them off there.
 */
static bool
is_lax(const char *s, size_t n)
{
	bool	 text = false, nul = false;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"') {
			text = !text;
			if (text)
				nul = false;
		} else if (text && s[i] == '\\') {
			nul |= n - i > 5 && memcmp(s + i, "\\u0000", 6) == 0;
			i++;
		} else if (text ? (unsigned char)s[i] < ' ' : s[i] == '\'' ||
		    s[i] == 'N' || s[i] == 'I' || s[i] == 'i' ||
		    (s[i] == ':' && nul) ||
		    (s[i] == '.' && (i == 0 || !is_digit(s[i - 1]) ||
		    i + 1 == n || !is_digit(s[i + 1])))) {
			return true;
		}
	}
	return false;
}

int
json_parse(const char *s, size_t n, struct json_object **out, struct err *e)
{
	struct json_tokener	*tok = NULL;
	struct json_object	*value = NULL;
	size_t			 end;
	int			 rc = -1;

	/* RFC 8259 section 8.1: text between systems is UTF-8 */
	if (n > INT32_MAX || text_utf8_length(s, n) == -1)
		return err_set(e, ERR_MALFORMED,
		    "The body is not valid UTF-8.");
	if (is_lax(s, n))
		return err_slug(e, ERR_MALFORMED, "invalid_json",
		    "Invalid or empty JSON payload");
	if ((tok = json_tokener_new_ex(MAX_DEPTH)) == NULL)
		return err_detail(e, ERR_INTERNAL, "json_tokener_new_ex");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	value = json_tokener_parse_ex(tok, s, (int)n);
	end = json_tokener_get_parse_end(tok);
	if (value == NULL && json_tokener_get_error(tok) ==
	    json_tokener_continue)
		/* A number or literal at the end needs a terminator. */
		value = json_tokener_parse_ex(tok, "", 1);
	switch (json_tokener_get_error(tok)) {
	case json_tokener_success:
		break;
	case json_tokener_error_depth:
		err_set(e, ERR_MALFORMED, "The JSON is nested more than %d "
		    "levels deep.", MAX_DEPTH);
		goto out;
	default:
		err_slug(e, ERR_MALFORMED, "invalid_json",
		    "Invalid or empty JSON payload");
		goto out;
	}
	for (size_t i = end; i < n; i++)
		if (strchr(" \t\r\n", s[i]) == NULL || s[i] == '\0') {
			err_slug(e, ERR_MALFORMED, "invalid_json",
			    "Invalid or empty JSON payload");
			goto out;
		}
	*out = value;
	value = NULL;
	rc = 0;
out:
	json_object_put(value);
	json_tokener_free(tok);
	return rc;
}

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

bool
json_whole(struct json_object *v, int64_t *out)
{
	double	 d;

	if (json_object_is_type(v, json_type_int)) {
		/* json-c clamps larger numbers, which no field allows. */
		*out = json_object_get_int64(v);
		return true;
	}
	if (!json_object_is_type(v, json_type_double))
		return false;
	d = json_object_get_double(v);
	/* Some clients, such as Dart's, write 2500 as 2500.0.  Beyond 2^53 a
	 * double does not represent every whole number. */
	if (!isfinite(d) || d != trunc(d) || fabs(d) > 0x1p53)
		return false;
	*out = (int64_t)d;
	return true;
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

void
json_add_string(struct buf *b, const char *s, size_t n)
{
	static const char	 hex[] = "0123456789abcdef";
	char			*p = buf_reserve(b, n * 6 + 2), *start = p;

	if (p == NULL)
		return;
	*p++ = '"';
	for (size_t i = 0; i < n; i++) {
		unsigned char	 c = (unsigned char)s[i];

		if (c >= ' ' && c != '"' && c != '\\') {
			*p++ = (char)c;
			continue;
		}
		*p++ = '\\';
		switch (c) {
		case '"':
		case '\\':
			*p++ = (char)c;
			break;
		case '\n':
			*p++ = 'n';
			break;
		case '\r':
			*p++ = 'r';
			break;
		case '\t':
			*p++ = 't';
			break;
		default:
			*p++ = 'u';
			*p++ = '0';
			*p++ = '0';
			*p++ = hex[c >> 4];
			*p++ = hex[c & 15];
		}
	}
	*p++ = '"';
	b->len += (size_t)(p - start);
	*p = '\0';
}

/* Append a time: "2026-01-31 09:30:00.5+00" as "2026-01-31T09:30:00.5Z". */
static void
add_time(struct buf *b, const char *s, size_t n)
{
	if (n < 19 || n > 40) {		/* infinity, or years B.C. */
		json_add_string(b, s, n);
		return;
	}
	if (n > 3 && strcmp(s + n - 3, "+00") == 0)
		n -= 3;
	buf_addc(b, '"');
	buf_add(b, s, 10);
	buf_addc(b, 'T');
	buf_add(b, s + 11, n - 11);
	buf_add(b, "Z\"", 2);
}

void
json_add_value(struct buf *b, enum kind kind, const char *s, size_t n)
{
	if (s == NULL) {
		buf_add(b, "null", 4);
		return;
	}
	switch (kind) {
	case KIND_INT:
	case KIND_OBJECT:
	case KIND_LIST:
	case KIND_TEXTS:
		buf_add(b, s, n);
		break;
	case KIND_BOOL:
		buf_adds(b, *s == 't' ? "true" : "false");
		break;
	case KIND_TIME:
		add_time(b, s, n);
		break;
	default:
		json_add_string(b, s, n);
	}
}
