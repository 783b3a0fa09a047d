/*
 * Access rights: every route with every role, on rows of the caller's campaign,
 * of another campaign and of none.  A route without a row here is a failure.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <sys/stat.h>

#include "call.h"
#include "core/buf.h"
#include "sql.h"

/* The roles, in the order of the columns of expected statuses. */
static const struct {
	const char	*name;
	const char	*token;
	int		 user_id;
} roles[] = {
	{ "visitor", NULL,    0 },
	{ "nobody",  NOBODY,  6 },
	{ "viewer",  VIEWER,  4 },
	{ "editor",  EDITOR,  3 },
	{ "manager", MANAGER, 2 },
	{ "admin",   ADMIN,   1 },
};

/*
 * {voter}, {interaction} and so on are created for each call, in the campaign
 * {campaign} that the call concerns.
 *
 * A row that the caller cannot see is a 404 in a path, and a 400 that names the
 * field in a body.  A row that they can see but not change is a 403.
 */
struct row {
	const char	*prefix;
	const char	*method;
	const char	*route;		/* in the program's table */
	const char	*path;		/* after the prefix */
	const char	*body;
	const char	*own;		/* visitor nobody ... admin */
	const char	*other;
	const char	*none;		/* NULL: every row has a campaign */
};

#define READ_OWN	"401 404 200 200 200 200"
#define READ_OTHER	"401 404 404 404 404 200"
#define READ_NONE	"401 404 404 404 404 404"
#define WRITE_OWN	"401 404 403 200 200 200"
#define EVERYBODY	"401 200 200 200 200 200"
#define MANAGERS	"401 403 403 403 200 200"
#define ADMINS		"401 403 403 403 403 200"

#define NAME		"{\"first_name\":\"M\",\"last_name\":\"X\""
#define LOGIN		"{\"username\":\"nobody\",\"password\":\"wrong\"}"
#define PASSWORDS	"{\"current_password\":\"x\"," \
			"\"new_password\":\"long enough for all\"}"
#define KEY		"{\"name\":\"k\"}"
#define SIGNUP		"{\"first_name\":\"M\",\"last_name\":\"X\"," \
			"\"email_address\":\"m@example.org\"," \
			"\"campaign_id\":{campaign}}"
#define CALL_BODY	"{\"voter_id\":{voter},\"campaign_id\":{campaign}," \
			"\"interaction_type\":\"Call\"}"
#define QUESTION	"{\"campaign_id\":{campaign},\"question_text\":" \
			"\"Well?\",\"question_type\":\"yes_no\"}"
#define RESPONSE	"{\"voter_id\":{voter},\"question_id\":{question}," \
			"\"response_value\":\"yes\"}"

