/* Voter files into the table. */
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/text.h"
#include "import.h"
#include "normalise.h"
#include "record/json.h"

#define COPY_PIECE	(64 * 1024)
#define WATCH_MS	1000
#define TELL_MS		100

static const char *const modes[] = { "update", "fill", "skip" };
static const char *const orders[] = { "mdy", "dmy", "ymd" };

void
import_options_init(struct import_options *o)
{
	*o = (struct import_options){ .mode = modes[0], .header = -1,
	    .quote = -1, .order = -1 };
}

static const struct {
	const char	*name;
	bool		 reads;
} options[] = {
	{ "campaign_id", false }, { "layout", true }, { "mapping", true },
	{ "mode", false }, { "has_header", true }, { "delimiter", true },
	{ "quote", true }, { "encoding", true }, { "date_order", true },
	{ "dry_run", false }, { "keep_unmapped", true },
};

bool
import_is_option(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return true;
	return false;
}

bool
import_option_reads(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return options[i].reads;
	return false;
}

static int
read_truth(const char *name, const char *value, size_t n, bool *out,
    struct err *e)
{
	if (!text_bool(value, n, out))
		return err_field(e, name, "invalid_boolean",
		    "%s must be true or false.", name);
	return 0;
}

static int
read_delimiter(struct import_options *o, const char *s, size_t n,
    struct err *e)
{
	static const struct { const char *word; char c; } words[] = {
		{ "tab", '\t' }, { "\\t", '\t' }, { "comma", ',' },
		{ "bar", '|' }, { "pipe", '|' }, { "semicolon", ';' },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (text_is(s, n, words[i].word)) {
			o->delimiter = words[i].c;
			return 0;
		}
	if (n != 1 || strchr(",\t|;", *s) == NULL)
		return err_field(e, "delimiter", "invalid_choice",
		    "delimiter must be a comma, tab, | or ;.");
	o->delimiter = *s;
	return 0;
}

static int
read_word(const char *name, const char *const *words, size_t count,
    const char *s, size_t n, size_t *out, struct err *e)
{
	for (size_t i = 0; i < count; i++)
		if (text_is(s, n, words[i])) {
			*out = i;
			return 0;
		}
	return err_field(e, name, "invalid_choice", "%s must be %s, %s or %s.",
	    name, words[0], words[1], words[2]);
}

int
import_option(struct import_options *o, struct arena *a, const char *name,
    const char *value, size_t n, struct err *e)
{
	static const struct field campaign = {
		.name = "campaign_id", .kind = KIND_INT, .low = 1,
		.high = INT64_MAX
	};
	size_t	 i;
	bool	 truth;

	/* A tab is white space, but here it is meant. */
	if (strcmp(name, "delimiter") == 0 && n > 0)
		return read_delimiter(o, value, n, e);
	text_trim(&value, &n);
	/* A form sends what was left blank, too. */
	if (n == 0)
		return 0;
	if (strcmp(name, "campaign_id") == 0)
		return field_check(&campaign, a, value, n, &o->campaign_id, e);
	if (strcmp(name, "layout") == 0) {
		o->layout = arena_strndup(a, value, n);
		return 0;
	}
	if (strcmp(name, "mapping") == 0) {
		json_object_put(o->mapping);
		o->mapping = NULL;
		if (json_parse(value, n, &o->mapping, e) != 0) {
			err_clear(e);
			return err_field(e, name, "invalid_json",
			    "mapping must be a JSON object.");
		}
		return 0;
	}
	if (strcmp(name, "mode") == 0) {
		if (read_word(name, modes, 3, value, n, &i, e) != 0)
			return -1;
		o->mode = modes[i];
		return 0;
	}
	if (strcmp(name, "date_order") == 0) {
		if (read_word(name, orders, 3, value, n, &i, e) != 0)
			return -1;
		o->order = (int)i;
		return 0;
	}
	if (strcmp(name, "quote") == 0) {
		if (!text_is(value, n, "none") && !text_is(value, n, "\""))
			return err_field(e, name, "invalid_choice",
			    "quote must be \" or none.");
		o->quote = *value == '"';
		return 0;
	}
	if (strcmp(name, "encoding") == 0) {
		o->encoding = arena_strndup(a, value, n);
		return 0;
	}
	if (read_truth(name, value, n, &truth, e) != 0)
		return -1;
	if (strcmp(name, "has_header") == 0)
		o->header = truth;
	else if (strcmp(name, "dry_run") == 0)
		o->dry_run = truth;
	else
		o->keep_unmapped = truth;
	return 0;
}

void
import_init(struct import *im, struct arena *a, const struct cfg *cfg,
    struct db *db)
{
	memset(im, 0, sizeof(*im));
	im->arena = a;
	im->cfg = cfg;
	im->db = db;
	import_options_init(&im->opt);
	db_init(&im->watch, cfg->database_url, cfg->statement_timeout_ms,
	    DB_KEEP_NONE);
	db_identity(&im->watch, db->identity);
	buf_init(&im->out, 8 * 1024 * 1024);
	date_today(im->today);
	for (size_t i = 0; i < VOTER__MAX; i++) {
		im->field[i] = voter_schema.field[i];
		/* A cell in quotes may go over several lines, whichever the
		 * column; JSON's names may not. */
		if (im->field[i].kind == KIND_TEXT)
			im->field[i].flags |= F_LINES;
	}
}

void
import_release(struct import *im)
{
	db_release(&im->watch);
	buf_release(&im->out);
	arena_release(&im->scratch);
	json_object_put(im->opt.mapping);
	im->opt.mapping = NULL;
}

int
import_open(struct import *im, struct err *e)
{
	static const char sql[] =
	    "SELECT cerberus.import_open($1, $2, $3, $4, $5, $6)";
	const char	*param[6] = { im->opt.campaign_id, im->opt.file_name,
			    im->opt.layout, im->opt.mode,
			    im->opt.dry_run ? "t" : "f", "{}" };
	PGresult	*res;

	if (im->id != NULL)
		return 0;
	if (im->opt.mapping != NULL)
		param[5] = arena_printf(im->arena, "{\"mapping\":%s}",
		    json_object_to_json_string_ext(im->opt.mapping,
		    JSON_C_TO_STRING_PLAIN));
	if (db_one(&im->watch, sql, 6, param, &res, e) != 0)
		return -1;
	im->id = arena_strdup(im->arena, PQgetvalue(res, 0, 0));
	PQclear(res);
	return 0;
}

/* Tells those who watch.  That it cannot be told stops nothing. */
static void
watch(struct import *im, const char *stage)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET stage = $2, bytes_read = $3, "
	    "rows = $4, rejected = $5, layout = $6 WHERE import_id = $1";
	const char	*param[6];
	char		 number[3][24];
	struct err	*e = arena_zalloc(&im->scratch, sizeof(*e));
	PGresult	*res;

