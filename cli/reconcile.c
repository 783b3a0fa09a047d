/*
 * cerberus reconcile: lists the payment intents that Stripe has, and lets the
 * database take over what differs.  All of it can be done again at any time: it
 * tells the database facts, which change nothing where they are known.
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
#include "stripe/client.h"

#define PAGE		"100"
#define DAY		(24 * 3600)
#define IDS_MAX		(256 * 1024 * 1024)

/* As cerberus(1) has them. */
enum status {
	STATUS_DONE,		/* all agrees, or does now */
	STATUS_DIFFERS,		/* something does that nothing here can mend */
	STATUS_USAGE,
	STATUS_FAILED,
};

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
	struct arena	 arena;		/* of one intent */
	time_t		 since;
	bool		 quiet;
	bool		 terminal;
	bool		 headed;	/* the table's head is printed */
	size_t		 seen;
	size_t		 count[OUTCOME__MAX];
	struct buf	 ids;		/* {"pi_1","pi_2"}: what was listed */
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
    "Compares the donations with the payment intents at Stripe, of each account\n"
    "in the configuration, and mends what differs.\n"
    "\n"
    "  -s, --since WHEN  days (30d), hours (12h) or a date (2026-01-31);\n"
    "                    default 30d\n"
    "  -q, --quiet       print only what differs\n"
    "  -h, --help\n"
    "\n"
    "same: nothing to do; mended: an event was missed; linked: the donation's\n"
    "request had died; created: the donation was lost; foreign: not made by\n"
    "Cerberus; unlisted: Stripe has no such intent.\n"
    "\n"
    "Exit status: 0 all agrees now, 1 something cannot be mended, 2 usage,\n"
    "3 failure.\n";

/* "30d", "12h" or "2026-01-31" as a time. */
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
wipe(struct run *r)
{
	if (r->terminal)
		fprintf(stderr, "\r\033[K");
}

static void
print_row(struct run *r, const char *donation, const char *intent,
    const char *action, const char *before, const char *after)
{
	wipe(r);
	if (!r->headed)
		printf("%-10s %-30s %-9s %-30s %s\n", "donation", "intent",
		    "action", "before", "after");
	r->headed = true;
	printf("%-10s %-30s %-9s %-30s %s\n", donation, intent, action, before,
	    after);
	fflush(stdout);
}

static bool
is_true(struct json_object *o, const char *key)
{
	struct json_object	*v;

	return json_object_object_get_ex(o, key, &v) &&
	    json_object_get_boolean(v);
}

/* The disputes of an intent whose charge has any, as JSON. */
static int
disputes(struct run *r, const struct cfg_stripe *keys,
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

static int
one(struct run *r, const struct cfg_stripe *keys, struct json_object *intent,
    struct err *e)
{
	const char	*id = stripe_text(intent, "id");
	const char	*param[3];
	PGresult	*res;
	size_t		 what = 0;

	if (id == NULL || strpbrk(id, "\"\\") != NULL)
		return err_set(e, ERR_UPSTREAM,
		    "Stripe's list has an intent without an id.");
	param[0] = arena_printf(&r->arena, "%" PRId64, keys->campaign_id);
	param[1] = json_object_to_json_string_ext(intent,
	    JSON_C_TO_STRING_PLAIN);
	if (disputes(r, keys, intent, &param[2], e) != 0 ||
	    db_one(&r->db, sql_reconcile, 3, param, &res, e) != 0)
		return -1;
	buf_addf(&r->ids, "%s\"%s\"", r->ids.len > 1 ? "," : "", id);
	while (what < FOREIGN &&
	    strcmp(PQgetvalue(res, 0, 1), outcomes[what]) != 0)
		what++;
	r->count[what]++;
	r->seen++;
	if (what != SAME && what != FOREIGN)
		print_row(r, PQgetvalue(res, 0, 0), id, outcomes[what],
		    PQgetvalue(res, 0, 2), PQgetvalue(res, 0, 3));
	PQclear(res);
	arena_reset(&r->arena);
	progress(r);
	return 0;
}

/* One page of Stripe's list; *last, in the heap, is where the next begins. */
static int
page(struct run *r, const struct cfg_stripe *keys, char **last, bool *more,
    struct err *e)
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
		if (one(r, keys, intent, e) != 0)
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

/* What we have and Stripe did not list. */
static int
unlisted(struct run *r, const struct cfg_stripe *keys, struct err *e)
{
	const char	*param[3];
	PGresult	*res;

	buf_addc(&r->ids, '}');
	if (r->ids.failed)
		return err_set(e, ERR_INTERNAL, "Too many intents; give a "
		    "later --since.");
	param[0] = arena_printf(&r->arena, "%" PRId64, keys->campaign_id);
	param[1] = arena_printf(&r->arena, "%lld", (long long)r->since);
	param[2] = r->ids.data;
	if (db_one(&r->db, sql_unlisted, 3, param, &res, e) != 0)
		return -1;
	for (int i = 0; i < PQntuples(res); i++)
		print_row(r, PQgetvalue(res, i, 0), PQgetvalue(res, i, 1),
		    outcomes[UNLISTED], PQgetvalue(res, i, 2), "-");
	r->count[UNLISTED] += (size_t)PQntuples(res);
	PQclear(res);
	arena_reset(&r->arena);
	return 0;
}

static int
account(struct run *r, const struct cfg_stripe *keys, struct err *e)
{
	char	*last = NULL;
	bool	 more = true;
	int	 rc = 0;

	buf_clear(&r->ids, SIZE_MAX);
	buf_addc(&r->ids, '{');
	while (more && rc == 0)
		rc = page(r, keys, &last, &more, e);
	free(last);
	return rc == 0 ? unlisted(r, keys, e) : -1;
}

static void
summary(struct run *r)
{
	const char	*sep = ": ";

	wipe(r);
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

static int
run(struct run *r, struct err *e)
{
	size_t	 accounts = 0;

	r->terminal = isatty(STDERR_FILENO) == 1;
	buf_init(&r->ids, IDS_MAX);
	/* One connection for all, and nothing that a pooler could lose. */
	db_init(&r->db, r->cfg.stripe_database_url, r->cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	for (const struct cfg_stripe *k = &r->cfg.stripe; k != NULL;
	    k = k->next) {
		if (k->secret_key == NULL)
			continue;
		accounts++;
		if (account(r, k, e) != 0)
			return -1;
	}
	if (accounts == 0)
		return err_set(e, ERR_INTERNAL, "No Stripe key is configured: "
		    "set secret_key in [stripe].");
	summary(r);
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
				fprintf(stderr, "cerberus: --since wants 30d, "
				    "12h or a date such as 2026-01-31\n");
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
		rc = run(&r, &e);
		db_release(&r.db);
		buf_release(&r.ids);
		arena_release(&r.arena);
		cfg_release(&r.cfg);
	}
	if (rc != 0) {
		wipe(&r);
		fprintf(stderr, "cerberus: %s%s%s\n", e.msg, e.msg[0] != '\0' &&
		    e.detail[0] != '\0' ? " " : "", e.detail);
		return STATUS_FAILED;
	}
	return r.count[UNLISTED] > 0 ? STATUS_DIFFERS : STATUS_DONE;
}
