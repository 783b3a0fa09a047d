/* Reading the rules: a file of etc/layouts/, or the mapping of a request. */
#include <dirent.h>
#include <errno.h>
#include <ini.h>

#include "core/text.h"
#include "heading.h"
#include "layout.h"
#include "record/json.h"

void
layout_init(struct layout *l)
{
	memset(l, 0, sizeof(*l));
	l->header = l->quote = -1;
}

/* Next word of a text divided by sep, without the spaces around it. */
static const char *
word(struct arena *a, const char **at, char sep)
{
	const char	*s = *at, *end = strchr(s, sep);
	size_t		 n = end != NULL ? (size_t)(end - s) : strlen(s);

	*at = end != NULL ? end + 1 : s + n;
	text_trim(&s, &n);
	return arena_strndup(a, s, n);
}

/* "NAME | other name" or "#12". */
static int
read_origin(struct origin *o, struct arena *a, const char *text)
{
	int64_t	 position;
	size_t	 n = 0;

	memset(o, 0, sizeof(*o));
	if (*text == '#') {
		if (!text_int64(text + 1, strlen(text + 1), &position) ||
		    position < 1 || position > READER_CELLS)
			return -1;
		o->position = (size_t)position;
		return 0;
	}
	while (*text != '\0') {
		const char	*w = word(a, &text, '|');

		if (n == RULE_NAMES || *(w = heading_fold(a, w,
		    strlen(w))) == '\0')
			return -1;
		o->name[n++] = w;
	}
	return n > 0 ? 0 : -1;
}

struct loading {
	struct layout	*l;
	struct arena	*arena;
	const char	*file;
	struct err	*err;
};

static int
set_layout(struct loading *s, const char *key, const char *value)
{
	struct layout	*l = s->l;
	bool		 truth;
	int64_t		 number;

	if (strcmp(key, "title") == 0)
		return 0;
	if (strcmp(key, "header") == 0) {
		if (!text_bool(value, strlen(value), &truth))
			return -1;
		l->header = truth;
	} else if (strcmp(key, "delimiter") == 0) {
		l->delimiter = reader_delimiter(value, strlen(value));
		if (l->delimiter == '\0')
			return -1;
	} else if (strcmp(key, "quote") == 0) {
		l->quote = strcmp(value, "none") != 0;
	} else if (strcmp(key, "encoding") == 0) {
		l->encoding = arena_strdup(s->arena, value);
	} else if (strcmp(key, "columns") == 0) {
		if (!text_int64(value, strlen(value), &number) || number < 2)
			return -1;
		l->columns = (size_t)number;
	} else if (strcmp(key, "date_order") == 0) {
		if (strcmp(value, "mdy") == 0)
			l->order = DATE_MDY;
		else if (strcmp(value, "dmy") == 0)
			l->order = DATE_DMY;
		else if (strcmp(value, "ymd") == 0)
			l->order = DATE_YMD;
		else
			return -1;
		l->order_set = true;
	} else if (strcmp(key, "recognise") == 0) {
		while (*value != '\0') {
			const char	*w = word(s->arena, &value, ',');

			if (l->nrecognise == ARRAY_LEN(l->recognise))
				return -1;
			l->recognise[l->nrecognise++] =
			    heading_fold(s->arena, w, strlen(w));
		}
	} else {
		return -1;
	}
	return 0;
}

static int
set_column(struct loading *s, int field, const char *value)
{
	struct rule	*r = &s->l->rule[field];

	r->set = true;
	r->n = 0;
	while (*value != '\0') {
		if (r->n == RULE_PARTS || read_origin(&r->part[r->n++],
		    s->arena, word(s->arena, &value, '+')) != 0)
			return -1;
	}
	return r->n > 0 ? 0 : -1;
}