	snprintf(number[0], sizeof(number[0]), "%lld", (long long)im->bytes);
	snprintf(number[1], sizeof(number[1]), "%lld", (long long)im->rows);
	snprintf(number[2], sizeof(number[2]), "%lld",
	    (long long)im->rejected);
	param[0] = im->id;
	param[1] = stage;
	for (size_t i = 0; i < 3; i++)
		param[2 + i] = number[i];
	param[5] = im->layout.name;
	if (db_one(&im->watch, sql, 6, param, &res, e) == 0)
		PQclear(res);
}

static void
tell(struct import *im, const char *stage, bool at_once)
{
	int64_t	 now = clock_ms();

	if (im->progress != NULL)
		im->progress(im, stage, im->progress_ctx);
	if (at_once || now - im->reported >= WATCH_MS) {
		im->reported = now;
		watch(im, stage);
	}
}

/* A COPY text format value: PostgreSQL's manual, COPY, "Text Format". */
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

static void
copy_value(struct buf *b, const char *value)
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

static void
note(struct import *im, struct import_note *list, size_t n, int64_t line,
    const char *column, const char *message)
{
	if (n < IMPORT_SHOWN)
		list[n] = (struct import_note){ line,
		    arena_strdup(im->arena, column),
		    arena_strdup(im->arena, message) };
}

