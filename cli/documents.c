/*
 * The documents that report donations, for cerberus donations check: the
 * summary and the exports.  Each is made by the handler of its route and added
 * up here.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/text.h"
#include "documents.h"
#include "money/donation_export.h"
#include "money/donation_report.h"
#include "output.h"
#include "record/json.h"

#define COLUMNS_MAX	100
#define FEC_AMOUNT	20	/* the place of a row's amount, from 0 */
#define FEC_MEMO	42	/* of the memo code in Schedule A */
#define FEC_MEMO_B	41	/* and in Schedule B */

/* The members of the summary and the columns of the export that have a sum. */
static const char *const members[SUM__MAX] = {
	"amount_received", "amount_refunded", "amount_disputed", "net", "fees",
	"net_of_fees"
};

struct document {
	FILE		*file;
	char		*text;		/* NULL if it is empty */
	size_t		 n;
	const char	*at;
	char		 cell[256];	/* the cell that next_cell() read */
};

/* Make a document into a temporary file, and map it. */
static int
make(struct audit *a, struct document *d, int (*handle)(struct req *,
    struct resp *, struct err *), const char *campaign, const char *format)
{
	struct pair	 pair[2] = {
		{ "campaign_id", campaign, strlen(campaign) }
	};
	struct form	 query = { .pair = pair, .n = 1 };
	struct stat	 st;

	memset(d, 0, sizeof(*d));
	if (format != NULL)
		pair[query.n++] = (struct pair){ "format", format,
		    strlen(format) };
	if ((d->file = tmpfile()) == NULL)
		return err_set(&a->s.err, ERR_INTERNAL,
		    "A temporary file cannot be made.");
	if (output_run(&a->s, handle, "/", &query, fileno(d->file)) != 0)
		return -1;
	if (fstat(fileno(d->file), &st) != 0)
		return err_set(&a->s.err, ERR_INTERNAL, "fstat");
	d->n = (size_t)st.st_size;
	if (d->n > 0) {
		d->text = mmap(NULL, d->n, PROT_READ, MAP_PRIVATE,
		    fileno(d->file), 0);
		if (d->text == MAP_FAILED) {
			d->text = NULL;
			return err_set(&a->s.err, ERR_INTERNAL, "mmap");
		}
	}
	d->at = d->text;
	return 0;
}

static void
discard(struct document *d)
{
	if (d->text != NULL)
		munmap(d->text, d->n);
	if (d->file != NULL)
		fclose(d->file);
}

/*
 * Read one cell of CSV, or of the FEC's format, whose cells are not quoted, and
 * set *last if it ends its row.  A longer cell is cut; no sum is so long.
 */
static bool
next_cell(struct document *d, char separator, bool *last)
{
	const char	*end;
	size_t		 n = 0;
	bool		 quoted = false;

	if (d->text == NULL)
		return false;
	end = d->text + d->n;
	if (d->at >= end)
		return false;
	for (; d->at < end; d->at++) {
		if (*d->at == '"' && separator == ',')
			quoted = !quoted;
		else if (!quoted && (*d->at == separator || *d->at == '\n'))
			break;
		else if (*d->at != '\r' && n < sizeof(d->cell) - 1)
			d->cell[n++] = *d->at;
	}
	d->cell[n] = '\0';
	*last = d->at >= end || *d->at == '\n';
	d->at++;
	return true;
}

static const struct expected *
of_currency(const struct expected *x, size_t n, const char *currency)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(x[i].currency, currency) == 0)
			return &x[i];
	return NULL;
}

/* Compare the sums of a document with the ledger's. */
static void
compare(struct audit *a, const char *document, const struct expected *x,
    const int64_t *sum)
{
	char	 where[100];

	snprintf(where, sizeof(where), "campaign %s, %s, %s", x->campaign,
	    x->currency, document);
	for (size_t i = 0; i < SUM__MAX; i++)
		if (sum[i] != x->sum[i])
			audit_differs(a, where, members[i], sum[i], x->sum[i]);
}

/* Add up the rows of one section of the summary in one currency. */
static void
add_section(struct json_object *rows, const char *currency, int64_t *sum)
{
	struct json_object	*row, *v;

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		row = json_object_array_get_idx(rows, i);
		if (!json_object_object_get_ex(row, "currency", &v) ||
		    strcmp(json_object_get_string(v), currency) != 0)
			continue;
		for (size_t k = 0; k < SUM__MAX; k++)
			if (json_object_object_get_ex(row, members[k], &v))
				sum[k] += json_object_get_int64(v);
	}
}

/*
 * Compare each section of the summary with the ledger: each divides the same
 * donations, so all have the same sums.
 */
static int
check_summary(struct audit *a, const struct expected *x, size_t n)
{
	struct json_object	*o = NULL;
	struct document		 d;
	int			 rc;

	rc = make(a, &d, donation_summary, x->campaign, NULL);
	if (rc == 0)
		rc = json_parse(d.text, d.n, &o, &a->s.err);
	if (rc == 0) {
		json_object_object_foreach(o, name, rows)
			for (size_t i = 0; i < n; i++) {
				int64_t	 sum[SUM__MAX] = { 0 };
				char	 what[60];

				add_section(rows, x[i].currency, sum);
				snprintf(what, sizeof(what), "summary, %s",
				    name);
				compare(a, what, &x[i], sum);
			}
	}
	json_object_put(o);
	discard(&d);
	return rc;
}