/* clang-format off */
static const struct row rows[] = {
	{ "health", "GET", "/", "", NULL, "200 200 200 200 200 200",
	  NULL, NULL },
	{ "signups", "POST", "/", "", SIGNUP, "201 201 201 201 201 201",
	  "201 201 201 201 201 201", NULL },

	{ "auth", "POST", "/login", "/login", LOGIN,
	  "401 401 401 401 401 401", NULL, NULL },
	{ "auth", "POST", "/session", "/session", LOGIN,
	  "401 401 401 401 401 401", NULL, NULL },
	{ "auth", "POST", "/totp", "/totp", "{\"password\":\"x\"}",
	  "401 403 403 403 403 403", NULL, NULL },
	{ "auth", "POST", "/totp/confirm", "/totp/confirm",
	  "{\"code\":\"000000\"}", "401 409 409 409 409 409", NULL, NULL },
	{ "auth", "DELETE", "/totp", "/totp",
	  "{\"password\":\"x\",\"code\":\"000000\"}",
	  "401 404 404 404 404 404", NULL, NULL },
	{ "auth", "POST", "/invitation", "/invitation",
	  "{\"token\":\"x\",\"password\":\"long enough for all\"}",
	  "404 404 404 404 404 404", NULL, NULL },
	{ "auth", "GET", "/sessions", "/sessions", NULL, EVERYBODY, NULL,
	  NULL },
	{ "auth", "DELETE", "/sessions/:id", "/sessions/{session}", NULL,
	  EVERYBODY, "401 404 404 404 404 404", NULL },
	{ "auth", "POST", "/logout", "/logout", "{}",
	  "401 409 409 409 409 409", NULL, NULL },
	{ "auth", "GET", "/me", "/me", NULL, EVERYBODY, NULL, NULL },
	{ "auth", "POST", "/password", "/password", PASSWORDS,
	  "401 409 409 409 409 409", NULL, NULL },
	{ "auth", "GET", "/api-keys", "/api-keys", NULL, EVERYBODY, NULL,
	  NULL },
	{ "auth", "POST", "/api-keys", "/api-keys", KEY,
	  "401 201 201 201 201 201", NULL, NULL },
	{ "auth", "DELETE", "/api-keys/:id", "/api-keys/{key}", NULL,
	  EVERYBODY, "401 404 404 404 404 200", NULL },

	{ "users", "GET", "/", "", NULL, ADMINS, NULL, NULL },
	{ "users", "POST", "/", "", "{\"username\":\"{name}\"}",
	  "401 403 403 403 403 201", NULL, NULL },
	{ "users", "GET", "/:id", "/{user}", NULL, ADMINS, NULL, NULL },
	{ "users", "PUT", "/:id", "/{user}", "{\"full_name\":\"M\"}", ADMINS,
	  NULL, NULL },
	{ "users", "PATCH", "/:id", "/{user}", "{\"full_name\":\"M\"}",
	  ADMINS, NULL, NULL },
	{ "users", "DELETE", "/:id", "/{user}", NULL, ADMINS, NULL, NULL },
	{ "users", "POST", "/:id/invitation", "/{user}/invitation", "",
	  "401 403 403 403 403 201", NULL, NULL },
	{ "users", "GET", "/:id/api-keys", "/{user}/api-keys", NULL, ADMINS,
	  NULL, NULL },
	{ "users", "DELETE", "/:id/api-keys/:id", "/1/api-keys/{key}", NULL,
	  ADMINS, "401 403 403 403 403 404", NULL },
	{ "elections", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "elections", "GET", "/:id", "/{election}", NULL,
	  "401 404 200 200 200 200", NULL, NULL },
	{ "households", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "turfs", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "turfs", "POST", "/", "", "{\"segment_id\":{walked},"
	  "\"by\":\"street\",\"size\":9}", "401 400 403 403 201 201",
	  "401 400 400 400 400 201", "401 400 400 400 400 400" },
	{ "turfs", "GET", "/:id", "/{turf}", NULL, READ_OWN, READ_OTHER,
	  NULL },
	{ "turfs", "PUT", "/:id", "/{turf}", "{\"turf_name\":\"M\"}",
	  "401 404 403 403 200 200", READ_OTHER, NULL },
	{ "turfs", "PATCH", "/:id", "/{turf}", "{\"turf_name\":\"M\"}",
	  "401 404 403 403 200 200", READ_OTHER, NULL },
	{ "turfs", "DELETE", "/:id", "/{turf}", NULL,
	  "401 404 403 403 200 200", READ_OTHER, NULL },
	{ "turfs", "GET", "/:id/walk-list", "/{turf}/walk-list", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "turfs", "GET", "/:id/walk-list.csv", "/{turf}/walk-list.csv", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "audit", "GET", "/", "", NULL, ADMINS, NULL, NULL },

	{ "campaigns", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "campaigns", "POST", "/", "", "{\"campaign_name\":\"{name}\"}",
	  "401 403 403 403 403 201", NULL, NULL },
	{ "campaigns", "GET", "/:id", "/{campaign}", NULL, READ_OWN,
	  READ_OTHER, NULL },
	{ "campaigns", "PUT", "/:id", "/{campaign}",
	  "{\"description\":\"M\"}", "401 404 403 403 200 200", READ_OTHER,
	  NULL },
	{ "campaigns", "PATCH", "/:id", "/{campaign}",
	  "{\"description\":\"M\"}", "401 404 403 403 200 200", READ_OTHER,
	  NULL },
	{ "campaigns", "GET", "/:id/breakdown",
	  "/{campaign}/breakdown?by=gender", NULL, READ_OWN, READ_OTHER,
	  NULL },
	{ "campaigns", "GET", "/:id/members", "/{campaign}/members", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "campaigns", "GET", "/:id/members/:id",
	  "/{campaign}/members/{member}", NULL, READ_OWN, READ_OTHER, NULL },
	{ "campaigns", "PUT", "/:id/members/:id",
	  "/{campaign}/members/{member}", "{\"role\":\"viewer\"}",
	  "401 404 403 403 200 200", "401 404 404 404 404 200", NULL },
	{ "campaigns", "POST", "/:id/members", "/{campaign}/members",
	  "{\"user\":\"{name}\",\"role\":\"viewer\"}",
	  "401 404 403 403 202 202", "401 404 404 404 404 202", NULL },
	{ "campaigns", "GET", "/:id/member-requests",
	  "/{campaign}/member-requests", NULL, "401 404 403 403 200 200",
	  READ_OTHER, NULL },
	{ "member-requests", "GET", "/", "", NULL, ADMINS, NULL, NULL },
	{ "member-requests", "POST", "/:id/confirm", "/{request}/confirm",
	  "", ADMINS, ADMINS, NULL },
	{ "member-requests", "POST", "/:id/decline", "/{request}/decline",
	  "", ADMINS, ADMINS, NULL },
	{ "campaigns", "DELETE", "/:id/members/:id",
	  "/{campaign}/members/{member}", NULL, "401 404 403 403 200 200",
	  READ_OTHER, NULL },

	{ "voters", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "voters", "GET", "/count", "/count?zip_code=1", NULL, EVERYBODY,
	  NULL, NULL },
	{ "voters", "POST", "/", "", NAME ",\"campaign_id\":{campaign}}",
	  "401 400 403 201 201 201", "401 400 400 400 400 201", NULL },
	{ "voters", "POST", "/", "", NAME ",\"campaign_id\":{campaign},"
	  "\"source_campaign_id\":3}", "401 400 400 400 400 201", NULL,
	  NULL },
	{ "voters", "GET", "/:id", "/{voter}", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "PUT", "/:id", "/{voter}", "{\"city\":\"M\"}", WRITE_OWN,
	  READ_OTHER, READ_OTHER },
	{ "voters", "PATCH", "/:id", "/{voter}", "{\"city\":\"M\"}",
	  WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "DELETE", "/:id", "/{voter}", NULL, WRITE_OWN, READ_OTHER,
	  READ_OTHER },

	{ "interactions", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "interactions", "POST", "/", "", CALL_BODY,
	  "401 404 403 201 201 201", "401 404 404 404 404 201", NULL },
	{ "interactions", "GET", "/:id", "/{interaction}", NULL, READ_OWN,
	  READ_OTHER, READ_OTHER },
	{ "interactions", "PUT", "/:id", "/{interaction}",
	  "{\"notes\":\"M\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "interactions", "PATCH", "/:id", "/{interaction}",
	  "{\"notes\":\"M\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "interactions", "DELETE", "/:id", "/{interaction}", NULL, WRITE_OWN,
	  READ_OTHER, READ_OTHER },

	{ "surveys", "GET", "/questions", "/questions", NULL, EVERYBODY, NULL,
	  NULL },
	{ "surveys", "POST", "/questions", "/questions", QUESTION,
	  "401 400 403 201 201 201", "401 400 400 400 400 201", NULL },
	{ "surveys", "GET", "/questions/:id", "/questions/{question}", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "PUT", "/questions/:id", "/questions/{question}",
	  "{\"question_text\":\"M?\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "PATCH", "/questions/:id", "/questions/{question}",
	  "{\"question_text\":\"M?\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "DELETE", "/questions/:id", "/questions/{question}",
	  NULL, WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "DELETE", "/questions/:id", "/questions/{answered}",
	  NULL, "401 404 403 409 409 409", "401 404 404 404 404 409",
	  "401 404 404 404 404 409" },
	{ "surveys", "GET", "/questions/:id/results",
	  "/questions/{question}/results", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "surveys", "GET", "/responses", "/responses", NULL, EVERYBODY, NULL,
	  NULL },
	{ "surveys", "POST", "/responses", "/responses", RESPONSE,
	  "401 404 403 201 201 201", "401 404 404 404 404 201", NULL },
	{ "surveys", "GET", "/responses/:id", "/responses/{response}", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "PUT", "/responses/:id", "/responses/{response}",
	  "{\"response_value\":\"no\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "PATCH", "/responses/:id", "/responses/{response}",
	  "{\"response_value\":\"no\"}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "surveys", "DELETE", "/responses/:id", "/responses/{response}",
	  NULL, WRITE_OWN, READ_OTHER, READ_OTHER },

	{ "campaigns", "DELETE", "/:id", "/{fresh}", NULL,
	  "401 404 403 403 403 200", READ_OTHER, NULL },
	{ "campaigns", "DELETE", "/:id", "/{funded}", NULL,
	  "401 404 403 403 403 409", "401 404 404 404 404 409", NULL },
	{ "campaigns", "GET", "/:id/summary", "/{campaign}/summary", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "campaigns", "POST", "/:id/voters", "/{campaign}/voters",
	  "{\"voter_ids\":[{voter}]}", WRITE_OWN, READ_OTHER, NULL },
	{ "campaigns", "DELETE", "/:id/voters", "/{campaign}/voters",
	  "{\"voter_ids\":[{voter}]}", WRITE_OWN, READ_OTHER, NULL },
	{ "voters", "GET", "/export", "/export", NULL, MANAGERS, NULL, NULL },
	{ "voters", "GET", "/export", "/export?campaign_id={campaign}", NULL,
	  MANAGERS, "401 403 403 403 404 200", NULL },
	{ "voters", "GET", "/imports", "/imports", NULL, EVERYBODY, NULL,
	  NULL },
	{ "voters", "GET", "/imports/:id", "/imports/{import}", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/imports/:id/rejects",
	  "/imports/{import}/rejects", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "GET", "/imports/:id/warnings",
	  "/imports/{import}/warnings", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "GET", "/imports/:id/collapsed",
	  "/imports/{import}/collapsed", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "POST", "/imports/:id/undo", "/imports/{import}/undo",
	  "{}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/imports/:id/missing",
	  "/imports/{import}/missing", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "POST", "/imports/:id/missing",
	  "/imports/{import}/missing", "{\"tag\":\"m\"}", WRITE_OWN,
	  READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/:id/everything", "/{voter}/everything", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/:id/interactions", "/{voter}/interactions", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/:id/donations", "/{voter}/donations", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/:id/survey-responses",
	  "/{voter}/survey-responses", NULL, READ_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "GET", "/:id/votes", "/{voter}/votes", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/:id/consents", "/{voter}/consents", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "POST", "/:id/consents", "/{voter}/consents",
	  "{\"campaign_id\":{campaign},\"channel\":\"email\","
	  "\"granted\":true}", "401 404 403 201 201 201",
	  "401 404 404 404 404 201", NULL },
	{ "voters", "POST", "/:id/tags", "/{voter}/tags",
	  "{\"tags\":[\"m\"]}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "DELETE", "/:id/tags/:name", "/{voter}/tags/here", NULL,
	  WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "DELETE", "/:id/tags/:name", "/{voter}/tags/not-there",
	  NULL, READ_NONE, READ_NONE, READ_NONE },
	{ "voters", "GET", "/segments", "/segments", NULL, EVERYBODY, NULL,
	  NULL },
	{ "voters", "POST", "/segments", "/segments",
	  "{\"segment_name\":\"{name}\",\"campaign_id\":{campaign},"
	  "\"filter\":{}}", "401 400 403 201 201 201",
	  "401 400 400 400 400 201", NULL },
	{ "voters", "GET", "/segments/:id", "/segments/{segment}", NULL,
	  READ_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "PUT", "/segments/:id", "/segments/{segment}",
	  "{\"filter\":{}}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "PATCH", "/segments/:id", "/segments/{segment}",
	  "{\"filter\":{}}", WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/segments/:id/walk-list",
	  "/segments/{segment}/walk-list", NULL, WRITE_OWN, READ_OTHER,
	  "401 404 404 404 404 200" },
	{ "voters", "GET", "/segments/:id/walk-list.csv",
	  "/segments/{segment}/walk-list.csv", NULL,
	  "401 404 403 403 200 200", READ_OTHER, "401 404 404 404 404 200" },
	{ "voters", "DELETE", "/segments/:id", "/segments/{segment}", NULL,
	  WRITE_OWN, READ_OTHER, READ_OTHER },
	{ "voters", "GET", "/layouts", "/layouts", NULL, EVERYBODY, NULL,
	  NULL },
	{ "voters", "POST", "/layouts", "/layouts",
	  "{\"name\":\"{name}\",\"campaign_id\":{campaign},"
	  "\"mapping\":{}}", "401 400 403 201 201 201",
	  "401 400 400 400 400 201", NULL },
	{ "voters", "GET", "/layouts/:id", "/layouts/{layout}", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "voters", "PUT", "/layouts/:id", "/layouts/{layout}",
	  "{\"mapping\":{}}", WRITE_OWN, READ_OTHER, NULL },
	{ "voters", "PATCH", "/layouts/:id", "/layouts/{layout}",
	  "{\"mapping\":{}}", WRITE_OWN, READ_OTHER, NULL },
	{ "voters", "DELETE", "/layouts/:id", "/layouts/{layout}", NULL,
	  WRITE_OWN, READ_OTHER, NULL },
	{ "voters", "GET", "/opt-outs", "/opt-outs", NULL, EVERYBODY, NULL,
	  NULL },
	{ "voters", "POST", "/opt-outs", "/opt-outs",
	  "{\"campaign_id\":{campaign},\"channel\":\"email\","
	  "\"contacts\":[\"m@example.org\"]}", "401 400 403 201 201 201",
	  "401 400 400 400 400 201", NULL },
	{ "voters", "DELETE", "/opt-outs/:id", "/opt-outs/{optout}", NULL,
	  WRITE_OWN, READ_OTHER, NULL },
	{ "voters", "POST", "/opt-outs/upload",
	  "/opt-outs/upload?campaign_id={campaign}",
	  "email,channel\nm@example.org,email\n", "401 404 403 200 200 200",
	  "401 404 404 404 404 200", NULL },
	{ "voters", "GET", "/opt-outs/export",
	  "/opt-outs/export?campaign_id={campaign}", NULL,
	  MANAGERS, "401 403 403 403 404 200", NULL },
	{ "voters", "GET", "/opt-outs/contacts", "/opt-outs/contacts", NULL,
	  EVERYBODY, NULL, NULL },
	/* One without a campaign applies to all: their members see it. */
	{ "voters", "GET", "/opt-outs/contacts/:id",
	  "/opt-outs/contacts/{contact}", NULL, READ_OWN, READ_OTHER,
	  "401 404 200 200 200 200" },
	{ "voters", "DELETE", "/opt-outs/contacts/:id",
	  "/opt-outs/contacts/{contact}", NULL, WRITE_OWN, READ_OTHER,
	  "401 404 403 403 403 200" },
	{ "voters", "GET", "/duplicates", "/duplicates", NULL, EVERYBODY,
	  NULL, NULL },
	{ "voters", "POST", "/merge", "/merge",
	  "{\"keep\":{voter},\"merge\":[{voter}]}", WRITE_OWN, READ_OTHER,
	  READ_OTHER },
	{ "voters", "GET", "/merges", "/merges", NULL, EVERYBODY, NULL,
	  NULL },
	{ "voters", "POST", "/merges/:id/undo", "/merges/{merge}/undo", "{}",
	  WRITE_OWN, READ_OTHER, READ_OTHER },

	{ "voters", "POST", "/upload", "/upload?campaign_id={campaign}",
	  "first_name,last_name\nM,X\n", "401 404 403 200 200 200",
	  "401 404 404 404 404 200", NULL },

	/* No Stripe key is configured: an allowed request gets 503. */
	{ "donate", "POST", "/create-payment-intent",
	  "/create-payment-intent", "{\"amount\":500,\"campaign_id\":1}",
	  "503 503 503 503 503 503", NULL, NULL },
	{ "donate", "POST", "/checkout", "/checkout",
	  "{\"amount\":500,\"campaign_id\":1}",
	  "503 503 503 503 503 503", NULL, NULL },
	{ "donate", "GET", "/thanks", "/thanks", NULL,
	  "200 200 200 200 200 200", NULL, NULL },
	{ "donate", "POST", "/update-donation-details",
	  "/update-donation-details", "{\"payment_intent_id\":\"pi_x\"}",
	  "404 404 404 404 404 404", NULL, NULL },
	{ "donate", "POST", "/actblue/:id", "/actblue/1", "{}",
	  "401 401 401 401 401 401", NULL, NULL },
	{ "donations", "POST", "/import", "/import?campaign_id={campaign}",
	  "Lineitem ID,Amount,Date\n{name},5.00,2026-01-02\n",
	  "401 404 403 403 200 200", "401 404 404 404 404 200", NULL },
	{ "donations", "GET", "/", "", NULL, EVERYBODY, NULL, NULL },
	{ "donations", "POST", "/", "", "{\"campaign_id\":{campaign},"
	  "\"method\":\"check\",\"amount\":500}",
	  "401 400 403 403 201 201", "401 400 400 400 400 201", NULL },
	{ "donations", "GET", "/refunds", "/refunds", NULL, EVERYBODY, NULL,
	  NULL },
	{ "donations", "GET", "/limits", "/limits", NULL, EVERYBODY, NULL,
	  NULL },
	{ "donations", "GET", "/best-efforts", "/best-efforts", NULL,
	  EVERYBODY, NULL, NULL },
	{ "donations", "GET", "/statements", "/statements?year=2026", NULL,
	  MANAGERS, NULL, NULL },
	{ "donations", "GET", "/statements",
	  "/statements?year=2026&campaign_id={campaign}", NULL, MANAGERS,
	  "401 403 403 403 404 200", NULL },
	{ "donations", "GET", "/summary", "/summary", NULL, EVERYBODY, NULL,
	  NULL },
	{ "donations", "GET", "/export", "/export", NULL,
	  MANAGERS, NULL, NULL },
	{ "donations", "GET", "/export", "/export?campaign_id={campaign}",
	  NULL, MANAGERS, "401 403 403 403 404 200", NULL },
	{ "donations", "GET", "/payouts", "/payouts", NULL, MANAGERS, NULL,
	  NULL },
	{ "donations", "GET", "/payouts/:id", "/payouts/{payout}", NULL,
	  MANAGERS, "401 403 403 403 404 200", NULL },
	{ "donations", "GET", "/waiting", "/waiting", NULL, MANAGERS, NULL,
	  NULL },
	{ "donations", "GET", "/:id", "/{donation}", NULL, READ_OWN,
	  READ_OTHER, NULL },
	{ "donations", "PUT", "/:id", "/{donation}", "{\"note\":\"m\"}",
	  "401 404 403 403 200 200", READ_OTHER, NULL },
	{ "donations", "PATCH", "/:id", "/{donation}", "{\"note\":\"m\"}",
	  "401 404 403 403 200 200", READ_OTHER, NULL },
	/* Of a card, and not paid: an allowed request gets 409. */
	{ "donations", "POST", "/:id/void", "/{donation}/void",
	  "{\"reason\":\"m\"}", "401 404 403 403 409 409",
	  "401 404 404 404 404 409", NULL },
	{ "donations", "POST", "/:id/refunds", "/{donation}/refunds", "{}",
	  "401 404 403 403 409 409", "401 404 404 404 404 409", NULL },
	{ "donations", "GET", "/:id/receipt", "/{donation}/receipt", NULL,
	  "401 404 409 409 409 409", "401 404 404 404 404 409", NULL },
	{ "donations", "GET", "/:id/ledger", "/{donation}/ledger", NULL,
	  READ_OWN, READ_OTHER, NULL },
	{ "donations", "POST", "/:id/refund", "/{donation}/refund", "{}",
	  "401 404 403 403 409 409", "401 404 404 404 404 409", NULL },
	{ "donate/webhook", "POST", "/", "", "{}", "503 503 503 503 503 503",
	  NULL, NULL },
	{ "donate/webhook", "POST", "/:id", "/1", "{}",
	  "503 503 503 503 503 503", NULL, NULL },
};
/* clang-format on */