/* A row that is not taken goes to the stage as it came, with the reason. */
static void
reject(struct import *im, const struct row *row, const char *column,
    const char *message)
{
	struct buf	*b = &im->out;
	const char	*nul, *p = row->raw;
	size_t		 n = row->raw_len;

	note(im, im->error, im->nerrors, row->line, column, message);
	im->nerrors += im->nerrors < IMPORT_SHOWN;
	im->rejected++;
	copy_line(b, row->line);
	copy_value(b, column);
	copy_value(b, message);
	buf_addc(b, '\t');
	/* PostgreSQL's text holds no NUL: U+FFFD stands for it. */
	while ((nul = memchr(p, '\0', n)) != NULL) {
		copy_text(b, p, (size_t)(nul - p));
		buf_adds(b, "\xef\xbf\xbd");
		n -= (size_t)(nul + 1 - p);
		p = nul + 1;
	}
	copy_text(b, p, n);
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (im->plan.fields >> i & 1)
			buf_add(b, "\t\\N", 3);
	buf_addc(b, '\n');
}

/* A target's text: its cells joined by single spaces, blank ones left out. */
static const char *
gather(struct import *im, const struct target *t, const struct row *row,
    size_t *len)
{
	const char	*s, *only = NULL;
	struct buf	 b;
	size_t		 n, count = 0;

	*len = 0;
	if (t->n == 1) {
		if (t->cell[0] >= row->n)
			return "";
		*len = row->cell[t->cell[0]].n;
		return row->cell[t->cell[0]].p;
	}
	buf_init(&b, READER_ROW);
	for (size_t i = 0; i < t->n; i++) {
		if (t->cell[i] >= row->n)
			continue;
		s = row->cell[t->cell[i]].p;
		n = row->cell[t->cell[i]].n;
		text_trim(&s, &n);
		if (n == 0)
			continue;
		if (count++ == 0) {
			only = s;
			*len = n;
			continue;
		}
		if (count == 2)
			buf_add(&b, only, *len);
		buf_addc(&b, ' ');
		buf_add(&b, s, n);
	}
	if (count > 1) {
		only = arena_strndup(&im->scratch, buf_str(&b), b.len);
		*len = b.len;
	}
	buf_release(&b);
	return only != NULL ? only : "";
}

static const char *
map_value(const struct value *v, const char *s, size_t *n)
{
	for (; v != NULL; v = v->next)
		if (v->from == NULL || text_is(s, *n, v->from)) {
			*n = strlen(v->to);
			return v->to;
		}
	return s;
}

static int
take_date(struct import *im, struct rec *r, const struct row *row,
    int field, const char *s, size_t n, struct err *e)
{
	const struct field	*f = &im->field[field];
	char			 out[11];
	enum date_order		 order = im->opt.order != -1 ?
				    (enum date_order)im->opt.order :
				    im->layout.order;

	switch (date_read(s, n, order, im->today, out)) {
	case DATE_OK:
		return rec_set(r, (size_t)field, out, 10, e);
	case DATE_YEAR:
		if (field == VOTER_date_of_birth)
			return rec_set(r, VOTER_birth_year, out, 4, e);
		break;
	case DATE_HIDDEN:
		if (im->nwarnings < IMPORT_SHOWN)
			note(im, im->warning, (size_t)im->nwarnings,
			    row->line, f->name, arena_printf(im->arena,
			    "%s is not told; it stays blank.", f->name));
		im->nwarnings++;
		return 0;
	case DATE_BAD:
		break;
	}
	return err_field(e, f->name, "invalid_date", "%s is no date that the "
	    "calendar has: %.*s.", f->name, n < 40 ? (int)n : 40, s);
}