/* "last_name, first_name middle_name": our columns and what divides them. */
static int
set_split(struct loading *s, const char *key, const char *value)
{
	struct split	*sp = &s->l->split[s->l->nsplit];
	size_t		 gap;

	if (s->l->nsplit == PLAN_SPLITS ||
	    read_origin(&sp->from, s->arena, key) != 0)
		return -1;
	while (*value != '\0') {
		size_t	 n = strspn(value, "abcdefghijklmnopqrstuvwxyz_");

		if (n == 0 || sp->n == RULE_PARTS || (sp->field[sp->n] =
		    schema_find(&voter_schema, value, n)) == -1)
			return -1;
		value += n;
		gap = strcspn(value, "abcdefghijklmnopqrstuvwxyz_");
		if (*value != '\0')
			sp->before[sp->n + 1 < RULE_PARTS ? sp->n + 1 : 0] =
			    arena_strndup(s->arena, value, gap);
		value += gap;
		sp->n++;
	}
	s->l->nsplit++;
	return sp->n > 1 ? 0 : -1;
}

static void
add_value(struct rule *r, struct arena *a, const char *from, const char *to)
{
	struct value	*v = arena_zalloc(a, sizeof(*v)), **at = &r->values;

	v->from = strcmp(from, "*") == 0 ? NULL : arena_strdup(a, from);
	v->to = arena_strdup(a, to);
	/* In order, but "any other" last. */
	while (*at != NULL && (v->from == NULL || (*at)->from != NULL))
		at = &(*at)->next;
	v->next = *at;
	*at = v;
}

/* Our column that a client may write, or -1. */
static int
writable(const char *name)
{
	int	 i = schema_find(&voter_schema, name, strlen(name));

	if (i != -1 && (voter_schema.field[i].flags & F_SERVER))
		return -1;
	return i;
}

/* inih's callback: 1 goes on, 0 stops. */
static int
on_setting(void *user, const char *section, const char *key,
    const char *value)
{
	struct loading	*s = user;
	int		 field, rc = -1;

	if (strcmp(section, "layout") == 0)
		rc = set_layout(s, key, value);
	else if (strcmp(section, "columns") == 0 &&
	    (field = writable(key)) != -1)
		rc = set_column(s, field, value);
	else if (strcmp(section, "constants") == 0 &&
	    (field = writable(key)) != -1) {
		s->l->rule[field].set = true;
		s->l->rule[field].constant = arena_strdup(s->arena, value);
		rc = 0;
	} else if (strcmp(section, "split") == 0)
		rc = set_split(s, key, value);
	else if (strncmp(section, "values ", 7) == 0 &&
	    (field = writable(section + 7)) != -1) {
		add_value(&s->l->rule[field], s->arena, key, value);
		rc = 0;
	}
	if (rc != 0)
		err_detail(s->err, ERR_INTERNAL, "layout %s: [%s] %s is not "
		    "understood", s->file, section, key);
	return rc == 0;
}

static int
load(struct layout *l, struct arena *a, const char *dir, const char *name,
    struct err *e)
{
	const char	*path = arena_printf(a, "%s/%s.conf", dir, name);
	struct loading	 s = { .l = l, .arena = a, .file = name, .err = e };
	FILE		*f;
	int		 line;

	if ((f = fopen(path, "re")) == NULL)
		return errno == ENOENT ? 1 : err_detail(e, ERR_INTERNAL,
		    "%s: %s", path, strerror(errno));
	layout_init(l);
	l->name = arena_strdup(a, name);
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = 16 * 1024;
	ini_allow_multiline = false;
	line = ini_parse_file(f, on_setting, &s);
	fclose(f);
	if (e->code != ERR_NONE)
		return -1;
	if (line != 0)
		return err_detail(e, ERR_INTERNAL, "%s: line %d is no setting",
		    path, line);
	return 0;
}

int
layout_load(struct layout *l, struct arena *a, const char *dir,
    const char *name, struct err *e)
{
	size_t	 n = strlen(name);
	int	 rc;

	if (n == 0 || n > 50 || strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != n ||
	    (rc = load(l, a, dir, name, e)) == 1)
		return err_field(e, "layout", "not_found",
		    "There is no layout %.50s.", name);
	return rc;
}

