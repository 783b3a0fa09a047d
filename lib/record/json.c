/* Parsing JSON, and writing values as JSON.  rec_json.c makes records of it. */
#include <math.h>

#include "core/text.h"
#include "json.h"

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

/*
 * Return how many bytes to reserve for the string in JSON.  Short texts reserve
 * the worst case, six bytes for each; for long ones that could exceed the
 * buffer's maximum, so their length is computed exactly.
 */
static size_t
room_for(const char *s, size_t n)
{
	size_t	 room = n + 2;

	if (n < 1024)
		return n * 6 + 2;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '\0' && strchr("\"\\\n\r\t", s[i]) != NULL)
			room++;
		else if ((unsigned char)s[i] < ' ')
			room += 5;
	return room;
}

void
json_add_string(struct buf *b, const char *s, size_t n)
{
	static const char	 hex[] = "0123456789abcdef";
	char			*p = buf_reserve(b, room_for(s, n)), *start = p;

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