static int
take_object(struct rec *r, int field, const char *s, size_t n, struct err *e)
{
	const char		*name = r->schema->field[field].name;
	struct json_object	*o;
	int			 rc;

	if (json_parse(s, n, &o, e) != 0) {
		err_clear(e);
		return err_field(e, name, "invalid_json",
		    "%s must be a JSON object.", name);
	}
	/* The cell as json-c writes it again: what jsonb refuses, such as half
	 * a surrogate pair, would end the whole file. */
	rc = json_object_is_type(o, json_type_object) ?
	    rec_set_json(r, (size_t)field, o, e) :
	    err_field(e, name, "invalid_type", "%s must be a JSON object.",
	    name);
	json_object_put(o);
	return rc;
}

/* One text into one of our columns, with what its kind wants. */
static int
take(struct import *im, struct rec *r, const struct row *row, int field,
    const char *s, size_t n, struct err *e)
{
	const char	*value;
	size_t		 skip;

	text_trim(&s, &n);
	if (n == 0)
		return 0;
	skip = unguard(s, n);
	s += skip;
	n -= skip;
	switch (im->field[field].kind) {
	case KIND_DATE:
		return take_date(im, r, row, field, s, n, e);
	case KIND_OBJECT:
		return take_object(r, field, s, n, e);
	case KIND_TEXTS:
		if (texts_read(r->arena, &im->field[field], s, n, &value,
		    e) != 0)
			return -1;
		if (value != NULL)
			rec_put(r, (size_t)field, value);
		return 0;
	default:
		if (field_check(&im->field[field], r->arena, s, n, &value,
		    e) != 0)
			return -1;
		if (value != NULL)
			rec_put(r, (size_t)field, value);
		/* The check lowers ASCII; PostgreSQL has to do the rest. */
		if (field == VOTER_email_address && !im->fold)
			for (const char *p = value; p != NULL && *p != '\0';
			    p++)
				im->fold |= (unsigned char)*p >= 0x80;
		return 0;
	}
}

/* A column of theirs that holds several of ours; the last takes the rest. */
static int
take_split(struct import *im, struct rec *r, const struct row *row,
    const struct split *sp, size_t cell, struct err *e)
{
	const char	*s, *end, *at;
	size_t		 n;
	int		 rc = 0;

	if (cell >= row->n)
		return 0;
	s = row->cell[cell].p;
	n = row->cell[cell].n;
	text_trim(&s, &n);
	end = s + n;
	for (size_t i = 0; i < sp->n && s < end; i++) {
		at = i + 1 < sp->n ? memmem(s, (size_t)(end - s),
		    sp->before[i + 1], strlen(sp->before[i + 1])) : NULL;
		n = (size_t)((at != NULL ? at : end) - s);
		if (r->value[sp->field[i]] == NULL)
			rc |= take(im, r, row, sp->field[i], s, n, e);
		s = at != NULL ? at + strlen(sp->before[i + 1]) : end;
	}
	return rc;
}

/* The columns that nobody mapped, as custom_fields, over what is there. */
static int
keep_unmapped(struct import *im, struct rec *r, const struct row *row,
    struct err *e)
{
	const char	*have = r->value[VOTER_custom_fields];
	struct buf	 b;
	size_t		 count = 0;
	int		 rc = 0;

