/*
 * cerberus donations check: compares the ledger with the rows and with Stripe.
 * documents.c compares the reports.
 */
#include <inttypes.h>

#include "core/buf.h"
#include "core/text.h"
#include "documents.h"
#include "donations.h"
#include "options.h"
#include "stripe/list.h"

static const char usage[] =
    "usage: cerberus donations check [--campaign N] [--offline]\n"
    "\n"
    "Adds up the ledger of the donations and compares the result, to the\n"
    "cent, with each donation, the summary, the exports, the FEC's schedules\n"
    "and, for accounts with a key, everything that Stripe lists; and payouts\n"
    "with their lines.  Prints what differs and changes nothing.\n"
    "\n"
    "  -c, --campaign N       only this campaign\n"
    "      --offline          do not ask Stripe\n"
    "      --token-file FILE  an admin's API key; else CERBERUS_TOKEN, else\n"
    "                         admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all agrees, 1 something differs, 2 usage, 3 failure.\n";

static const char sql_differences[] =
    "SELECT donation_id, what, stored, wanted FROM ledger_differences "
    "WHERE $1::bigint IS NULL OR campaign_id = $1 ORDER BY donation_id, what";

static const char sql_payouts[] =
    "SELECT stripe_id, amount_gifts - amount_refunded - amount_disputed "
    "- amount_fees + amount_other AS stored, amount AS wanted "
    "FROM payout_sums WHERE automatic AND NOT complete "
    "AND ($1::bigint IS NULL OR $1 = ANY (campaigns)) ORDER BY payout_id";

static const char sql_sums[] =
    "SELECT campaign_id, currency, sum(received) AS received, "
    "sum(refunded) AS refunded, sum(disputed) AS disputed, "
    "sum(refunded + lost) AS gone, coalesce(sum(fee), 0) AS fees, "
    "count(*) AS donations "
    "FROM ledger_sums WHERE $1::bigint IS NULL OR campaign_id = $1 "
    "GROUP BY campaign_id, currency ORDER BY campaign_id, currency";

static const char sql_compare[] =
    "SELECT donation_id, what, stored, wanted "
    "FROM cerberus.compare_with_stripe($1, $2, $3)";

static const char sql_unlisted[] =
    "SELECT donation_id, 'amount_received' AS what, amount_received AS stored, "
    "0 AS wanted FROM donations "
    "WHERE stripe_account = $1 AND amount_received > 0 "
    "AND payment_intent_id IS NOT NULL "
    "AND NOT payment_intent_id = ANY ($2::text[]) "
    "AND ($3::bigint IS NULL OR campaign_id = $3) ORDER BY donation_id";

/*
 * Report rows of differences.  source is what the donations were compared
 * with; id is the id there of a row that has no donation.
 */
static void
report(struct audit *a, const struct rows *rows, const char *source,
    const char *id)
{
	char	 where[300];

	for (size_t i = 0; i < rows_count(rows); i++) {
		if (rows_is_null(rows, i, "donation_id"))
			snprintf(where, sizeof(where), "%s, %s without a "
			    "donation", source, id);
		else
			snprintf(where, sizeof(where), "donation %s, %s",
			    rows_text(rows, i, "donation_id"), source);
		audit_differs(a, where, rows_text(rows, i, "what"),
		    rows_int64(rows, i, "stored"),
		    rows_int64(rows, i, "wanted"));
	}
}

static int
check_rows(struct audit *a)
{
	struct rows	*rows;
	char		 where[300];

	if (db_select(&a->s.db, sql_differences, 1, &a->campaign, &rows,
	    &a->s.err) != 0)
		return -1;
	report(a, rows, "the ledger", "");
	/* The amount of a payout must be the sum of its lines. */
	if (db_select(&a->s.db, sql_payouts, 1, &a->campaign, &rows,
	    &a->s.err) != 0)
		return -1;
	for (size_t i = 0; i < rows_count(rows); i++) {
		snprintf(where, sizeof(where), "payout %s",
		    rows_text(rows, i, "stripe_id"));
		audit_differs(a, where, "the sum of its lines",
		    rows_int64(rows, i, "stored"),
		    rows_int64(rows, i, "wanted"));
	}
	return 0;
}

/* Read the sums of the ledger for each campaign and currency. */
static int
read_sums(struct audit *a, struct expected **out, size_t *n, size_t *donations)
{
	struct rows	*rows;
	struct expected	*x;

	if (db_select(&a->s.db, sql_sums, 1, &a->campaign, &rows,
	    &a->s.err) != 0)
		return -1;
	*n = rows_count(rows);
	x = *out = arena_zalloc(&a->s.arena, (*n + 1) * sizeof(*x));
	for (size_t i = 0; i < *n; i++, x++) {
		/* The handlers' statements discard these rows. */
		x->campaign = arena_strdup(&a->s.arena,
		    rows_text(rows, i, "campaign_id"));
		x->currency = arena_strdup(&a->s.arena,
		    rows_text(rows, i, "currency"));
		x->sum[SUM_RECEIVED] = rows_int64(rows, i, "received");
		x->sum[SUM_REFUNDED] = rows_int64(rows, i, "refunded");
		x->sum[SUM_DISPUTED] = rows_int64(rows, i, "disputed");
		x->sum[SUM_FEES] = rows_int64(rows, i, "fees");
		x->sum[SUM_NET] = x->sum[SUM_RECEIVED] -
		    x->sum[SUM_REFUNDED] - x->sum[SUM_DISPUTED];
		x->sum[SUM_AFTER_FEES] = x->sum[SUM_NET] - x->sum[SUM_FEES];
		x->gone = rows_int64(rows, i, "gone");
		*donations += (size_t)rows_int64(rows, i, "donations");
	}
	return 0;
}