/* The program of a prefix that is not named like it. */
static const struct {
	const char	*prefix, *program;
} programs[] = {
	{ "donations", "donate" },
	{ "donate/webhook", "webhook" },
};

static const char *
campaign_text(int campaign)
{
	return campaign == 0 ? "NULL" :
	    arena_printf(&memory, "%d", campaign);
}

static int64_t
make_voter(int campaign)
{
	int64_t	 id = sql_number("INSERT INTO cerberus.voters (first_name,"
		    " last_name, tags) VALUES ('Made', 'Here', '{here}')"
		    " RETURNING voter_id");

	if (campaign != 0)
		sql("INSERT INTO cerberus.campaign_voters VALUES (%d, %lld)",
		    campaign, (long long)id);
	return id;
}

static int64_t
make_user(void)
{
	return sql_number("INSERT INTO cerberus.users (username) VALUES"
	    " ('made-' || gen_random_uuid()) RETURNING user_id");
}

/* Create a campaign with the same members. */
static int64_t
make_campaign(int campaign)
{
	int64_t	 id = sql_number("INSERT INTO cerberus.campaigns"
		    " (campaign_name) VALUES (gen_random_uuid())"
		    " RETURNING campaign_id");

	sql("INSERT INTO cerberus.campaign_members SELECT %lld, user_id, role"
	    " FROM cerberus.campaign_members WHERE campaign_id = %d",
	    (long long)id, campaign);
	return id;
}

