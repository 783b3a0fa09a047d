/*
 * Parsing the text of a layout file.  layout_file.c finds the files,
 * layout_history.c has the sections about votes.
 */
#include <ini.h>

#include "core/text.h"
#include "heading.h"
#include "layout_history.h"
#include "layout_parse.h"

#define LINE_MAX_BYTES	(16 * 1024)

/* A layout's text while it is parsed. */
struct parsing {
	struct layout	*l;
	struct arena	*arena;
	const char	*at;		/* the rest of the text */
	int		 line;		/* number of the current line, from 1 */
	unsigned	 seen;		/* bit i: known[i] of [layout] is set */
	bool		 columns;	/* a column of the file was named */
	int		 bad_line;	/* line of the first error; 0: none */
	const char	*why;		/* the first error */
};

/*
 * Each set_ function applies one setting.  It returns NULL, or what is wrong:
 * the end of a sentence that begins with the setting's name.
 */
#define DUPLICATE	"is given twice"

static const char *
set_recognise(struct parsing *s, const char *value)
{
	struct layout	*l = s->l;

	while (*value != '\0') {
		const char	*w = layout_word(s->arena, &value, ',');

		if (l->nrecognise == LAYOUT_HEADINGS)
			return "has too many headings";
		if (*(w = heading_fold(s->arena, w, strlen(w))) == '\0')
			return "has a blank heading";
		l->recognise[l->nrecognise++] = w;
	}
	return l->nrecognise > 0 ? NULL : "must name a heading";
}

static const char *
set_date_order(struct layout *l, const char *value)
{
	static const char *const orders[] = { [DATE_MDY] = "mdy",
			    [DATE_DMY] = "dmy", [DATE_YMD] = "ymd" };

	for (size_t i = 0; i < ARRAY_LEN(orders); i++)
		if (strcmp(value, orders[i]) == 0) {
			l->order = (int)i;
			return NULL;
		}
	return "must be mdy, dmy or ymd";
}

static const char *
set_layout(struct parsing *s, const char *key, const char *value)
{
	static const char *const known[] = { "title", "header", "delimiter",
			    "quote", "encoding", "columns", "date_order",
			    "recognise", "format" };
	struct layout	*l = s->l;
	bool		 truth;
	int64_t		 number;
	unsigned	 i = 0;

	while (i < ARRAY_LEN(known) && strcmp(key, known[i]) != 0)
		i++;
	if (i == ARRAY_LEN(known))
		return "is not a setting of layouts";
	if (s->seen >> i & 1)
		return DUPLICATE;
	s->seen |= 1U << i;
	if (strcmp(key, "title") == 0)
		l->title = arena_strdup(s->arena, value);
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
		return set_date_order(l, value);
	} else if (strcmp(key, "recognise") == 0) {
		return set_recognise(s, value);
	} else if (strcmp(key, "format") == 0) {
		if (strcmp(value, "fixed") != 0)
			return "must be fixed, or be left out";
		if (s->columns)
			return "must come before the columns";
		l->fixed = true;
		l->header = 0;
	}
	return NULL;
}

static const char *
set_column(struct parsing *s, struct rule *r, const char *value)
{
	const char	*why;

	if (r->n > 0)
		return DUPLICATE;
	r->set = s->columns = true;
	while (*value != '\0') {
		if (r->n == RULE_PARTS)
			return "has too many parts";
		if ((why = layout_origin(s->l, &r->part[r->n++], s->arena,
		    layout_word(s->arena, &value, '+'))) != NULL)
			return why;
	}
	return r->n > 0 ? NULL : "must name a heading";
}