static int
check_documents(struct audit *a, size_t *donations)
{
	struct expected	*x;
	size_t		 n, k;

	if (read_sums(a, &x, &n, donations) != 0)
		return -1;
	for (size_t i = 0; i < n; i += k) {
		for (k = 1; i + k < n; k++)
			if (strcmp(x[i].campaign, x[i + k].campaign) != 0)
				break;
		if (documents_check(a, x + i, k) != 0)
			return -1;
	}
	return 0;
}

/* An account at Stripe, while its lists are walked. */
struct account {
	struct audit		*a;
	const char		*id;	/* for parameters */
	const struct cfg_stripe	*keys;
	struct buf		 seen;	/* intents, as {"pi_1","pi_2"} */
};

static int
each_object(struct json_object *o, void *ctx, struct err *e)
{
	struct account	*c = ctx;
	const char	*id = stripe_text(o, "id");
	const char	*param[] = { c->id, json_object_to_json_string_ext(o,
			    JSON_C_TO_STRING_PLAIN), c->a->campaign };
	struct rows	*rows;

	if (strpbrk(id, "\"\\") == NULL)
		buf_addf(&c->seen, "%s\"%s\"", c->seen.len > 1 ? "," : "", id);
	if (db_select(&c->a->s.db, sql_compare, 3, param, &rows, e) != 0)
		return -1;
	report(c->a, rows, "Stripe", id);
	db_forget(&c->a->s.db);
	return 0;
}

static int
walk(struct account *c, const char *path, const char *const *expand)
{
	struct json_object	*query = stripe_query(0, expand);
	int			 rc;

	rc = stripe_each(&c->a->s.cfg, c->keys, path, query,
	    (struct stripe_walk){ .each = each_object, .ctx = c },
	    &c->a->s.err);
	json_object_put(query);
	return rc;
}

/*
 * Compare the intents and disputes of an account with the ledger, and report
 * donations that the account does not have.
 */
static int
check_account(struct audit *a, const struct cfg_stripe *keys)
{
	static const char *const	 parts[] = { "data.latest_charge",
		NULL };
	struct account	 c = { .a = a, .keys = keys };
	const char	*param[3];
	struct rows	*rows;
	int		 rc;

	c.id = arena_printf(&a->s.arena, "%" PRId64, keys->campaign_id);
	buf_init(&c.seen, SIZE_MAX / 2);
	buf_addc(&c.seen, '{');
	rc = walk(&c, "/v1/payment_intents", parts);
	if (rc == 0)
		rc = walk(&c, "/v1/disputes", NULL);
	buf_addc(&c.seen, '}');
	param[0] = c.id;
	param[1] = buf_str(&c.seen);
	param[2] = a->campaign;
	if (rc == 0)
		rc = db_select(&a->s.db, sql_unlisted, 3, param, &rows,
		    &a->s.err);
	if (rc == 0)
		report(a, rows, "Stripe, which does not list it", "");
	buf_release(&c.seen);
	return rc;
}

static int
check_stripe(struct audit *a)
{
	for (const struct cfg_stripe *k = &a->s.cfg.stripe; k != NULL;
	    k = k->next)
		if (k->secret_key != NULL && check_account(a, k) != 0)
			return -1;
	return 0;
}

/* The caller has to see every donation. */
static int
admins_only(struct audit *a)
{
	struct rows	*rows;

	if (db_select(&a->s.db, "SELECT cerberus.caller_is_admin() AS ok", 0,
	    NULL, &rows, &a->s.err) != 0)
		return -1;
	if (!rows_bool(rows, 0, "ok"))
		return err_set(&a->s.err, ERR_FORBIDDEN,
		    "This needs an admin's API key.");
	return 0;
}

static int
check(struct audit *a, bool offline)
{
	size_t	 donations = 0;

	if (admins_only(a) != 0 || check_rows(a) != 0 ||
	    check_documents(a, &donations) != 0 ||
	    (!offline && check_stripe(a) != 0))
		return session_fail(&a->s);
	printf("%zu donations, %zu differences\n", donations, a->differences);
	return a->differences > 0 ? STATUS_PARTLY : STATUS_DONE;
}

int
donations_main(int argc, char **argv)
{
	const char		*file = NULL, *campaign = NULL;
	bool			 offline = false;
	const struct cli_option	 options[] = {
		{ "campaign", 'c', .text = &campaign },
		{ "offline", .flag = &offline },
		{ "token-file", .text = &file },
	};
	struct audit		 a = { 0 };
	int64_t			 n;
	int			 at, status;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &status);
	if (at == -1)
		return status;
	if (campaign != NULL && (!text_int64(campaign, strlen(campaign),
	    &n) || n < 1))
		return options_misused(usage);
	if (argc - at != 1 || strcmp(argv[at], "check") != 0)
		return options_misused(usage);
	if (!session_open(&a.s, file))
		return STATUS_FAILED;
	a.campaign = campaign;
	status = check(&a, offline);
	session_close(&a.s);
	return status;
}