/* Add the values of one line of the export, which is one donation, to sums. */
static void
add_line(const int64_t *value, int64_t *sum)
{
	sum[SUM_RECEIVED] += value[SUM_RECEIVED];
	sum[SUM_REFUNDED] += value[SUM_REFUNDED];
	sum[SUM_DISPUTED] += value[SUM_DISPUTED];
	sum[SUM_FEES] += value[SUM_FEES];
	sum[SUM_NET] = sum[SUM_RECEIVED] - sum[SUM_REFUNDED] -
	    sum[SUM_DISPUTED];
	sum[SUM_AFTER_FEES] = sum[SUM_NET] - sum[SUM_FEES];
}

static int
check_csv(struct audit *a, const struct expected *x, size_t n)
{
	/* What each column contains: an enum sum, SUM__MAX for the currency,
	 * or -1 for anything else. */
	int		 column[COLUMNS_MAX];
	int64_t		 value[SUM__MAX] = { 0 };
	int64_t		*sum = arena_zalloc(&a->s.arena,
			    n * SUM__MAX * sizeof(*sum));
	const struct expected *of = NULL;
	struct document	 d;
	size_t		 at = 0;
	bool		 last = false;
	int		 rc;

	rc = make(a, &d, donation_export_compare, x->campaign, "csv");
	while (rc == 0 && !last && at < COLUMNS_MAX &&
	    next_cell(&d, ',', &last)) {
		column[at] = -1;
		for (int i = 0; i < SUM__MAX; i++)
			/* The column net is Stripe's amount after fees, and
			 * not SUM_NET. */
			if (i != SUM_NET && strcmp(d.cell, members[i]) == 0)
				column[at] = i;
		if (strcmp(d.cell, "fee") == 0)
			column[at] = SUM_FEES;
		if (strcmp(d.cell, "currency") == 0)
			column[at] = SUM__MAX;
		at++;
	}
	at = 0;
	while (rc == 0 && next_cell(&d, ',', &last)) {
		if (at < COLUMNS_MAX && column[at] == SUM__MAX)
			of = of_currency(x, n, d.cell);
		else if (at < COLUMNS_MAX && column[at] >= 0)
			(void)text_int64(d.cell, strlen(d.cell),
			    &value[column[at]]);
		at++;
		if (!last)
			continue;
		if (of != NULL)
			add_line(value, sum + (of - x) * SUM__MAX);
		memset(value, 0, sizeof(value));
		at = 0;
	}
	for (size_t i = 0; rc == 0 && i < n; i++)
		compare(a, "export", &x[i], sum + i * SUM__MAX);
	discard(&d);
	return rc;
}

/* 250.00 in minor units. */
static int64_t
cents(const char *text)
{
	const char	*dot = strchr(text, '.');
	int64_t		 whole, part;

	if (dot == NULL || strlen(dot) != 3 ||
	    !text_int64(text, (size_t)(dot - text), &whole) ||
	    !text_int64(dot + 1, 2, &part))
		return 0;
	return whole * 100 + part;
}

/* Add up the rows of a schedule, but for memos, and compare with wanted. */
static int
check_fec(struct audit *a, const struct expected *x, const char *format,
    size_t memo_column, int64_t wanted)
{
	struct document	 d;
	char		 where[100];
	int64_t		 sum = 0, amount = 0;
	size_t		 at = 0;
	bool		 last, memo = false;
	int		 rc;

	rc = make(a, &d, donation_export_compare, x->campaign, format);
	if (rc != 0 && a->s.err.code == ERR_CONFLICT) {
		printf("campaign %s, %s: not compared: %s\n", x->campaign,
		    format, a->s.err.msg);
		memset(&a->s.err, 0, sizeof(a->s.err));
		discard(&d);
		/* The handler's transaction is still open. */
		db_rollback(&a->s.db);
		return 0;
	}
	while (rc == 0 && next_cell(&d, '\x1c', &last)) {
		if (at == FEC_AMOUNT)
			amount = cents(d.cell);
		else if (at == memo_column)
			memo = d.cell[0] == 'X';
		at++;
		if (last) {
			sum += memo ? 0 : amount;
			at = 0;
			memo = false;
		}
	}
	snprintf(where, sizeof(where), "campaign %s, %s", x->campaign, format);
	if (rc == 0 && sum != wanted)
		audit_differs(a, where, "amount", sum, wanted);
	discard(&d);
	return rc;
}

int
documents_check(struct audit *a, const struct expected *x, size_t n)
{
	const struct expected	*usd = of_currency(x, n, "usd");

	if (check_summary(a, x, n) != 0 || check_csv(a, x, n) != 0)
		return -1;
	if (usd == NULL)
		return 0;
	if (check_fec(a, usd, "fec", FEC_MEMO, usd->sum[SUM_RECEIVED]) != 0)
		return -1;
	return check_fec(a, usd, "fec_b", FEC_MEMO_B, usd->gone);
}
