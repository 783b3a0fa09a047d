/*
 * cerberus reconcile: read Stripe's list of PaymentIntents and pass each to the
 * database, which stores what it does not have yet.  What it already has stays
 * unchanged, so the command can run again at any time.
 */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/cfg.h"
#include "core/text.h"
#include "db/db.h"
#include "record/field.h"
#include "reconcile.h"
#include "stripe/api.h"

#define PAGE		"100"		/* the most that Stripe allows */
#define DAY		(24 * 3600)	/* seconds */
#define IDS_MAX		(256 * 1024 * 1024)

/* Exit statuses; cerberus(1) documents them. */
enum status {
	STATUS_DONE,		/* no difference is left */
	STATUS_DIFFERS,		/* some differences cannot be repaired */
	STATUS_USAGE,
	STATUS_FAILED,
};

/* What was done about an intent; the usage text explains them. */
enum outcome {
	SAME, MENDED, LINKED, CREATED, FOREIGN, UNLISTED, OUTCOME__MAX
};

static const char *const outcomes[OUTCOME__MAX] = {
	[SAME] = "same",
	[MENDED] = "mended",
	[LINKED] = "linked",
	[CREATED] = "created",
	[FOREIGN] = "foreign",
	[UNLISTED] = "unlisted",
};

struct run {
	struct cfg	 cfg;
	struct db	 db;
	struct arena	 arena;		/* reset after each intent */
	time_t		 since;		/* older intents are not compared */
	bool		 quiet;
	bool		 terminal;	/* standard error is one */
	bool		 headed;	/* the table's head is printed */
	size_t		 seen;		/* intents so far */
	size_t		 count[OUTCOME__MAX];
	struct buf	 ids;		/* those listed, as {"pi_1","pi_2"} */
};

static const char sql_reconcile[] =
    "SELECT donation_id, action, before, after "
    "FROM cerberus.stripe_reconcile($1, $2, $3)";

static const char sql_unlisted[] =
    "SELECT donation_id, payment_intent_id, status "
    "FROM cerberus.stripe_unlisted($1, to_timestamp($2::bigint), $3)";

static const char usage[] =
    "usage: cerberus reconcile [--since 30d] [--quiet]\n"
    "\n"
    "Compares the donations with the payment intents of each Stripe account\n"
    "in the configuration, and repairs differences.\n"
    "\n"
    "  -s, --since WHEN  days (30d), hours (12h) or a date (2026-01-31);\n"
    "                    default 30d\n"
    "  -q, --quiet       print only what differs\n"
    "  -h, --help\n"
    "\n"
    "same: no difference; mended: an event was missed; linked: the donation\n"
    "did not have its intent; created: the donation was missing; foreign: the\n"
    "intent was not made by Cerberus; unlisted: Stripe has no such intent.\n"
    "\n"
    "Exit status: 0 no difference is left, 1 some cannot be repaired,\n"
    "2 usage, 3 failure.\n";

/* Parse "30d", "12h" or "2026-01-31"; return false for anything else. */
static bool
read_since(const char *text, time_t *out)
{
	size_t		 n = strlen(text);
	struct tm	 tm = { 0 };
	int64_t		 count;
	const char	*end;

	if (n > 1 && (text[n - 1] == 'd' || text[n - 1] == 'h') &&
	    text_int64(text, n - 1, &count) && count > 0 && count < 100000) {
		*out = time(NULL) - (time_t)count *
		    (text[n - 1] == 'd' ? DAY : 3600);
		return true;
	}
	end = strptime(text, "%Y-%m-%d", &tm);
	if (n != 10 || end == NULL || *end != '\0' ||
	    !date_valid(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday))
		return false;
	*out = timegm(&tm);
	return true;
}

static void
progress(struct run *r)
{
	if (r->terminal)
		fprintf(stderr, "\r%zu intents", r->seen);
}

static void
clear_progress(struct run *r)
{
	if (r->terminal)
		fprintf(stderr, "\r\033[K");
}

static void
print_row(struct run *r, const char *donation, const char *intent,
    const char *action, const char *before, const char *after)
{
	clear_progress(r);
	if (!r->headed)
		printf("%-10s %-30s %-9s %-30s %s\n", "donation", "intent",
		    "action", "before", "after");
	r->headed = true;
	printf("%-10s %-30s %-9s %-30s %s\n", donation, intent, action, before,
	    after);
	fflush(stdout);
}

/* A value for the table; null is blank. */
static const char *
cell(const struct rows *rows, size_t row, const char *column)
{
	const char	*text = rows_text(rows, row, column);

	return text != NULL ? text : "";
}

static bool
is_true(struct json_object *o, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, key, &v) &&
	    json_object_get_boolean(v);
}