static int64_t
make_question(int campaign)
{
	return sql_number("INSERT INTO cerberus.survey_questions"
	    " (campaign_id, question_text, question_type)"
	    " VALUES (%s, 'Made?', 'yes_no') RETURNING question_id",
	    campaign_text(campaign));
}

/* Return the value of a placeholder. */
static const char *
make(const char *what, int campaign, int user)
{
	int64_t	 id = 0;

	if (strcmp(what, "campaign") == 0)
		id = campaign;
	else if (strcmp(what, "voter") == 0)
		id = make_voter(campaign);
	else if (strcmp(what, "user") == 0)
		id = make_user();
	else if (strcmp(what, "name") == 0)
		return sql("SELECT 'made-' || gen_random_uuid()");
	else if (strcmp(what, "member") == 0) {
		id = make_user();
		sql("INSERT INTO cerberus.campaign_members VALUES"
		    " (%d, %lld, 'viewer')", campaign, (long long)id);
	} else if (strcmp(what, "key") == 0)
		id = sql_number("INSERT INTO cerberus.api_tokens (user_id,"
		    " kind, name, token_hash) VALUES (%d, 'api_key', 'k',"
		    " sha256(gen_random_uuid()::text::bytea))"
		    " RETURNING token_id", campaign == 1 && user != 0 ?
		    user : 7);
	else if (strcmp(what, "session") == 0)
		id = sql_number("INSERT INTO cerberus.api_tokens (user_id,"
		    " kind, token_hash, expires_at) VALUES (%d, 'session',"
		    " sha256(gen_random_uuid()::text::bytea),"
		    " now() + interval '1 hour') RETURNING token_id",
		    campaign == 1 && user != 0 ? user : 7);
	else if (strcmp(what, "request") == 0)
		id = sql_number("INSERT INTO cerberus.member_requests"
		    " (campaign_id, given, role) VALUES (%d,"
		    " gen_random_uuid(), 'viewer') RETURNING request_id",
		    campaign);
	else if (strcmp(what, "interaction") == 0)
		id = sql_number("INSERT INTO cerberus.interactions (voter_id,"
		    " campaign_id, interaction_type) VALUES (%lld, %s, 'Call')"
		    " RETURNING interaction_id",
		    (long long)make_voter(campaign), campaign_text(campaign));
	else if (strcmp(what, "question") == 0)
		id = make_question(campaign);
	else if (strcmp(what, "response") == 0)
		id = sql_number("INSERT INTO cerberus.survey_responses"
		    " (voter_id, question_id, response_value)"
		    " VALUES (%lld, %lld, 'yes') RETURNING response_id",
		    (long long)make_voter(campaign),
		    (long long)make_question(campaign));
	else if (strcmp(what, "import") == 0)
		id = sql_number("INSERT INTO cerberus.imports (campaign_id,"
		    " file_name, mode, state, layout, registration_state,"
		    " audit_id, finished_at) VALUES (%s, 'f', 'update',"
		    " 'done', gen_random_uuid(), 'ZZ', nextval("
		    "'cerberus.audit_log_audit_id_seq'), now())"
		    " RETURNING import_id", campaign_text(campaign));
	else if (strcmp(what, "election") == 0)
		id = sql_number("INSERT INTO cerberus.elections (state, year,"
		    " kind, slot) SELECT 'QM', 1900 + n, 'general', n FROM"
		    " (SELECT coalesce(max(slot), -1) + 1 AS n FROM"
		    " cerberus.elections WHERE state = 'QM') t"
		    " RETURNING election_id");
	else if (strcmp(what, "payout") == 0)
		id = sql_number("INSERT INTO cerberus.payouts (stripe_account,"
		    " stripe_id, amount, currency, status, campaigns,"
		    " issued_at) VALUES (0, gen_random_uuid(), 1, 'usd',"
		    " 'paid', ARRAY[%d], now()) RETURNING payout_id",
		    campaign);
	else if (strcmp(what, "segment") == 0)
		id = sql_number("INSERT INTO cerberus.segments (campaign_id,"
		    " segment_name) VALUES (%s, gen_random_uuid())"
		    " RETURNING segment_id", campaign_text(campaign));
	else if (strcmp(what, "walked") == 0) {
		id = make_voter(campaign);
		sql("UPDATE cerberus.voters SET street_address = '7 Elm St',"
		    " tags = ARRAY['walked %lld'] WHERE voter_id = %lld",
		    (long long)id, (long long)id);
		id = sql_number("INSERT INTO cerberus.segments (campaign_id,"
		    " segment_name, filter) VALUES (%s, gen_random_uuid(),"
		    " '{\"tag\": \"walked %lld\"}') RETURNING segment_id",
		    campaign_text(campaign), (long long)id);
	} else if (strcmp(what, "turf") == 0)
		id = sql_number("INSERT INTO cerberus.turfs (campaign_id,"
		    " code, turf_name, doors, people) VALUES (%d,"
		    " left(gen_random_uuid()::text, 6), 'Made', 1, 1)"
		    " RETURNING turf_id", campaign);
	else if (strcmp(what, "layout") == 0)
		id = sql_number("INSERT INTO cerberus.saved_layouts"
		    " (campaign_id, name) VALUES (%s, gen_random_uuid())"
		    " RETURNING layout_id", campaign_text(campaign));
	else if (strcmp(what, "optout") == 0)
		id = sql_number("INSERT INTO cerberus.opt_outs (campaign_id,"
		    " channel) VALUES (%s, 'email') RETURNING opt_out_id",
		    campaign_text(campaign));
	else if (strcmp(what, "contact") == 0)
		id = sql_number("INSERT INTO cerberus.opt_out_contacts"
		    " (campaign_id, contact, channel, source) VALUES (%s,"
		    " gen_random_uuid() || '@example.org', 'email', 'm')"
		    " RETURNING contact_id", campaign_text(campaign));
	else if (strcmp(what, "merge") == 0) {
		sql("SELECT cerberus.merge_voters(%lld, ARRAY[%lld::bigint])"
		    " FROM cerberus.identify(sha256('" ADMIN "'))",
		    (long long)make_voter(campaign),
		    (long long)make_voter(campaign));
		id = sql_number("SELECT max(merge_id) FROM cerberus.merges");
	} else if (strcmp(what, "fresh") == 0) {
		id = make_campaign(campaign);
	} else if (strcmp(what, "funded") == 0) {
		id = make_campaign(campaign);
		sql("INSERT INTO cerberus.donations (campaign_id, amount)"
		    " VALUES (%lld, 500)", (long long)id);
	} else if (strcmp(what, "answered") == 0) {
		id = make_question(campaign);
		sql("INSERT INTO cerberus.survey_responses (voter_id,"
		    " question_id, response_value) VALUES (%lld, %lld, 'yes')",
		    (long long)make_voter(campaign), (long long)id);
	} else if (strcmp(what, "donation") == 0)
		id = sql_number("INSERT INTO cerberus.donations (campaign_id,"
		    " amount) VALUES (%d, 500) RETURNING donation_id",
		    campaign);
	else
		cr_assert(false, "there is no {%s}", what);
	return arena_printf(&memory, "%lld", (long long)id);
}