static const char *
set_constant(struct parsing *s, struct rule *r, const char *value)
{
	if (r->constant != NULL)
		return DUPLICATE;
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

/*
 * [split]: the key is a column of the file; the value, such as "last_name,
 * first_name middle_name", has fields and the texts between them.
 */
static const char *
set_split(struct parsing *s, const char *key, const char *value)
{
	struct split	*sp = &s->l->split[s->l->nsplit];
	const char	*why;
	size_t		 gap;

	if (s->l->nsplit == PLAN_SPLITS)
		return "is one split more than a layout may have";
	s->columns = true;
	if ((why = layout_origin(s->l, &sp->from, s->arena, key)) != NULL)
		return why;
	for (size_t i = 0; i < s->l->nsplit; i++)
		if (same_origin(&sp->from, &s->l->split[i].from))
			return DUPLICATE;
	while (*value != '\0') {
		size_t	 n = strspn(value, "abcdefghijklmnopqrstuvwxyz_");

		if (n == 0 || sp->n == RULE_PARTS || (sp->field[sp->n] =
		    schema_find(&voter_schema, value, n)) == -1)
			return "must be columns of voters and the text "
			    "between them";
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

static const char *
set_value(struct parsing *s, struct rule *r, const char *from, const char *to)
{
	for (const struct value *v = r->values; v != NULL; v = v->next)
		if (v->from == NULL ? strcmp(from, "*") == 0 :
		    text_is(from, strlen(from), v->from))
			return DUPLICATE;
	layout_add_value(r, s->arena, from, to);
	return NULL;
}

static const char *
set_any(struct parsing *s, const char *section, const char *key,
    const char *value)
{
	bool	 column = strcmp(section, "columns") == 0;
	bool	 constant = strcmp(section, "constants") == 0;
	bool	 values = strncmp(section, "values ", 7) == 0;
	bool	 number = strcmp(section, "numbers") == 0;
	int	 field;

	if (text_utf8_length(value, strlen(value)) == -1 ||
	    text_utf8_length(key, strlen(key)) == -1)
		return "is not UTF-8";
	s->columns |= strcmp(section, "history") == 0;
	if (strncmp(section, "history", 7) == 0 ||
	    (strcmp(section, "layout") == 0 && strcmp(key, "type") == 0))
		return layout_history_set(s->l, s->arena, section, key, value);
	if (strcmp(section, "layout") == 0)
		return set_layout(s, key, value);
	if (strcmp(section, "split") == 0)
		return set_split(s, key, value);
	if (!column && !constant && !values && !number)
		return "is in a section that layouts do not have";
	if (column && strcmp(key, FULL_NAME) == 0)
		return set_column(s, &s->l->full_name, value);
	if ((field = layout_field(values ? section + 7 : key)) == -1)
		return values ? "is in the section of a column that voters do "
		    "not have" : "is not a column of voters";
	if (column)
		return set_column(s, &s->l->rule[field], value);
	if (constant)
		return set_constant(s, &s->l->rule[field], value);
	if (number)
		return text_bool(value, strlen(value),
		    &s->l->rule[field].number) ? NULL : "must be yes or no";
	return set_value(s, &s->l->rule[field], key, value);
}

/*
 * inih's callback: return 1, or 0 after an error.  Parsing goes on either
 * way.
 */
static int
on_setting(void *user, const char *section, const char *key,
    const char *value)
{
	struct parsing	*s = user;
	const char	*why;

	if (s->bad_line > 0)
		return 0;
	if ((why = set_any(s, section, key, value)) == NULL)
		return 1;
	s->bad_line = s->line;
	s->why = arena_printf(s->arena, "[%.50s] %.60s %s", section, key, why);
	return 0;
}

/* inih's reader: return the next line as fgets() does. */
static char *
next_line(char *out, int size, void *stream)
{
	struct parsing	*s = stream;
	const char	*end = strchr(s->at, '\n');
	size_t		 n = end != NULL ? (size_t)(end - s->at) + 1 :
			    strlen(s->at);

	if (n == 0 || size < 2)
		return NULL;
	/* The rest of a long line has the number of its beginning. */
	s->line += s->line == 0 || s->at[-1] == '\n';
	if (n > (size_t)size - 1)
		n = (size_t)size - 1;
	memcpy(out, s->at, n);
	out[n] = '\0';
	s->at += n;
	return out;
}

const char *
layout_parse(struct layout *l, struct arena *a, const char *text, int *line)
{
	struct parsing	 s = { .l = l, .arena = a, .at = text };
	int		 bad;

	layout_init(l);
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LINE_MAX_BYTES;
	ini_allow_multiline = false;
	/* 0, the line of inih's or on_setting()'s first error, or negative. */
	bad = ini_parse_stream(next_line, &s, on_setting, &s);
	*line = bad > 0 ? bad : s.bad_line;
	if (bad < 0) {
		*line = 0;
		return "it cannot be parsed";
	}
	if (bad > 0 && bad != s.bad_line)
		return "this is not a setting";
	return s.bad_line > 0 ? s.why : NULL;
}