	buf_init(&b, 2 * READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; i < im->plan.nunmapped; i++) {
		size_t		 at = im->plan.unmapped[i];
		const char	*s, *name;
		size_t		 n;

		if (at >= row->n)
			continue;
		s = row->cell[at].p;
		n = row->cell[at].n;
		text_trim(&s, &n);
		if (n == 0)
			continue;
		if (text_utf8_length(s, n) == -1 ||
		    memchr(s, '\0', n) != NULL) {
			rc = err_field(e, "custom_fields", "invalid_text",
			    "A cell that is kept holds no valid text.");
			break;
		}
		name = im->plan.heading != NULL ? im->plan.heading[at] :
		    arena_printf(&im->scratch, "column %zu", at + 1);
		if (count++ > 0)
			buf_addc(&b, ',');
		json_add_string(&b, name, strlen(name));
		buf_addc(&b, ':');
		json_add_string(&b, s, n);
	}
	if (rc == 0 && count > 0) {
		if (have != NULL && have[1 + strspn(have + 1, " \n\r\t")] !=
		    '}') {
			buf_addc(&b, ',');
			buf_adds(&b, strchr(have, '{') + 1);
		} else {
			buf_addc(&b, '}');
		}
		if (b.failed)
			rc = err_field(e, "custom_fields", "too_long",
			    "The cells that are kept are too long.");
		else
			rec_put(r, VOTER_custom_fields, arena_strndup(
			    &im->scratch, buf_str(&b), b.len));
	}
	buf_release(&b);
	return rc;
}

/* Every column of a row; the first thing wrong is in im->row_err. */
static int
check_row(struct import *im, const struct row *row, struct rec *r)
{
	struct err	*e = &im->row_err;
	const char	*s;
	size_t		 n;

	for (size_t i = im->plan.cells; im->plan.cells > 0 && i < row->n;
	    i++) {
		s = row->cell[i].p;
		n = row->cell[i].n;
		text_trim(&s, &n);
		if (n > 0)
			return err_field(e, "", "extra_cells",
			    "The row has more cells than the header.");
	}
	for (size_t i = 0; i < im->plan.n; i++) {
		const struct target	*t = &im->plan.target[i];

		s = gather(im, t, row, &n);
		text_trim(&s, &n);
		if (t->values != NULL && n > 0)
			s = map_value(t->values, s, &n);
		if (n == 0 && t->constant != NULL) {
			s = t->constant;
			n = strlen(s);
		}
		if (n > 0 && take(im, r, row, t->field, s, n, e) != 0)
			return -1;
	}
	for (size_t i = 0; i < im->plan.nsplit; i++)
		if (take_split(im, r, row, im->plan.split[i],
		    im->plan.split_cell[i], e) != 0)
			return -1;
	if (im->opt.keep_unmapped && keep_unmapped(im, r, row, e) != 0)
		return -1;
	return rec_require(r, true, e);
}

static bool
is_blank(const struct row *row)
{
	const char	*s;
	size_t		 n;

	for (size_t i = 0; i < row->n; i++) {
		s = row->cell[i].p;
		n = row->cell[i].n;
		text_trim(&s, &n);
		if (n > 0)
			return false;
	}
	return row->fault == NULL;
}

static void
take_row(struct import *im, const struct row *row)
{
	struct arena_mark	 mark = arena_mark(&im->scratch);
	struct rec		 r;

	/* What a spreadsheet leaves of an empty line. */
	if (is_blank(row))
		return;
	im->rows++;
	if (row->fault != NULL) {
		reject(im, row, "", row->fault);
		return;
	}
	rec_init(&r, &voter_schema, &im->scratch);
	im->row_err.code = ERR_NONE;
	im->row_err.nfields = 0;
	im->row_err.msg[0] = '\0';
	if (check_row(im, row, &r) != 0) {
		if (im->row_err.nfields > 0)
			reject(im, row, im->row_err.field[0].name,
			    im->row_err.field[0].msg);
		else
			reject(im, row, "", im->row_err.msg);
	} else {
		copy_line(&im->out, row->line);
		buf_add(&im->out, "\t\\N\t\\N\t\\N", 9);
		for (size_t i = 0; i < VOTER__MAX; i++)
			if (im->plan.fields >> i & 1)
				copy_value(&im->out, r.value[i]);
		buf_addc(&im->out, '\n');
	}
	arena_rewind(&im->scratch, mark);
}

