/* Reading responses: headers, JSON by path, problem documents. */
#include "answer.h"
#include "core/text.h"

struct arena	 memory;

struct answer *
answer_new(const char *head, size_t head_len, const char *body, size_t len)
{
	struct answer		*a = arena_zalloc(&memory, sizeof(*a));
	const char		*type;
	struct json_tokener	*tok;

	a->head = arena_strndup(&memory, head, head_len);
	a->body = arena_strndup(&memory, body, len);
	a->len = len;
	a->log = "";
	type = header(a, "Content-Type");
	if (type != NULL && strstr(type, "json") != NULL && len > 0) {
		tok = json_tokener_new();
		json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
		    JSON_TOKENER_VALIDATE_UTF8);
		a->json = json_tokener_parse_ex(tok, a->body, (int)len);
		json_tokener_free(tok);
	}
	return a;
}

/* Return the value of the n-th header of this name, from 0, or NULL. */
static const char *
nth(const struct answer *a, const char *name, size_t n)
{
	const char	*p = a->head;
	size_t		 len;

	for (; *p != '\0'; p += len + (p[len] == '\n')) {
		const char	*value, *end;

		len = strcspn(p, "\n");
		end = p + len;
		if (end > p && end[-1] == '\r')
			end--;
		if ((value = memchr(p, ':', (size_t)(end - p))) == NULL ||
		    !text_is(p, (size_t)(value - p), name) || n-- > 0)
			continue;
		for (value++; value < end && *value == ' '; value++)
			;
		return arena_strndup(&memory, value, (size_t)(end - value));
	}
	return NULL;
}

const char *
header(const struct answer *a, const char *name)
{
	return nth(a, name, 0);
}

size_t
header_count(const struct answer *a, const char *name)
{
	size_t	 n = 0;

	while (nth(a, name, n) != NULL)
		n++;
	return n;
}

/* Find a value; false if there is none.  *out is NULL for a JSON null. */
static bool
find(const struct answer *a, const char *path, struct json_object **out)
{
	struct json_object	*o = a->json;
	int64_t			 i;

	while (*path != '\0') {
		size_t	 n = strcspn(path, ".");

		if (json_object_is_type(o, json_type_array)) {
			if (!text_int64(path, n, &i) || i < 0 || (size_t)i >=
			    json_object_array_length(o))
				return false;
			o = json_object_array_get_idx(o, (size_t)i);
		} else if (!json_object_object_get_ex(o, arena_strndup(
		    &memory, path, n), &o)) {
			return false;
		}
		path += n + (path[n] == '.');
	}
	*out = o;
	return true;
}

struct json_object *
at(const struct answer *a, const char *path)
{
	struct json_object	*o = NULL;

	return find(a, path, &o) ? o : NULL;
}

const char *
text_at(const struct answer *a, const char *path)
{
	struct json_object	*o = at(a, path);

	return json_object_is_type(o, json_type_string) ?
	    json_object_get_string(o) : "";
}

int64_t
number_at(const struct answer *a, const char *path)
{
	struct json_object	*o = at(a, path);

	return json_object_is_type(o, json_type_int) ?
	    json_object_get_int64(o) : -1;
}

bool
is_null_at(const struct answer *a, const char *path)
{
	struct json_object	*o;

	return a->json != NULL && find(a, path, &o) && o == NULL;
}

size_t
length_at(const struct answer *a, const char *path)
{
	struct json_object	*o = at(a, path);

	return json_object_is_type(o, json_type_array) ?
	    json_object_array_length(o) : 0;
}

bool
names(const struct answer *a, const char *field, const char *code)
{
	for (size_t i = 0; i < length_at(a, "errors"); i++) {
		const char	*one = arena_printf(&memory, "errors.%zu", i);

		if (strcmp(text_at(a, arena_printf(&memory, "%s.field", one)),
		    field) != 0)
			continue;
		if (*text_at(a, arena_printf(&memory, "%s.message", one)) ==
		    '\0')
			return false;
		return code == NULL || strcmp(text_at(a, arena_printf(&memory,
		    "%s.code", one)), code) == 0;
	}
	return false;
}

const char *
problem_fault(const struct answer *a, int status, const char *code)
{
	const char	*fault = NULL, *type = header(a, "Content-Type");
	const char	*id = header(a, "X-Request-Id");

	if (a->status != status)
		fault = "another status";
	else if (type == NULL || strcmp(type, "application/problem+json") != 0)
		fault = "not a problem document";
	else if (a->json == NULL)
		fault = "not JSON";
	else if (number_at(a, "status") != status)
		fault = "status differs from the status of the response";
	else if (*text_at(a, "type") == '\0' || *text_at(a, "title") == '\0')
		fault = "no type or no title";
	else if (*text_at(a, "detail") == '\0' ||
	    strcmp(text_at(a, "detail"), text_at(a, "error")) != 0)
		fault = "detail and error differ";
	else if (strcmp(text_at(a, "code"), code) != 0)
		fault = "another code";
	else if (id == NULL || strcmp(id, text_at(a, "request_id")) != 0)
		fault = "request_id differs from the header";
	else
		return NULL;
	return arena_printf(&memory, "wanted %d %s, %s: %d\n%s%s\n%s", status,
	    code, fault, a->status, a->head, a->body, a->log);
}
