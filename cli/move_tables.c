/*
 * Copies the rows of the other database into the stage here, with the checks of
 * this backend's fields in between.
 */
#include "core/text.h"
#include "import/stage.h"
#include "move.h"
#include "move_columns.h"
#include "record/json.h"

#define PIECE		(256 * 1024)
#define VALUE_SHOWN	200	/* bytes of a value in a note */

void
move_note(struct move *m, const char *kind, const char *table, const char *row,
    const char *column, const char *value, const char *message)
{
	const char	*cells[] = { table, row, column, value, message };
	size_t		 n = value != NULL ? strlen(value) : 0;

	if (n > VALUE_SHOWN) {
		/* Not in the middle of a character. */
		for (n = VALUE_SHOWN; (value[n] & 0xc0) == 0x80; n--)
			;
		cells[3] = arena_strndup(&m->row, value, n);
	}
	if (value != NULL && text_utf8_length(cells[3], strlen(cells[3])) < 0)
		cells[3] = NULL;
	buf_adds(&m->notes, kind);
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		stage_value(&m->notes, cells[i]);
	buf_addc(&m->notes, '\n');
}

const char *
move_check(struct move *m, const struct field *f, const char *table,
    const char *row, const char *value, size_t n)
{
	struct err	 e = { 0 };
	char		*text = arena_strndup(&m->row, value, n);
	const char	*out = NULL;
	bool		 blanked = false;

	for (size_t i = 0; i < n; i++)
		if (((unsigned char)text[i] < ' ' &&
		    strchr("\t\n\r", text[i]) == NULL) || text[i] == 0x7f ||
		    text[i] == '\0') {
			text[i] = ' ';
			blanked = true;
		}
	if (field_check(f, &m->row, text, n, &out, &e) != 0) {
		move_note(m, "value", table, row, f->name, text,
		    e.nfields > 0 ? e.field[0].msg : e.msg);
		return NULL;
	}
	if (blanked)
		move_note(m, "value", table, row, f->name, text,
		    "Control characters became blanks.");
	return out;
}

/* Undo the escapes of COPY's text format in place, and return the length. */
static size_t
unescape(char *s, size_t n)
{
	static const char	 from[] = "bfnrtv", to[] = "\b\f\n\r\t\v";
	const char		*known;
	size_t			 k = 0;

	for (size_t i = 0; i < n; i++, k++) {
		if (s[i] == '\\' && i + 1 < n) {
			i++;
			known = strchr(from, s[i]);
			s[k] = known != NULL && s[i] != '\0' ?
			    to[known - from] : s[i];
		} else {
			s[k] = s[i];
		}
	}
	return k;
}

/*
 * JSON as jsonb takes it: without half surrogates and NUL, which json takes.
 * Return NULL after a note if it is not JSON.
 */
