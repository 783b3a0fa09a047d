/* Reading the rules: a file of etc/layouts/, or the mapping of a request. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"
#include "decode.h"
#include "heading.h"
#include "layout.h"
#include "record/json.h"

#define LAYOUT_MAX	(256 * 1024)	/* bytes of a file */

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

/* A layout's file while it is parsed. */
struct loading {
	struct layout	*l;
	struct arena	*arena;
	const char	*at;		/* what is still to be parsed */
	int		 line;		/* that is being parsed, from 1 */
	unsigned	 seen;		/* settings of [layout] */
	int		 bad_line;	/* of the first mistake; 0: none */
	const char	*why;
};

/* These return what is wrong, to be read behind the setting's name, or NULL. */
#define TWICE	"is given twice"

static const char *
set_recognise(struct loading *s, const char *value)
{
	struct layout	*l = s->l;

	while (*value != '\0') {
		const char	*w = word(s->arena, &value, ',');

		if (l->nrecognise == ARRAY_LEN(l->recognise))
			return "has too many headings";
		if (*(w = heading_fold(s->arena, w, strlen(w))) == '\0')
			return "has a blank heading";
		l->recognise[l->nrecognise++] = w;
	}
	return l->nrecognise > 0 ? NULL : "must name a heading";
}

static const char *
set_layout(struct loading *s, const char *key, const char *value)
{
	static const char *const known[] = { "title", "header", "delimiter",
			    "quote", "encoding", "columns", "date_order",
			    "recognise" };
	static const char *const orders[] = { [DATE_MDY] = "mdy",
			    [DATE_DMY] = "dmy", [DATE_YMD] = "ymd" };
	struct layout	*l = s->l;
	bool		 truth;
	int64_t		 number;
	unsigned	 i = 0;

	while (i < ARRAY_LEN(known) && strcmp(key, known[i]) != 0)
		i++;
	if (i == ARRAY_LEN(known))
		return "is not a setting of layouts";
	if (s->seen >> i & 1)
		return TWICE;
	s->seen |= 1U << i;
	if (strcmp(key, "header") == 0) {
		if (!text_bool(value, strlen(value), &truth))
			return "must be yes or no";
		l->header = truth;
	} else if (strcmp(key, "delimiter") == 0) {
		l->delimiter = reader_delimiter(value, strlen(value));
		if (l->delimiter == '\0')
			return "must be comma, tab, bar or semicolon";
	} else if (strcmp(key, "quote") == 0) {
		if (strcmp(value, "none") != 0 && strcmp(value, "\"") != 0)
			return "must be \" or none";
		l->quote = *value == '"';
	} else if (strcmp(key, "encoding") == 0) {
		if (!decoder_knows(value))
			return "is not a known encoding";
		l->encoding = arena_strdup(s->arena, value);
	} else if (strcmp(key, "columns") == 0) {
		if (!text_int64(value, strlen(value), &number) || number < 2)
			return "must be a whole number from 2";
		l->columns = (size_t)number;
	} else if (strcmp(key, "date_order") == 0) {
		for (i = 0; i < ARRAY_LEN(orders); i++)
			if (strcmp(value, orders[i]) == 0)
				break;
		if (i == ARRAY_LEN(orders))
			return "must be mdy, dmy or ymd";
		l->order = (enum date_order)i;
		l->order_set = true;
	} else if (strcmp(key, "recognise") == 0)
		return set_recognise(s, value);
	return NULL;
}

static const char *
set_column(struct loading *s, struct rule *r, const char *value)
{
	if (r->n > 0)
		return TWICE;
	r->set = true;
	while (*value != '\0') {
		if (r->n == RULE_PARTS)
			return "has too many parts";
		if (read_origin(&r->part[r->n++], s->arena,
		    word(s->arena, &value, '+')) != 0)
			return "must be headings, or positions such as #3";
	}
	return r->n > 0 ? NULL : "must name a heading";
}

static const char *
set_constant(struct loading *s, struct rule *r, const char *value)
{
	if (r->constant != NULL)
		return TWICE;
	r->set = true;
	r->constant = arena_strdup(s->arena, value);
	return NULL;
}

static bool
same_origin(const struct origin *a, const struct origin *b)
{
	return a->position == b->position && (a->position > 0 ||
	    strcmp(a->name[0], b->name[0]) == 0);
}

