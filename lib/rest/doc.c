/*
 * JSON documents that PostgreSQL writes, and single members of a body.  Whole
 * rows are read and written in resource.c.
 */
#include "doc.h"
#include "record/json.h"

#define IDS_MAX		10000		/* see doc_ids() */
#define IDS_TEXT_MAX	(1024 * 1024)	/* bytes */

int
doc_answer(struct req *rq, struct resp *rs, int status, const char *sql,
    int n, const char *const *param, const char *missing, struct err *e)
{
	struct rows	*r;
	const char	*document = NULL;
	size_t		 length;

	if (db_select(rq->db, sql, n, param, &r, e) != 0)
		return -1;
	if (rows_count(r) > 0)
		document = rows_at(r, 0, 0, &length);
	if (document == NULL)
		return err_set(e, ERR_NOT_FOUND, "%s", missing);
	buf_add(resp_json(rs, status), document, length);
	return 0;
}

void
doc_row(struct buf *b, const struct schema *s, const struct rows *r, size_t row,
    size_t first, uint64_t only)
{
	const struct field	*f;
	const char		*value;
	char			 sep = '{';
	size_t			 n;

	for (size_t i = 0; i < s->n; i++) {
		if (only != 0 && (only >> i & 1) == 0)
			continue;
		f = &s->field[i];
		buf_addc(b, sep);
		sep = ',';
		buf_addc(b, '"');
		buf_adds(b, f->name);
		buf_add(b, "\":", 2);
		value = rows_at(r, row, first + i, &n);
		json_add_value(b, f->kind, value, n);
	}
	if (sep == '{')
		buf_addc(b, '{');
	buf_addc(b, '}');
}

void
doc_rows(struct buf *b, const struct schema *s, const struct rows *r)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < rows_count(r); i++) {
		if (i > 0)
			buf_addc(b, ',');
		doc_row(b, s, r, i, 0, 0);
	}
	buf_addc(b, ']');
}

const char *
doc_id(struct arena *a, int64_t id)
{
	return arena_printf(a, "%lld", (long long)id);
}

const char *
doc_text(struct arena *a, struct json_object *v)
{
	return arena_strdup(a, json_object_to_json_string_ext(v,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

int
doc_member(struct req *rq, const struct field *f, bool required,
    const char **out, struct err *e)
{
	const struct schema	 one = { .field = f, .n = 1 };
	struct rec		 r;
	struct json_object	*v = NULL;

	*out = NULL;
	rec_init(&r, &one, rq->arena);
	if (json_object_object_get_ex(rq->json, f->name, &v) &&
	    rec_set_json(&r, 0, v, e) != 0)
		return -1;
	*out = r.value[0];
	if (required && *out == NULL)
		return err_field(e, f->name, "required", "%s is required.",
		    f->name);
	return 0;
}

int
doc_known(struct req *rq, const char *const *known, struct err *e)
{
	int	 rc = 0;

	if (!json_object_is_type(rq->json, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	json_object_object_foreach(rq->json, key, value) {
		bool	 found = false;

		(void)value;
		for (size_t i = 0; known[i] != NULL; i++)
			found |= strcmp(known[i], key) == 0;
		if (!found)
			rc = err_field(e, key, "unknown_field",
			    "There is no field of this name.");
	}
	return rc;
}

int
doc_ids(struct req *rq, const char *name, const char **out, struct err *e)
{
	const struct field	 f = { .name = name, .kind = KIND_INT,
				    .flags = F_REQUIRED, .low = 1,
				    .high = INT64_MAX };
	const struct schema	 one = { .field = &f, .n = 1 };
	struct json_object	*v;
	struct rec		 r;
	struct buf		 b;
	size_t			 n;

	*out = NULL;
	if (!json_object_object_get_ex(rq->json, name, &v) || v == NULL)
		return 0;
	if (!json_object_is_type(v, json_type_array))
		return err_field(e, name, "invalid_type",
		    "%s must be an array of whole numbers.", name);
	n = json_object_array_length(v);
	if (n == 0)
		return err_field(e, name, "required",
		    "%s must not be empty.", name);
	if (n > IDS_MAX)
		return err_field(e, name, "too_long",
		    "%s must have at most %d elements.", name, IDS_MAX);
	buf_init_in(&b, rq->arena, IDS_TEXT_MAX);
	for (size_t i = 0; i < n; i++) {
		rec_init(&r, &one, rq->arena);
		if (rec_set_json(&r, 0, json_object_array_get_idx(v, i),
		    e) != 0)
			return -1;
		if (rec_get(&r, 0) == NULL)
			return err_field(e, name, "invalid_type",
			    "%s must be an array of whole numbers.", name);
		buf_addf(&b, "%c%s", i == 0 ? '{' : ',', rec_get(&r, 0));
	}
	buf_addc(&b, '}');
	*out = buf_str(&b);
	return 0;
}