int
layout_recognise(struct layout *l, struct arena *a, const char *dir,
    const struct row *header, struct err *e)
{
	struct layout	*one = arena_alloc(a, sizeof(*one));
	const char	**folded = heading_fold_row(a, header);
	struct dirent	*d;
	DIR		*folder;
	size_t		 best = 0;
	int		 rc = 0;

	/* No folder, no layouts: aliases do without. */
	if ((folder = opendir(dir)) == NULL)
		return 0;
	while (rc == 0 && (d = readdir(folder)) != NULL) {
		size_t	 n = strlen(d->d_name), found = 0;

		if (n < 6 || d->d_name[0] == '.' ||
		    strcmp(d->d_name + n - 5, ".conf") != 0)
			continue;
		if (load(one, a, dir, arena_strndup(a, d->d_name, n - 5),
		    e) != 0) {
			rc = -1;
			break;
		}
		while (found < one->nrecognise && heading_find(folded,
		    header->n, one->recognise[found]) != -1)
			found++;
		if (found == one->nrecognise && found > best) {
			best = found;
			*l = *one;
		}
	}
	closedir(folder);
	return rc;
}

static int
map_origin(struct rule *r, struct arena *a, struct json_object *v)
{
	struct origin	*o = &r->part[r->n];
	const char	*text;
	int64_t		 position;

	if (r->n == RULE_PARTS)
		return -1;
	memset(o, 0, sizeof(*o));
	if (json_whole(v, &position)) {
		if (position < 1 || position > READER_CELLS)
			return -1;
		o->position = (size_t)position;
	} else if (json_object_is_type(v, json_type_string)) {
		text = json_object_get_string(v);
		o->name[0] = heading_fold(a, text, strlen(text));
		if (*o->name[0] == '\0')
			return -1;
	} else {
		return -1;
	}
	r->n++;
	return 0;
}

static int
map_origins(struct rule *r, struct arena *a, struct json_object *v)
{
	r->n = 0;
	if (!json_object_is_type(v, json_type_array))
		return map_origin(r, a, v);
	for (size_t i = 0; i < json_object_array_length(v); i++)
		if (map_origin(r, a, json_object_array_get_idx(v, i)) != 0)
			return -1;
	return r->n > 0 ? 0 : -1;
}

static int
map_object(struct rule *r, struct arena *a, struct json_object *v)
{
	struct json_object_iterator	 it = json_object_iter_begin(v);
	struct json_object_iterator	 end = json_object_iter_end(v);

	for (; !json_object_iter_equal(&it, &end);
	    json_object_iter_next(&it)) {
		const char		*key = json_object_iter_peek_name(&it);
		struct json_object	*x = json_object_iter_peek_value(&it);

		if (strcmp(key, "from") == 0) {
			if (map_origins(r, a, x) != 0)
				return -1;
		} else if (strcmp(key, "value") == 0 &&
		    json_object_is_type(x, json_type_string)) {
			r->constant = arena_strdup(a,
			    json_object_get_string(x));
		} else if (strcmp(key, "values") == 0 &&
		    json_object_is_type(x, json_type_object)) {
			r->values = NULL;
			json_object_object_foreach(x, from, to) {
				if (!json_object_is_type(to,
				    json_type_string))
					return -1;
				add_value(r, a, from,
				    json_object_get_string(to));
			}
		} else {
			return -1;
		}
	}
	return r->n > 0 || r->constant != NULL ? 0 : -1;
}

int
layout_map(struct layout *l, struct arena *a, struct json_object *mapping,
    struct err *e)
{
	int	 rc = 0;

	if (!json_object_is_type(mapping, json_type_object))
		return err_field(e, "mapping", "invalid",
		    "mapping must be a JSON object.");
	json_object_object_foreach(mapping, key, v) {
		int		 field = writable(key);
		struct rule	 r = { .set = true };

		if (field == -1) {
			rc = err_field(e, "mapping", "unknown_field",
			    "There is no column %.60s.", key);
			continue;
		}
		r.values = l->rule[field].values;
		if (v == NULL)		/* null: leave this one out */
			r.n = 0;
		else if ((json_object_is_type(v, json_type_object) ?
		    map_object(&r, a, v) : map_origins(&r, a, v)) != 0)
			rc = err_field(e, "mapping", "invalid",
			    "%.60s must be a heading, a position from 1, or a "
			    "list of these.", key);
		l->rule[field] = r;
	}
	return rc;
}