/* "last_name, first_name middle_name": our columns and what divides them. */
static const char *
set_split(struct loading *s, const char *key, const char *value)
{
	struct split	*sp = &s->l->split[s->l->nsplit];
	size_t		 gap;

	if (s->l->nsplit == PLAN_SPLITS)
		return "is one more than a layout may split";
	if (read_origin(&sp->from, s->arena, key) != 0)
		return "must be a heading, or a position such as #3";
	for (size_t i = 0; i < s->l->nsplit; i++)
		if (same_origin(&sp->from, &s->l->split[i].from))
			return TWICE;
	while (*value != '\0') {
		size_t	 n = strspn(value, "abcdefghijklmnopqrstuvwxyz_");

		if (n == 0 || sp->n == RULE_PARTS || (sp->field[sp->n] =
		    schema_find(&voter_schema, value, n)) == -1)
			return "must be columns of voters and what divides "
			    "them";
		value += n;
		gap = strcspn(value, "abcdefghijklmnopqrstuvwxyz_");
		if (*value != '\0')
			sp->before[sp->n + 1 < RULE_PARTS ? sp->n + 1 : 0] =
			    arena_strndup(s->arena, value, gap);
		value += gap;
		sp->n++;
	}
	s->l->nsplit++;
	return sp->n > 1 ? NULL : "must name two columns or more";
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

static const char *
set_value(struct loading *s, struct rule *r, const char *from, const char *to)
{
	for (const struct value *v = r->values; v != NULL; v = v->next)
		if (v->from == NULL ? strcmp(from, "*") == 0 :
		    text_is(from, strlen(from), v->from))
			return TWICE;
	add_value(r, s->arena, from, to);
	return NULL;
}

static const char *
set_any(struct loading *s, const char *section, const char *key,
    const char *value)
{
	bool	 column = strcmp(section, "columns") == 0;
	bool	 constant = strcmp(section, "constants") == 0;
	bool	 values = strncmp(section, "values ", 7) == 0;
	int	 field;

	if (text_utf8_length(value, strlen(value)) == -1 ||
	    text_utf8_length(key, strlen(key)) == -1)
		return "is not UTF-8";
	if (strcmp(section, "layout") == 0)
		return set_layout(s, key, value);
	if (strcmp(section, "split") == 0)
		return set_split(s, key, value);
	if (!column && !constant && !values)
		return "stands in a section that layouts do not have";
	if ((field = writable(values ? section + 7 : key)) == -1)
		return values ? "stands in the section of a column that voters "
		    "do not have" : "is not a column of voters";
	if (column)
		return set_column(s, &s->l->rule[field], value);
	if (constant)
		return set_constant(s, &s->l->rule[field], value);
	return set_value(s, &s->l->rule[field], key, value);
}

/* inih's callback: 1 is good, 0 a mistake; it goes on in any case. */
static int
on_setting(void *user, const char *section, const char *key,
    const char *value)
{
	struct loading	*s = user;
	const char	*why;

	if (s->bad_line > 0)
		return 0;
	if ((why = set_any(s, section, key, value)) == NULL)
		return 1;
	s->bad_line = s->line;
	s->why = arena_printf(s->arena, "[%.50s] %.60s %s", section, key, why);
	return 0;
}

/* fgets() for inih. */
static char *
next_line(char *out, int size, void *stream)
{
	struct loading	*s = stream;
	const char	*end = strchr(s->at, '\n');
	size_t		 n = end != NULL ? (size_t)(end - s->at) + 1 :
			    strlen(s->at);

	if (n == 0 || size < 2)
		return NULL;
	/* The rest of a long line follows and belongs to the same line. */
	s->line += s->line == 0 || s->at[-1] == '\n';
	if (n > (size_t)size - 1)
		n = (size_t)size - 1;
	memcpy(out, s->at, n);
	out[n] = '\0';
	s->at += n;
	return out;
}

/*
 * A mistake in a layout, as one sentence for the answer, the log and the
 * administrator.
 */
static int
broken(struct err *e, const char *name, int line, const char *why)
{
	char	 where[32] = "";

	if (line > 0)
		snprintf(where, sizeof(where), ", line %d", line);
	err_slug(e, ERR_UNPROCESSABLE, "layout_broken",
	    "The layout cannot be used: %.60s.conf%s: %s.", name, where, why);
	/* A name that was cut may end in half a character. */
	if (text_utf8_length(e->msg, strlen(e->msg)) == -1)
		for (char *p = e->msg; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
	return -1;
}

/* The line, from 1, of the first byte that no text has; 0: it is all text. */
static int
not_text(const char *p, size_t n)
{
	const char	*end = p + n, *eol;
	int		 line = 1;

	for (; p < end; p = eol + 1, line++) {
		if ((eol = memchr(p, '\n', (size_t)(end - p))) == NULL)
			eol = end;
		if (memchr(p, '\0', (size_t)(eol - p)) != NULL ||
		    text_utf8_length(p, (size_t)(eol - p)) == -1)
			return line;
	}
	return 0;
}

/* The file's text; 1 where there is no such file. */
static int
read_layout(struct arena *a, const char *dir, const char *name, char **text,
    struct err *e)
{
	const char	*path = arena_printf(a, "%s/%s.conf", dir, name);
	const char	*why = NULL;
	struct stat	 st;
	ssize_t		 got;
	size_t		 n = 0;
	int		 fd, line = 0;

	/* Without O_NONBLOCK a pipe would be waited for. */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) == -1)
		return errno == ENOENT ? 1 : broken(e, name, 0,
		    strerror(errno));
	if (fstat(fd, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is not a file";
	else if (st.st_size > LAYOUT_MAX)
		why = "it is larger than 256 KiB";
	else
		*text = arena_zalloc(a, (size_t)st.st_size + 1);
	while (why == NULL && n < (size_t)st.st_size && (got = read(fd,
	    *text + n, (size_t)st.st_size - n)) != 0) {
		if (got == -1)
			why = strerror(errno);
		else
			n += (size_t)got;
	}
	close(fd);
	if (why == NULL && (line = not_text(*text, n)) != 0)
		why = "it is not text in UTF-8";
	return why != NULL ? broken(e, name, line, why) : 0;
}

/* 0, -1 for a mistake in it, 1 where there is no such file. */
static int
load(struct layout *l, struct arena *a, const char *dir, const char *name,
    struct err *e)
{
	struct loading	 s = { .l = l, .arena = a };
	char		*text = NULL;
	int		 rc, line;

	if ((rc = read_layout(a, dir, name, &text, e)) != 0)
		return rc;
	layout_init(l);
	l->name = arena_strdup(a, name);
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = 16 * 1024;
	ini_allow_multiline = false;
	s.at = text;
	line = ini_parse_stream(next_line, &s, on_setting, &s);
	if (line < 0)
		return broken(e, name, 0, "it cannot be parsed");
	if (line > 0 && line != s.bad_line)
		return broken(e, name, line, "this is not a setting");
	if (s.bad_line > 0)
		return broken(e, name, s.bad_line, s.why);
	return 0;
}

static bool
name_valid(const char *name)
{
	size_t	 n = strlen(name);

	return n > 0 && n <= 50 && strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

int
layout_load(struct layout *l, struct arena *a, const char *dir,
    const char *name, struct err *e)
{
	int	 rc = name_valid(name) ? load(l, a, dir, name, e) : 1;

	if (rc == 1)
		return err_field(e, "layout", "not_found",
		    "There is no layout %.50s.", name);
	return rc;
}

int
layout_each(struct layout *l, struct arena *a, const char *dir,
    void (*take)(struct layout *, const struct err *, void *), void *ctx)
{
	struct err	*e = arena_alloc(a, sizeof(*e));
	struct dirent	*d;
	DIR		*folder = opendir(dir);
	const char	*name;
	size_t		 n;
	int		 rc;

	if (folder == NULL)
		return -1;
	while ((d = readdir(folder)) != NULL) {
		n = strlen(d->d_name);
		if (n < 6 || d->d_name[0] == '.' ||
		    strcmp(d->d_name + n - 5, ".conf") != 0)
			continue;
		name = arena_strndup(a, d->d_name, n - 5);
		memset(e, 0, sizeof(*e));
		if (!name_valid(name))
			rc = broken(e, name, 0, "its name may have 50 letters, "
			    "digits, - and _");
		else if ((rc = load(l, a, dir, name, e)) == 1)
			rc = broken(e, name, 0, strerror(ENOENT));
		take(rc == 0 ? l : NULL, e, ctx);
	}
	closedir(folder);
	return 0;
}

struct recognising {
	const char	**folded;	/* the header */
	size_t		 n;
	size_t		 best;		/* headings of the best so far */
	struct layout	*l;
	void		(*skipped)(const char *);
};

static void
recognise(struct layout *one, const struct err *e, void *ctx)
{
	struct recognising	*r = ctx;
	size_t			 found = 0;

	if (one == NULL) {
		r->skipped(e->msg);
		return;
	}
	while (found < one->nrecognise && heading_find(r->folded, r->n,
	    one->recognise[found]) != -1)
		found++;
	if (found == one->nrecognise && found > r->best) {
		r->best = found;
		*r->l = *one;
	}
}

void
layout_recognise(struct layout *l, struct arena *a, const char *dir,
    const struct row *header, void (*skipped)(const char *))
{
	struct recognising	 r = { .n = header->n, .l = l,
				    .folded = heading_fold_row(a, header),
				    .skipped = skipped };

	/* No folder, no layouts: aliases do without. */
	layout_each(arena_alloc(a, sizeof(*l)), a, dir, recognise, &r);
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