/* The layout, by name or by the header, with the request's words over it. */
static int
choose(struct import *im, const struct row *first, struct err *e)
{
	const struct import_options	*o = &im->opt;
	const char			*dir = im->cfg->layouts_dir;

	if (o->layout == NULL && o->mapping == NULL && o->header != 0 &&
	    layout_recognise(&im->layout, im->arena, dir, first, e) != 0)
		return -1;
	if (o->mapping != NULL &&
	    layout_map(&im->layout, im->arena, o->mapping, e) != 0)
		return -1;
	if (o->header != -1)
		im->layout.header = o->header;
	return 0;
}

/* Reads past the header's end, and the layout that follows from it. */
static int
begin(struct import *im, struct reader *rd, struct source *src,
    struct row *first, bool *header, struct err *e)
{
	const struct import_options	*o = &im->opt;
	char				 delimiter;
	bool				 quoted;
	int				 got;

	layout_init(&im->layout);
	if (o->layout != NULL && layout_load(&im->layout, im->arena,
	    im->cfg->layouts_dir, o->layout, e) != 0)
		return -1;
	if (reader_open(rd, im->arena, src, o->encoding != NULL ? o->encoding :
	    im->layout.encoding, e) != 0)
		return -1;
	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	if (o->delimiter != '\0' || im->layout.delimiter != '\0')
		delimiter = o->delimiter != '\0' ? o->delimiter :
		    im->layout.delimiter;
	if (o->quote != -1 || im->layout.quote != -1)
		quoted = o->quote != -1 ? o->quote : im->layout.quote;
	reader_set(rd, delimiter, quoted);
	do
		got = reader_next(rd, first, e);
	while (got == 1 && is_blank(first));
	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	if (first->fault != NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The first row cannot be "
		    "read: %s", first->fault);
	if (choose(im, first, e) != 0)
		return -1;
	/* A layout that the header told may quote otherwise. */
	if (o->quote == -1 && im->layout.quote != -1)
		reader_set(rd, delimiter, im->layout.quote);
	if (plan_make(&im->plan, im->arena, &im->layout, first, header,
	    e) != 0)
		return -1;
	/* A birth date may turn out to be a year. */
	if (im->plan.fields >> VOTER_date_of_birth & 1)
		im->plan.fields |= UINT64_C(1) << VOTER_birth_year;
	if (o->keep_unmapped)
		im->plan.fields |= UINT64_C(1) << VOTER_custom_fields;
	if (im->plan.missing != NULL) {
		note(im, im->warning, (size_t)im->nwarnings, 1, "",
		    arena_printf(im->arena, "The header lacks: %s.",
		    im->plan.missing));
		im->nwarnings++;
	}
	return 0;
}

/* ", a, b": the fields of the plan, in the schema's order. */
static void
add_names(const struct import *im, struct buf *b, const char *sep)
{
	for (size_t i = 0; i < VOTER__MAX; i++)
		if (im->plan.fields >> i & 1) {
			buf_adds(b, sep);
			buf_adds(b, voter_schema.field[i].name);
			sep = ",";
		}
}

/*
 * Begins the transaction, whose lock tells import_reap() that somebody is at
 * work: before the first rows, for which a slow sender may take minutes.
 */
static int
start_stage(struct import *im, struct err *e)
{
	/* A merge takes its time, but not for a program that was killed. */
	static const char sql_timeout[] =
	    "SELECT set_config('statement_timeout', '0', true), "
	    "set_config('client_connection_check_interval', '1000', true)";
	static const char sql_stage[] = "SELECT cerberus.import_stage($1)";
	const struct db_query	 q[2] = {
		{ .sql = sql_timeout },
		{ .sql = sql_stage, .n = 1, .param = &im->id },
	};
	PGresult	*res[2];

	if (db_begin(im->db, e) != 0 || db_run(im->db, q, 2, res, e) != 0)
		return -1;
	PQclear(res[0]);
	PQclear(res[1]);
	return 0;
}