/*
 * Fetch the disputes of an intent, as a JSON array in the arena.  Stripe is
 * only called if the intent's charge is marked as disputed.
 */
static int
fetch_disputes(struct run *r, const struct cfg_stripe *keys,
    struct json_object *intent, const char **out, struct err *e)
{
	struct json_object	*charge, *query, *list = NULL, *data;
	int			 rc;

	*out = "[]";
	if (!json_object_object_get_ex(intent, "latest_charge", &charge) ||
	    !json_object_is_type(charge, json_type_object) ||
	    !is_true(charge, "disputed"))
		return 0;
	query = json_object_new_object();
	json_object_object_add(query, "payment_intent",
	    json_object_new_string(stripe_text(intent, "id")));
	json_object_object_add(query, "limit", json_object_new_string(PAGE));
	rc = stripe_get(&r->cfg, keys, "/v1/disputes", query, &list, e);
	json_object_put(query);
	if (rc == 0 && json_object_object_get_ex(list, "data", &data))
		*out = arena_strdup(&r->arena, json_object_to_json_string_ext(
		    data, JSON_C_TO_STRING_PLAIN));
	json_object_put(list);
	return rc;
}

/* Pass an intent and its disputes to the database, and report the outcome. */
static int
reconcile_intent(struct run *r, const struct cfg_stripe *keys,
    struct json_object *intent, struct err *e)
{
	const char	*id = stripe_text(intent, "id");
	const char	*param[3], *action;
	struct rows	*rows;
	size_t		 what = 0;

	if (id == NULL || strpbrk(id, "\"\\") != NULL)
		return err_set(e, ERR_UPSTREAM,
		    "Stripe's list has an intent without an id.");
	param[0] = arena_printf(&r->arena, "%" PRId64, keys->campaign_id);
	param[1] = json_object_to_json_string_ext(intent,
	    JSON_C_TO_STRING_PLAIN);
	if (fetch_disputes(r, keys, intent, &param[2], e) != 0 ||
	    db_select(&r->db, sql_reconcile, 3, param, &rows, e) != 0)
		return -1;
	buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
	action = cell(rows, 0, "action");
	while (what < FOREIGN && strcmp(action, outcomes[what]) != 0)
		what++;
	r->count[what]++;
	r->seen++;
	if (what != SAME && what != FOREIGN)
		print_row(r, cell(rows, 0, "donation_id"), id, outcomes[what],
		    cell(rows, 0, "before"), cell(rows, 0, "after"));
	db_forget(&r->db);
	arena_reset(&r->arena);
	progress(r);
	return 0;
}

/*
 * Reconcile one page of Stripe's list.  *last is the id that the page starts
 * after, NULL for the first; it is set to that of the next page, on the heap.
 * *more tells whether there is a next page.
 */
static int
reconcile_page(struct run *r, const struct cfg_stripe *keys, char **last,
    bool *more, struct err *e)
{
	struct json_object	*query = json_object_new_object();
	struct json_object	*expand = json_object_new_array();
	struct json_object	*created = json_object_new_object();
	struct json_object	*list = NULL, *data = NULL, *intent = NULL;
	char			 since[24];
	int			 rc = -1;

	snprintf(since, sizeof(since), "%lld", (long long)r->since);
	json_object_object_add(created, "gte", json_object_new_string(since));
	json_object_object_add(query, "created", created);
	json_object_object_add(query, "limit", json_object_new_string(PAGE));
	json_object_array_add(expand,
	    json_object_new_string("data.latest_charge"));
	json_object_array_add(expand,
	    json_object_new_string("data.latest_charge.refunds"));
	json_object_object_add(query, "expand", expand);
	if (*last != NULL)
		json_object_object_add(query, "starting_after",
		    json_object_new_string(*last));
	if (stripe_get(&r->cfg, keys, "/v1/payment_intents", query, &list,
	    e) != 0)
		goto out;
	if (!json_object_object_get_ex(list, "data", &data) ||
	    !json_object_is_type(data, json_type_array)) {
		rc = err_set(e, ERR_UPSTREAM, "Stripe's list has no data.");
		goto out;
	}
	for (size_t i = 0; i < json_object_array_length(data); i++) {
		intent = json_object_array_get_idx(data, i);
		if (reconcile_intent(r, keys, intent, e) != 0)
			goto out;
	}
	*more = is_true(list, "has_more") && intent != NULL;
	if (*more) {
		free(*last);
		*last = strdup(stripe_text(intent, "id"));
		if (*last == NULL) {
			rc = err_set(e, ERR_INTERNAL, "Out of memory.");
			goto out;
		}
	}
	rc = 0;
out:
	json_object_put(query);
	json_object_put(list);
	return rc;
}