static const char *
fill(const char *text, int campaign, int user)
{
	struct buf	 b;
	size_t		 n;

	if (text == NULL)
		return NULL;
	buf_init(&b, 65536);
	while (*text != '\0') {
		n = *text == '{' ? strspn(text + 1,
		    "abcdefghijklmnopqrstuvwxyz") : 0;
		if (n > 0 && text[n + 1] == '}') {
			buf_adds(&b, make(arena_strndup(&memory, text + 1, n),
			    campaign, user));
			text += n + 2;
		} else {
			buf_addc(&b, *text++);
		}
	}
	text = arena_strdup(&memory, buf_str(&b));
	buf_release(&b);
	return text;
}

static void
check(const struct row *row, const char *expected, int campaign)
{
	const char	*path, *query;
	struct answer	*a;

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		int	 wanted = (int)strtol(expected + 4 * i, NULL, 10);

		path = fill(row->path, campaign, roles[i].user_id);
		query = strchr(path, '?');
		a = CALL(.method = row->method, .token = roles[i].token,
		    .path = arena_printf(&memory, "/%s%.*s", row->prefix,
		    (int)strcspn(path, "?"), path),
		    .query = query != NULL ? query + 1 : NULL,
		    .type = query != NULL ? "text/csv" : NULL,
		    .body = fill(row->body, campaign, roles[i].user_id));
		cr_expect(a->status == wanted,
		    "%s %s/%s as %s, campaign %d: wanted %d, got %d %.300s",
		    row->method, row->prefix, row->path, roles[i].name,
		    campaign, wanted, a->status, a->body);
	}
}