static int
start_copy(struct import *im, struct err *e)
{
	struct buf	 b;
	int		 rc;

	buf_init(&b, 4096);
	buf_adds(&b, "COPY pg_temp.import_stage "
	    "(line,reject_column,reject_message,raw");
	add_names(im, &b, ",");
	buf_adds(&b, ") FROM STDIN");
	rc = db_copy_start(im->db, buf_str(&b), e);
	buf_release(&b);
	return rc;
}

static int
flush(struct import *im, struct err *e)
{
	int	 rc;

	if (im->out.failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	rc = db_copy_put(im->db, im->out.data, im->out.len, e);
	buf_clear(&im->out, 4 * COPY_PIECE);
	return rc;
}

static int
copy_rows(struct import *im, struct reader *rd, struct row *row, bool header,
    struct err *e)
{
	int64_t	 told = clock_ms();
	int	 got = 1;

	if (!header)
		take_row(im, row);
	for (int64_t i = 1; (got = reader_next(rd, row, e)) == 1; i++) {
		take_row(im, row);
		if (im->out.len >= COPY_PIECE && flush(im, e) != 0)
			return -1;
		if (i % 512 == 0 && clock_ms() - told >= TELL_MS) {
			told = clock_ms();
			im->bytes = rd->decoder.bytes;
			tell(im, "reading", false);
		}
	}
	if (got == -1)
		return -1;
	im->bytes = rd->decoder.bytes;
	if (im->out.len > 0 && flush(im, e) != 0)
		return -1;
	return db_copy_end(im->db, e);
}

int
import_stage(struct import *im, struct source *src, struct err *e)
{
	struct reader	*rd = arena_alloc(im->arena, sizeof(*rd));
	struct row	 first;
	bool		 header;
	unsigned	 n = sizeof(im->sha256);
	int		 rc = -1;

	memset(rd, 0, sizeof(*rd));
	rd->decoder.cd = (iconv_t)-1;
	if (start_stage(im, e) == 0 &&
	    begin(im, rd, src, &first, &header, e) == 0 &&
	    start_copy(im, e) == 0)
		rc = copy_rows(im, rd, &first, header, e);
	if (rc == 0)
		EVP_DigestFinal_ex(rd->decoder.digest, im->sha256, &n);
	reader_close(rd);
	return rc;
}

/* {"a","b"}: the headings that nobody wanted. */
static const char *
unmapped_array(struct import *im)
{
	struct buf	 b;
	const char	*out, *p;

	buf_init(&b, READER_ROW);
	buf_addc(&b, '{');
	for (size_t i = 0; im->plan.heading != NULL &&
	    i < im->plan.nunmapped; i++) {
		buf_adds(&b, i > 0 ? ",\"" : "\"");
		for (p = im->plan.heading[im->plan.unmapped[i]]; *p != '\0';
		    p++) {
			if (*p == '"' || *p == '\\')
				buf_addc(&b, '\\');
			buf_addc(&b, *p);
		}
		buf_addc(&b, '"');
	}
	buf_addc(&b, '}');
	out = b.failed || text_utf8_length(b.data, b.len) == -1 ? "{}" :
	    arena_strdup(im->arena, b.data);
	buf_release(&b);
	return out;
}

int
import_finish(struct import *im, struct err *e)
{
	static const char sql[] =
	    "SELECT rows, created, updated, unchanged, duplicates, rejected "
	    "FROM cerberus.import_merge($1, $2, $3, $4, $5, $6, $7)";
	const char	*param[7];
	char		 sha[2 + 64 + 1] = "\\x";
	int64_t		*count[] = { &im->rows, &im->created, &im->updated,
			    &im->unchanged, &im->duplicates, &im->rejected };
	struct buf	 names;
	PGresult	*res;

	tell(im, "merging", true);
	buf_init(&names, 4096);
	buf_addc(&names, '{');
	add_names(im, &names, "");
	buf_addc(&names, '}');
	text_hex(im->sha256, sizeof(im->sha256), sha + 2);
	param[0] = im->id;
	param[1] = im->opt.campaign_id;
	param[2] = arena_strdup(im->arena, buf_str(&names));
	param[3] = im->fold ? "t" : "f";
	param[4] = arena_printf(im->arena, "%lld", (long long)im->bytes);
	param[5] = sha;
	param[6] = unmapped_array(im);
	buf_release(&names);
	if (db_one(im->db, sql, 7, param, &res, e) != 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(count); i++)
		if (!text_int64(PQgetvalue(res, 0, (int)i),
		    (size_t)PQgetlength(res, 0, (int)i), count[i]))
			*count[i] = 0;
	PQclear(res);
	if (db_commit(im->db, e) != 0)
		return -1;
	im->over = true;
	if (im->progress != NULL)
		im->progress(im, "done", im->progress_ctx);
	return 0;
}

void
import_again(struct import *im)
{
	db_rollback(im->db);
	buf_clear(&im->out, 4 * COPY_PIECE);
	im->rows = im->bytes = im->rejected = im->nwarnings = 0;
	im->nerrors = 0;
}

/* Why, as a person reads it. */
static const char *
reason(const struct err *e)
{
	if (e->msg[0] != '\0')
		return e->msg;
	if (e->nfields > 0)
		return e->field[0].msg;
	if (e->code == ERR_UNAVAILABLE)
		return "The database could not be reached.";
	return "Something went wrong on the server.";
}

void
import_fail(struct import *im, const struct err *why)
{
	static const char sql[] =
	    "UPDATE cerberus.imports SET state = 'failed', error = $2, "
	    "finished_at = clock_timestamp() "
	    "WHERE import_id = $1 AND state = 'running'";
	const char	*param[2] = { im->id, reason(why) };
	struct err	*e;
	PGresult	*res;

	db_rollback(im->db);
	if (im->id == NULL || im->over)
		return;
	im->over = true;
	/* A server that restarts is back in a moment. */
	for (int i = 0; i < 10; i++) {
		e = arena_zalloc(&im->scratch, sizeof(*e));
		if (db_one(&im->watch, sql, 2, param, &res, e) == 0) {
			PQclear(res);
			return;
		}
		if (e->code != ERR_UNAVAILABLE)
			return;
		usleep(500000);
	}
}

static void
answer_notes(struct buf *b, const char *name, const struct import_note *list,
    size_t n)
{
	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		buf_addf(b, "%s{\"line\":%lld,\"column\":", i > 0 ? "," : "",
		    (long long)list[i].line);
		if (*list[i].column == '\0')
			buf_adds(b, "null");
		else
			json_add_string(b, list[i].column,
			    strlen(list[i].column));
		buf_adds(b, ",\"message\":");
		json_add_string(b, list[i].message, strlen(list[i].message));
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

void
import_answer(const struct import *im, struct buf *b)
{
	const char	*name;

	buf_addf(b, "{\"message\":\"File processed successfully\","
	    "\"import_id\":%s,\"rows\":%lld,\"created\":%lld,"
	    "\"updated\":%lld,\"unchanged\":%lld,\"duplicates\":%lld,"
	    "\"rejected\":%lld", im->id, (long long)im->rows,
	    (long long)im->created, (long long)im->updated,
	    (long long)im->unchanged, (long long)im->duplicates,
	    (long long)im->rejected);
	answer_notes(b, "errors", im->error, im->nerrors);
	answer_notes(b, "warnings", im->warning, im->nwarnings <
	    IMPORT_SHOWN ? (size_t)im->nwarnings : IMPORT_SHOWN);
	buf_adds(b, ",\"unmapped_columns\":[");
	for (size_t i = 0; im->plan.heading != NULL &&
	    i < im->plan.nunmapped; i++) {
		name = im->plan.heading[im->plan.unmapped[i]];
		if (i > 0)
			buf_addc(b, ',');
		json_add_string(b, name, strlen(name));
	}
	buf_adds(b, "],\"layout\":");
	if (im->layout.name != NULL)
		json_add_string(b, im->layout.name, strlen(im->layout.name));
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"dry_run\":%s}", im->opt.dry_run ? "true" : "false");
}