static const char *
check_json(struct move *m, const char *table, const char *row,
    const char *column, char *text, size_t n)
{
	struct json_object	*o = NULL;
	struct err		 e = { 0 };
	char			*nul, *copy = arena_strndup(&m->row, text, n);

	if (text_utf8_length(copy, n) < 0) {
		move_note(m, "value", table, row, column, NULL,
		    "This is not valid UTF-8. It is left out.");
		return NULL;
	}
	if (strcasestr(copy, "\\ud") == NULL &&
	    strstr(copy, "\\u0000") == NULL)
		return copy;
	if (json_parse(copy, n, &o, &e) != 0) {
		move_note(m, "value", table, row, column, copy,
		    "This JSON cannot be read. It is left out.");
		return NULL;
	}
	text = arena_strdup(&m->row, json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	for (nul = text; (nul = strchr(nul, '\\')) != NULL; nul += 2)
		if (strncmp(nul, "\\u0000", 6) == 0)
			memcpy(nul, "\\ufffd", 6);
	if (strcmp(copy, text) != 0)
		move_note(m, "note", table, row, column, NULL, "It has "
		    "characters that cannot be stored, or is written in "
		    "another way.");
	return text;
}

/* Return the field that checks a column's values, under the column's name. */
static struct field
field_of(const struct move_table *t, const struct column *c)
{
	const char	*name = c->new_name != NULL ? c->new_name : c->name;
	struct field	 f = c->own;
	int		 i;

	if (f.max == 0 && t->schema != NULL &&
	    (i = schema_find(t->schema, name, strlen(name))) >= 0)
		f = t->schema->field[i];
	f.name = c->name;
	return f;
}

int
move_send(struct move *m, bool all, struct err *e)
{
	int	 rc;

	if (m->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	if (m->out.len == 0 || (!all && m->out.len < PIECE))
		return 0;
	rc = db_copy_put(&m->s.db, m->out.data, m->out.len, e);
	buf_clear(&m->out, 4 * PIECE);
	return rc;
}

/* Append one row that COPY returned, checked, to the rows for the stage. */
static void
copy_row(struct move *m, const struct move_table *t, const struct field *fields,
    char *p, size_t n)
{
	char		*end = p + n - (n > 0 && p[n - 1] == '\n'), *cell;
	const char	*row = NULL, *value;
	size_t		 len;

	for (size_t i = 0; t->columns[i].name != NULL; i++) {
		cell = p;
		if ((p = memchr(cell, '\t', (size_t)(end - cell))) == NULL)
			p = end;
		len = (size_t)(p - cell);
		p += p < end;
		if (i == 0)
			row = arena_strndup(&m->row, cell, len);
		if (t->columns[i].convert == COPY ||
		    (len == 2 && memcmp(cell, "\\N", 2) == 0)) {
			buf_add(&m->out, "\t", i > 0);
			buf_add(&m->out, cell, len);
			continue;
		}
		len = unescape(cell, len);
		value = t->columns[i].convert == JSON ?
		    check_json(m, t->name, row, t->columns[i].name, cell, len) :
		    move_check(m, &fields[i], t->name, row, cell, len);
		stage_value(&m->out, value);
	}
	buf_addc(&m->out, '\n');
	arena_reset(&m->row);
}

/* Is this one of the table's columns, whose names are in the rows? */
static bool
has_column(const struct rows *columns, const char *name)
{
	for (size_t i = 0; i < rows_count(columns); i++)
		if (strcmp(rows_text(columns, i, "name"), name) == 0)
			return true;
	return false;
}

/*
 * Write the COPY statements that read a table and fill its stage.  A column
 * that the table lacks is null.
 */
static int
statements(const struct move_table *t, const struct rows *columns,
    struct buf *from, struct buf *to, struct err *e)
{
	buf_adds(from, "COPY (SELECT ");
	buf_addf(to, "COPY pg_temp.%s (", t->stage);
	for (const struct column *c = t->columns; c->name != NULL; c++) {
		const char	*sep = c == t->columns ? "" : ",";

		if (has_column(columns, c->name))
			buf_addf(from, "%st.%s", sep, c->name);
		else if (c->needed)
			return err_set(e, ERR_INTERNAL, "The table %s has no "
			    "column %s: it is not the Flask backend's.",
			    t->name, c->name);
		else
			buf_addf(from, "%sNULL", sep);
		buf_addf(to, "%s%s", sep, c->new_name != NULL ? c->new_name :
		    c->name);
	}
	buf_addf(from, " FROM %s t ORDER BY 1) TO STDOUT", t->name);
	buf_adds(to, ") FROM STDIN");
	return 0;
}

/* Note the columns that this backend does not have. */
static void
note_columns(struct move *m, const struct move_table *t,
    const struct rows *columns)
{
	const char	*name;
	bool		 known;

	for (size_t i = 0; i < rows_count(columns); i++) {
		name = rows_text(columns, i, "name");
		known = strstr(t->not_copied, name) != NULL;
		for (size_t k = 0; t->columns[k].name != NULL; k++)
			known |= strcmp(t->columns[k].name, name) == 0;
		if (!known)
			move_note(m, "note", t->name, NULL, name, NULL,
			    "This column has no place here.");
	}
}

static int
copy_table(struct move *m, const struct move_table *t, struct err *e)
{
	struct field	 fields[REC_MAX];
	struct buf	 from, to;
	struct rows	*columns;
	char		*piece;
	int		 rc, n = 0;

	if (db_select(&m->from, "SELECT attname AS name FROM pg_attribute "
	    "WHERE attrelid = to_regclass($1) AND attnum > 0 "
	    "AND NOT attisdropped ORDER BY attnum", 1, &t->name, &columns,
	    e) != 0)
		return -1;
	if (rows_count(columns) == 0) {
		if (t->needed)
			return err_set(e, ERR_INTERNAL, "The other database "
			    "has no table %s in the schemas of its "
			    "search_path: it is not the Flask backend's.",
			    t->name);
		move_note(m, "note", t->name, NULL, NULL, NULL,
		    "The other database has no such table.");
		return 0;
	}
	note_columns(m, t, columns);
	for (size_t i = 0; t->columns[i].name != NULL; i++)
		fields[i] = field_of(t, &t->columns[i]);
	buf_init(&from, 8192);
	buf_init(&to, 8192);
	rc = statements(t, columns, &from, &to, e);
	if (rc == 0)
		rc = db_copy_out(&m->from, buf_str(&from), e);
	if (rc == 0)
		rc = db_copy_start(&m->s.db, buf_str(&to), e);
	buf_release(&from);
	buf_release(&to);
	while (rc == 0 && (n = db_copy_get(&m->from, &piece, e)) > 0) {
		copy_row(m, t, fields, piece, (size_t)n);
		rc = move_send(m, false, e);
	}
	if (rc != 0 || n < 0 || move_send(m, true, e) != 0)
		return -1;
	return db_copy_end(&m->s.db, e);
}

/* Note the tables that are not read. */
static int
note_others(struct move *m, struct err *e)
{
	static const char	 sql_others[] =
	    "SELECT c.relname AS name FROM pg_class c "
	    "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = "
	    "(SELECT relnamespace FROM pg_class "
	    "WHERE oid = to_regclass('voters')) ORDER BY 1";
	struct rows		*r;
	const char		*name;
	bool			 known;

	if (db_select(&m->from, sql_others, 0, NULL, &r, e) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(r); i++) {
		name = rows_text(r, i, "name");
		known = strcmp(name, "alembic_version") == 0;
		for (size_t k = 0; k < move_table_n; k++)
			known |= strcmp(move_table[k].name, name) == 0;
		if (!known)
			move_note(m, "note", name, NULL, NULL, NULL,
			    "This table is not one of the eight. It is not "
			    "moved.");
	}
	return 0;
}

int
move_tables(struct move *m, struct err *e)
{
	for (size_t i = 0; i < move_table_n; i++)
		if (copy_table(m, &move_table[i], e) != 0)
			return -1;
	return note_others(m, e);
}