/* Report the donations whose intents Stripe did not list. */
static int
report_unlisted(struct run *r, const struct cfg_stripe *keys, struct err *e)
{
	const char	*param[3];
	struct rows	*rows;
	size_t		 n;

	buf_addc(&r->ids, '}');
	if (r->ids.failed)
		return err_set(e, ERR_INTERNAL, "Too many payment intents. "
		    "Use a later --since.");
	param[0] = arena_printf(&r->arena, "%" PRId64, keys->campaign_id);
	param[1] = arena_printf(&r->arena, "%lld", (long long)r->since);
	param[2] = r->ids.data;
	if (db_select(&r->db, sql_unlisted, 3, param, &rows, e) != 0)
		return -1;
	n = rows_count(rows);
	for (size_t i = 0; i < n; i++)
		print_row(r, cell(rows, i, "donation_id"),
		    cell(rows, i, "payment_intent_id"), outcomes[UNLISTED],
		    cell(rows, i, "status"), "-");
	r->count[UNLISTED] += n;
	db_forget(&r->db);
	arena_reset(&r->arena);
	return 0;
}

/* Reconcile the account that the keys belong to. */
static int
reconcile_account(struct run *r, const struct cfg_stripe *keys, struct err *e)
{
	char	*last = NULL;
	bool	 more = true;
	int	 rc = 0;

	buf_clear(&r->ids, SIZE_MAX);
	buf_addc(&r->ids, '{');
	while (more && rc == 0)
		rc = reconcile_page(r, keys, &last, &more, e);
	free(last);
	return rc == 0 ? report_unlisted(r, keys, e) : -1;
}

/* Print the totals; with --quiet only if there was a difference. */
static void
print_summary(struct run *r)
{
	const char	*sep = ": ";

	clear_progress(r);
	if (r->quiet && r->seen == r->count[SAME] + r->count[FOREIGN] &&
	    r->count[UNLISTED] == 0)
		return;
	printf("%zu intents", r->seen);
	for (size_t i = 0; i < OUTCOME__MAX; i++)
		if (r->count[i] > 0) {
			printf("%s%zu %s", sep, r->count[i], outcomes[i]);
			sep = ", ";
		}
	putchar('\n');
}

/* Reconcile all accounts of the configuration. */
static int
reconcile(struct run *r, struct err *e)
{
	struct stale	 stale;
	size_t		 accounts = 0;

	r->terminal = isatty(STDERR_FILENO) == 1;
	buf_init(&r->ids, IDS_MAX);
	/* Nothing is prepared: a pooler may change the connection. */
	db_init(&r->db, r->cfg.stripe_database_url, r->cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	for (const struct cfg_stripe *k = &r->cfg.stripe; k != NULL;
	    k = k->next) {
		if (k->secret_key == NULL)
			continue;
		accounts++;
		if (reconcile_account(r, k, e) != 0)
			return -1;
	}
	if (accounts == 0)
		return err_set(e, ERR_INTERNAL, "No Stripe key is configured. "
		    "Set secret_key in [stripe].");
	if (end_stale(&r->cfg, &r->db, &r->arena, &stale, e) != 0)
		return -1;
	print_summary(r);
	if (stale.ended + stale.marked > 0)
		printf("%zu stale donations ended\n",
		    stale.ended + stale.marked);
	return 0;
}

int
reconcile_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "since", required_argument, NULL, 's' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct run	 r = { .since = time(NULL) - 30 * DAY };
	struct err	 e = { 0 };
	int		 c, rc;

	optind = 0;
	while ((c = getopt_long(argc, argv, "s:qh", options, NULL)) != -1)
		switch (c) {
		case 's':
			if (!read_since(optarg, &r.since)) {
				fprintf(stderr, "cerberus: --since must be "
				    "such as 30d, 12h or 2026-01-31\n");
				return STATUS_USAGE;
			}
			break;
		case 'q':
			r.quiet = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_DONE;
		default:
			fputs(usage, stderr);
			return STATUS_USAGE;
		}
	if (optind < argc) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	if ((rc = cfg_load(&r.cfg, &e)) == 0) {
		rc = reconcile(&r, &e);
		db_release(&r.db);
		buf_release(&r.ids);
		arena_release(&r.arena);
		cfg_release(&r.cfg);
	}
	if (rc != 0) {
		clear_progress(&r);
		fprintf(stderr, "cerberus: %s%s%s\n", e.msg, e.msg[0] != '\0' &&
		    e.detail[0] != '\0' ? " " : "", e.detail);
		return STATUS_FAILED;
	}
	return r.count[UNLISTED] > 0 ? STATUS_DIFFERS : STATUS_DONE;
}