Test(matrix, own_campaign)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(&rows[i], rows[i].own, 1);
}

Test(matrix, other_campaign)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].other != NULL)
			check(&rows[i], rows[i].other, 2);
}

Test(matrix, no_campaign)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].none != NULL)
			check(&rows[i], rows[i].none, 0);
}

static int64_t
log_size(void)
{
	const char	*path = getenv("PG_LOG");
	struct stat	 st;

	cr_assert(path != NULL && stat(path, &st) == 0,
	    "tests/run says where PostgreSQL's log is");
	return (int64_t)st.st_size;
}

/* Each route refuses an invalid token, and PostgreSQL logs nothing. */
Test(matrix, an_invalid_token_is_not_logged)
{
	int64_t	 before = log_size();
	size_t	 n = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char	*path, *query;

		if (strncmp(rows[i].own, "401", 3) != 0 ||
		    strcmp(rows[i].route, "/login") == 0 ||
		    strcmp(rows[i].route, "/session") == 0)
			continue;
		path = fill(rows[i].path, 1, 0);
		query = strchr(path, '?');
		expect_status(CALL(.method = rows[i].method,
		    .token = "test-token-that-is-a-guess",
		    .path = arena_printf(&memory, "/%s%.*s", rows[i].prefix,
		    (int)strcspn(path, "?"), path),
		    .query = query != NULL ? query + 1 : NULL,
		    .type = query != NULL ? "text/csv" : NULL,
		    .body = fill(rows[i].body, 1, 0)), 401);
		n++;
	}
	cr_expect_gt(n, (size_t)50);
	cr_expect_leq(log_size() - before, (int64_t)(10 * n),
	    "%lld bytes for %zu requests", (long long)(log_size() - before),
	    n);
}

