/*
 * COPY of voters and votes into the staging table.  stage_merge.c merges it.
 * Other kinds of files are staged by staged_file.c.
 */
#include "door.h"
#include "stage.h"

#define COPY_PIECE	(64 * 1024)
#define COPY_MAX	(8 * 1024 * 1024)

void
stage_init(struct stage *st, struct db *db)
{
	*st = (struct stage){ .db = db };
	buf_init(&st->out, COPY_MAX);
}

void
stage_release(struct stage *st)
{
	buf_release(&st->out);
}

int
stage_begin(struct stage *st, const char *import_id, struct err *e)
{
	/* COPY takes as long as the client sends, but ends when the program is
	 * killed. */
	static const char sql_timeout[] =
	    "SELECT set_config('statement_timeout', '0', true), "
	    "set_config('client_connection_check_interval', '1000', true), "
	    "NOT cerberus.caller_is_admin() AS refusable";
	static const char sql_stage[] = "SELECT cerberus.import_stage($1)";
	const struct db_query	 q[2] = {
		{ .sql = sql_timeout },
		{ .sql = sql_stage, .n = 1, .param = &import_id },
	};
	struct rows	*r[2];

	if (db_begin(st->db, e) != 0 || db_exec(st->db, q, 2, r, e) != 0)
		return -1;
	st->refusable = rows_bool(r[0], 0, "refusable");
	return 0;
}

/* Prepare the stage for votes: a table of them, or a column. */
static int
prepare_votes(struct stage *st, bool table, struct err *e)
{
	const char	*param = table ? "t" : "f";
	struct rows	*r;

	return db_select(st->db, "SELECT cerberus.votes_stage($1)", 1, &param,
	    &r, e);
}

int
stage_copy_votes(struct stage *st, struct err *e)
{
	st->plan = NULL;
	st->doors = st->votes = false;
	if (prepare_votes(st, true, e) != 0)
		return -1;
	return db_copy_start(st->db, "COPY pg_temp.import_history "
	    "(line,reject_column,reject_message,raw,id,code) FROM STDIN", e);
}

int
stage_copy(struct stage *st, const struct plan *plan, bool votes,
    struct err *e)
{
	struct buf	 b;
	int		 rc;

	st->plan = plan;
	st->doors = plan_has(plan, VOTER_street_address);
	st->votes = votes;
	if (votes && prepare_votes(st, false, e) != 0)
		return -1;
	buf_init(&b, 4096);
	buf_adds(&b, "COPY pg_temp.import_stage "
	    "(line,reject_column,reject_message,raw,warnings");
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (plan_has(plan, i))
			buf_addf(&b, ",%s", voter_schema.field[i].name);
	if (st->doors)
		buf_adds(&b, ",door");
	buf_adds(&b, votes ? ",votes) FROM STDIN" : ") FROM STDIN");
	rc = db_copy_start(st->db, buf_str(&b), e);
	buf_release(&b);
	return rc;
}

/* Append a value, escaped as PostgreSQL's manual says, COPY, "Text Format". */
static void
copy_text(struct buf *b, const char *s, size_t n)
{
	char	*p = buf_reserve(b, 2 * n);
	char	*start = p;

	if (p == NULL)
		return;
	for (size_t i = 0; i < n; i++) {
		char	 c = s[i];

		if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
			*p++ = '\\';
			c = c == '\n' ? 'n' : c == '\r' ? 'r' :
			    c == '\t' ? 't' : c;
		}
		*p++ = c;
	}
	b->len += (size_t)(p - start);
	b->data[b->len] = '\0';
}

void
stage_value(struct buf *b, const char *value)
{
	if (value == NULL)
		buf_add(b, "\t\\N", 3);
	else {
		buf_addc(b, '\t');
		copy_text(b, value, strlen(value));
	}
}

