/*
 * Messages about rows of a file, in a list of bounded length.  The counts and
 * lists of an import are in report.c.
 */
#include "notes.h"
#include "record/json.h"

void
notes_init(struct notes *l, struct arena *a)
{
	l->arena = a;
	l->n = 0;
}

/*
 * Copy a value, cut to NOTE_VALUE characters.  U+FFFD replaces NUL, which
 * PostgreSQL cannot store.
 */
static const char *
copy_value(struct arena *a, const char *s, size_t n)
{
	struct buf	 b;
	size_t		 chars = 0;

	if (s == NULL)
		return NULL;
	buf_init_in(&b, a, 4 * (NOTE_VALUE + 1));
	for (size_t i = 0; i < n; i++) {
		/* A character begins with any byte but 10xxxxxx. */
		if (((unsigned char)s[i] & 0xc0) != 0x80 &&
		    ++chars > NOTE_VALUE)
			break;
		if (s[i] == '\0')
			buf_adds(&b, "\xef\xbf\xbd");
		else
			buf_addc(&b, s[i]);
	}
	return buf_str(&b);
}

void
notes_add(struct notes *l, int64_t line, const char *column,
    const char *value, size_t n, const char *message)
{
	if (l->n < NOTES_MAX)
		l->note[l->n++] = (struct note){ line,
		    arena_strdup(l->arena, column),
		    copy_value(l->arena, value, n),
		    arena_strdup(l->arena, message) };
}

void
note_write(const struct note *n, bool always, struct buf *b)
{
	buf_adds(b, "\"column\":");
	if (*n->column == '\0')
		buf_adds(b, "null");
	else
		json_add_string(b, n->column, strlen(n->column));
	if (n->value != NULL) {
		buf_adds(b, ",\"value\":");
		json_add_string(b, n->value, strlen(n->value));
	} else if (always) {
		buf_adds(b, ",\"value\":null");
	}
	buf_adds(b, ",\"message\":");
	json_add_string(b, n->message, strlen(n->message));
}

void
notes_write(const struct notes *l, struct buf *b)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		buf_adds(b, i > 0 ? ",{" : "{");
		note_write(&l->note[i], true, b);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}