static bool
has_row(const char *program, const char *method, const char *route)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char	*serves = rows[i].prefix;

		for (size_t k = 0; k < ARRAY_LEN(programs); k++)
			if (strcmp(programs[k].prefix, serves) == 0)
				serves = programs[k].program;
		if (strcmp(serves, program) == 0 &&
		    strcmp(rows[i].method, method) == 0 &&
		    strcmp(rows[i].route, route) == 0)
			return true;
	}
	return false;
}

/*
 * Check that each route in the source of a program, { .method = M_GET, .path =
 * "/:id", ..., has a row above.  Return the number of routes.
 */
static size_t
check_source(const char *name, const char *path)
{
	FILE	*f = fopen(path, "r");
	char	*text = arena_zalloc(&memory, 65536), *at;
	char	 method[16], route[128];
	size_t	 n = 0;

	cr_assert_not_null(f, "%s", path);
	cr_assert_lt(fread(text, 1, 65535, f), 65535);
	fclose(f);
	if ((at = strstr(text, "struct route routes[]")) == NULL)
		return 0;
	while ((at = strstr(at, "{ .method")) != NULL) {
		cr_assert_eq(sscanf(at, "{ .method = M_%15[A-Z], .path = "
		    "\"%127[^\"]\"", method, route), 2, "%s: %.40s", name, at);
		cr_expect(has_row(name, method, route),
		    "%s of %s.cgi, %s, has no row here", method, name, route);
		at++;
		n++;
	}
	return n;
}

Test(matrix, every_route_has_a_row)
{
	const char	*dir = arena_printf(&memory, "%s/cgi-bin",
			    getenv("SRCDIR"));
	DIR		*d = opendir(dir);
	struct dirent	*entry;
	size_t		 n = 0;

	cr_assert_not_null(d);
	while ((entry = readdir(d)) != NULL) {
		size_t	 len = strlen(entry->d_name);

		if (len < 3 || strcmp(entry->d_name + len - 2, ".c") != 0)
			continue;
		n += check_source(arena_strndup(&memory, entry->d_name,
		    len - 2), arena_printf(&memory, "%s/%s", dir,
		    entry->d_name));
	}
	closedir(d);
	cr_expect_geq(n, 105);
}