static void
copy_line(struct buf *b, int64_t line)
{
	char	 digits[24], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + line % 10);
	while ((line /= 10) > 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

/* Append the raw row; U+FFFD replaces NUL, which PostgreSQL cannot store. */
static void
copy_raw(struct buf *b, const struct row *row)
{
	const char	*nul, *p = row->raw;
	size_t		 n = row->raw_len;

	buf_addc(b, '\t');
	while ((nul = memchr(p, '\0', n)) != NULL) {
		copy_text(b, p, (size_t)(nul - p));
		buf_adds(b, "\xef\xbf\xbd");
		n -= (size_t)(nul + 1 - p);
		p = nul + 1;
	}
	copy_text(b, p, n);
}

/* Append the warnings as JSON; \N if there are none. */
static void
copy_notes(struct buf *b, const struct notes *l)
{
	struct buf	 json;

	if (l->n == 0) {
		buf_add(b, "\t\\N", 3);
		return;
	}
	buf_init_in(&json, l->arena, COPY_MAX);
	notes_write(l, &json);
	stage_value(b, buf_str(&json));
}

/* Append the door: "" for none; \\N leaves it to import_insert(). */
static void
copy_door(struct buf *b, const struct rec *r)
{
	char	 door[DOOR_MAX];

	stage_value(b, door_make(r->value[VOTER_street_address],
	    r->value[VOTER_zip_code], door) ? door : NULL);
}

void
stage_add(struct stage *st, const struct row *row, const struct rec *r,
    const char *votes, const struct notes *notes)
{
	struct buf	*b = &st->out;

	copy_line(b, row->line);
	buf_add(b, "\t\\N\t\\N", 6);
	/* The raw text is needed if the merge rejects the row. */
	if (r->value[VOTER_voter_registration_id] != NULL && (st->refusable ||
	    r->value[VOTER_date_of_birth] != NULL ||
	    r->value[VOTER_birth_year] != NULL))
		copy_raw(b, row);
	else
		stage_value(b, NULL);
	copy_notes(b, notes);
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (plan_has(st->plan, i))
			stage_value(b, r->value[i]);
	if (st->doors)
		copy_door(b, r);
	if (st->votes)
		stage_value(b, votes);
	buf_addc(b, '\n');
}

void
stage_vote(struct stage *st, const struct row *row, const char *id, size_t n,
    int code)
{
	struct buf	*b = &st->out;

	copy_line(b, row->line);
	buf_add(b, "\t\\N\t\\N\t\\N\t", 10);
	copy_text(b, id, n);
	buf_addc(b, '\t');
	copy_line(b, code);
	buf_addc(b, '\n');
}

void
stage_reject(struct stage *st, const struct row *row, const char *column,
    const char *message)
{
	struct buf	*b = &st->out;

	copy_line(b, row->line);
	stage_value(b, column);
	stage_value(b, message);
	copy_raw(b, row);
	if (st->plan != NULL)
		buf_add(b, "\t\\N", 3);
	for (size_t i = 0; st->plan != NULL && i < VOTER__MAX; i++)
		if (plan_has(st->plan, i))
			buf_add(b, "\t\\N", 3);
	if (st->doors)
		buf_add(b, "\t\\N", 3);
	if (st->votes)
		buf_add(b, "\t\\N", 3);
	if (st->plan == NULL)
		buf_add(b, "\t\\N\t\\N", 6);
	buf_addc(b, '\n');
}

void
stage_clear(struct stage *st)
{
	buf_clear(&st->out, 4 * COPY_PIECE);
}

static int
flush(struct stage *st, struct err *e)
{
	int	 rc;

	if (st->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	rc = db_copy_put(st->db, st->out.data, st->out.len, e);
	stage_clear(st);
	return rc;
}

int
stage_send(struct stage *st, struct err *e)
{
	return st->out.len >= COPY_PIECE ? flush(st, e) : 0;
}

int
stage_end(struct stage *st, struct err *e)
{
	if (st->out.len > 0 && flush(st, e) != 0)
		return -1;
	return db_copy_end(st->db, e);
}

int
stage_file_warnings(struct stage *st, const struct notes *l, struct err *e)
{
	static const char sql[] =
	    "INSERT INTO pg_temp.import_warning (line, message) "
	    "VALUES ($1, $2)";
	struct rows	*r;
	char		 line[24];

	for (size_t i = 0; i < l->n; i++) {
		const char	*param[2] = { line, l->note[i].message };

		snprintf(line, sizeof(line), "%lld",
		    (long long)l->note[i].line);
		if (db_select(st->db, sql, 2, param, &r, e) != 0)
			return -1;
	}
	return 0;
}
