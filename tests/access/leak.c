/*
 * A viewer of campaign 1 requests every route with every id, every filter and
 * every method: no response may show what exists only in campaign 2.
 */
#include <criterion/criterion.h>

#include "call.h"
#include "leak.h"
#include "sql.h"

#define SECRET	"Zzhidden"	/* in every text of campaign 2 */
#define CLOSED	"Zzclosed"	/* in campaign 1, not for its viewers */
#define CONTACT	"zzcontact@example.org"	/* of a voter of campaign 1 */
#define NUMBER	"+15125550188"		/* likewise */

static void
hide(void)
{
	sql("UPDATE cerberus.campaigns SET campaign_name = 'Zzhidden',"
	    " description = 'Zzhidden' WHERE campaign_id = 2");
	sql("INSERT INTO cerberus.users (user_id, username, full_name)"
	    " VALUES (900, 'Zzhidden', 'Zzhidden')");
	sql("INSERT INTO cerberus.campaign_members"
	    " VALUES (2, 900, 'editor')");
	sql("INSERT INTO cerberus.voters (voter_id, first_name, last_name,"
	    " city, precinct, employer, email_address, phone_number,"
	    " voter_registration_id, registration_state, tags)"
	    " VALUES (901, 'Zzhidden', 'Zzhidden', 'Zzhidden', 'Zzhidden',"
	    " 'Zzhidden', 'zzhidden@example.org', '+15125550199', 'Zzhidden',"
	    " 'NC', '{Zzhidden}'), (902, 'Both', 'Sides', NULL, NULL, NULL,"
	    " NULL, NULL, NULL, NULL, '{}')");
	sql("INSERT INTO cerberus.campaign_voters VALUES (2, 901), (2, 902),"
	    " (1, 902)");
	sql("INSERT INTO cerberus.interactions (interaction_id, voter_id,"
	    " campaign_id, interaction_type, outcome, notes)"
	    " VALUES (903, 901, 2, 'Zzhidden', 'Zzhidden', 'Zzhidden'),"
	    " (904, 902, 2, 'Zzhidden', 'Zzhidden', 'Zzhidden')");
	sql("INSERT INTO cerberus.survey_questions (question_id, campaign_id,"
	    " question_text, question_type, possible_answers)"
	    " VALUES (905, 2, 'Zzhidden', 'single_choice', '[\"Zzhidden\"]')");
	sql("INSERT INTO cerberus.survey_responses (response_id, voter_id,"
	    " question_id, response_value)"
	    " VALUES (906, 902, 905, 'Zzhidden')");
	sql("INSERT INTO cerberus.donations (donation_id, voter_id,"
	    " campaign_id, amount, first_name, last_name, employer,"
	    " payment_intent_id) VALUES (907, 902, 2, 500, 'Zzhidden',"
	    " 'Zzhidden', 'Zzhidden', 'Zzhidden')");
	sql("INSERT INTO cerberus.consents (consent_id, voter_id, campaign_id,"
	    " channel, granted, source, wording)"
	    " VALUES (908, 902, 2, 'email', true, 'Zzhidden', 'Zzhidden')");
	sql("INSERT INTO cerberus.imports (import_id, campaign_id, file_name,"
	    " mode, state) VALUES (909, 2, 'Zzhidden', 'update', 'done')");
	sql("INSERT INTO cerberus.import_rejects (import_id, line, message,"
	    " raw) VALUES (909, 2, 'Zzhidden', 'Zzhidden')");
	sql("INSERT INTO cerberus.segments (segment_id, campaign_id,"
	    " segment_name, filter) VALUES (910, 2, 'Zzhidden',"
	    " '{\"city\": \"Zzhidden\"}')");
	sql("INSERT INTO cerberus.saved_layouts (layout_id, campaign_id, name)"
	    " VALUES (915, 2, 'Zzhidden')");
	sql("INSERT INTO cerberus.opt_outs (opt_out_id, campaign_id, channel)"
	    " VALUES (911, 2, 'email')");
	sql("INSERT INTO cerberus.opt_out_contacts (contact_id, campaign_id,"
	    " contact, channel, source)"
	    " VALUES (915, 2, 'zzhidden@example.org', 'email', 'Zzhidden')");
	sql("INSERT INTO cerberus.merges (kept_id, merged_id,"
	    " campaigns, snapshot) VALUES (902, 913, '{1,2}',"
	    " '{\"merged\": {\"last_name\": \"Zzhidden\"}}')");
	/* The response does not show whose registration id it is. */
	sql("INSERT INTO cerberus.voters (voter_id, first_name, last_name,"
	    " voter_registration_id) VALUES (914, 'Zzhidden', 'Zzhidden',"
	    " 'Taken')");
	sql("INSERT INTO cerberus.campaign_voters VALUES (2, 914)");
	sql("INSERT INTO cerberus.turfs (turf_id, campaign_id, code, turf_name,"
	    " doors, people) VALUES (917, 2, 'ZZZZZZ', 'Zzhidden', 1, 1)");
	sql("INSERT INTO cerberus.turf_voters (turf_id, voter_id)"
	    " VALUES (917, 901), (917, 902)");
	sql("INSERT INTO cerberus.call_lists (call_list_id, campaign_id,"
	    " list_name) VALUES (916, 2, 'Zzhidden')");
	sql("INSERT INTO cerberus.call_people (call_list_id, campaign_id,"
	    " voter_id) VALUES (916, 2, 901), (916, 2, 902)");
}

/* What a viewer of campaign 1 may not see of it, and a voter whom they may. */
static void
hide_own(void)
{
	sql("UPDATE cerberus.users SET full_name = 'Zzclosed', email_address ="
	    " 'Zzclosed@example.org' WHERE user_id = 3");
	sql("INSERT INTO cerberus.api_tokens (user_id, kind, name, token_hash)"
	    " VALUES (3, 'api_key', 'Zzclosed', sha256('Zzclosed'))");
	sql("INSERT INTO cerberus.member_requests (campaign_id, given, role)"
	    " VALUES (1, 'Zzclosed', 'viewer')");
	sql("INSERT INTO cerberus.payouts (stripe_account, stripe_id, amount,"
	    " currency, status, campaigns, issued_at) VALUES (0, 'Zzclosed', 1,"
	    " 'usd', 'paid', ARRAY[1], now())");
	sql("INSERT INTO cerberus.stripe_strays (stripe_account, kind,"
	    " stripe_id, campaign_id, status, happened_at) VALUES (0,"
	    " 'payment', 'Zzclosed', 1, 'succeeded', now())");
	sql("INSERT INTO cerberus.voters (voter_id, first_name, last_name,"
	    " email_address, phone_number, voter_registration_id,"
	    " registration_state, street_address, zip_code) VALUES (920, 'Own',"
	    " 'Voter', 'zzcontact@example.org', '+15125550188', 'Zzcontact',"
	    " 'NC', '1 Own St', '27601')");
	sql("INSERT INTO cerberus.campaign_voters VALUES (1, 920)");
	sql("INSERT INTO cerberus.turfs (turf_id, campaign_id, code, turf_name,"
	    " doors, people) VALUES (921, 1, 'OWNOWN', 'Own', 1, 1)");
	sql("INSERT INTO cerberus.turf_voters (turf_id, voter_id)"
	    " VALUES (921, 920)");
	sql("INSERT INTO cerberus.call_lists (call_list_id, campaign_id,"
	    " list_name) VALUES (922, 1, 'Own')");
	sql("INSERT INTO cerberus.call_people (call_list_id, campaign_id,"
	    " voter_id) VALUES (922, 1, 920)");
}

/* % stands for an id. */
static const char *const single[] = {
	"/voters/%", "/voters/%/interactions", "/voters/%/donations",
	"/voters/%/survey-responses", "/voters/%/consents",
	"/voters/imports/%", "/voters/imports/%/rejects", "/campaigns/%",
	"/campaigns/%/summary", "/campaigns/%/members",
	"/campaigns/%/members/900", "/campaigns/1/members/%",
	"/interactions/%", "/surveys/questions/%",
	"/surveys/questions/%/results", "/surveys/responses/%",
	"/donations/%", "/donations/%/ledger", "/donations/%/refund",
	"/users/%", "/auth/api-keys/%", "/voters/%/tags",
	"/voters/%/tags/x", "/voters/%/everything", "/voters/segments/%",
	"/voters/opt-outs/%", "/voters/opt-outs/contacts/%",
	"/voters/merges/%/undo", "/voters/layouts/%",
	"/voters/segments/%/walk-list.json", "/turfs/%", "/turfs/%/walk-list",
	"/turfs/%/walk-list.json", "/interactions/call-lists/%",
	"/interactions/call-lists/%/next",
	"/interactions/call-lists/%/give-back",
};

static const char *const lists[] = {
	"/voters", "/voters/export", "/voters/imports", "/voters/duplicates",
	"/campaigns", "/interactions", "/surveys/questions",
	"/surveys/responses", "/donations", "/donations/summary",
	"/donations/export", "/users", "/audit", "/auth/me",
	"/auth/api-keys", "/signups", "/health", "/voters/segments",
	"/voters/opt-outs", "/voters/opt-outs/contacts",
	"/voters/opt-outs/export", "/voters/merges", "/voters/layouts",
	"/interactions/call-lists", "/turfs", "/households",
};

static const char *const queries[] = {
	NULL, "campaign_id=2", "voter_id=901", "voter_id=902",
	"question_id=905", "interaction_id=903", "user_id=900",
	"q=zzhid", "last_name=zzhidden", "city=Zzhidden",
	"email_address=zzhidden%40example.org", "tag=Zzhidden",
	"per_page=200", "sort=-updated_at", "sort=-created_at",
	"fields=last_name", "format=fec", "status=pending", "segment_id=910",
	"campaign_id=2&purpose=email",
};

static const struct {
	const char	*method, *path, *body;
} writes[] = {
	{ "POST", "/voters", "{\"first_name\":\"A\",\"last_name\":\"B\","
	  "\"campaign_id\":2}" },
	{ "POST", "/voters", "{\"first_name\":\"A\",\"last_name\":\"B\","
	  "\"campaign_id\":1,\"voter_registration_id\":\"Zz\"}" },
	{ "POST", "/voters", "{\"first_name\":\"A\",\"last_name\":\"B\","
	  "\"campaign_id\":1,\"voter_registration_id\":\"Taken\"}" },
	{ "PUT", "/voters/902", "{\"voter_registration_id\":\"Taken\"}" },
	{ "POST", "/voters/opt-outs", "{\"campaign_id\":1,\"channel\":"
	  "\"email\",\"contacts\":[\"a@example.org\"]}" },
	{ "POST", "/voters/opt-outs", "{\"campaign_id\":2,\"channel\":"
	  "\"email\",\"contacts\":[\"a@example.org\"]}" },
	{ "POST", "/voters/segments", "{\"campaign_id\":2,"
	  "\"segment_name\":\"Mine\",\"filter\":{}}" },
	{ "POST", "/voters/layouts", "{\"campaign_id\":2,"
	  "\"name\":\"Mine\"}" },
	{ "POST", "/campaigns/1/voters", "{\"segment_id\":910}" },
	{ "POST", "/campaigns/1/voters", "{\"filter\":{\"campaign_id\":2}}" },
	{ "POST", "/voters/901/consents", "{\"campaign_id\":1,\"channel\":"
	  "\"email\",\"granted\":true}" },
	{ "POST", "/voters/merge", "{\"keep\":902,\"merge\":[901]}" },
	{ "POST", "/voters/901/tags", "{\"tags\":[\"x\"]}" },
	{ "POST", "/voters/tags", "{\"add\":[\"x\"],\"voter_ids\":[901]}" },
	{ "POST", "/campaigns/1/voters", "{\"voter_ids\":[901]}" },
	{ "POST", "/campaigns/2/voters", "{\"voter_ids\":[902]}" },
	{ "DELETE", "/campaigns/2/voters", "{\"voter_ids\":[902]}" },
	{ "POST", "/interactions", "{\"voter_id\":901,\"campaign_id\":2,"
	  "\"interaction_type\":\"Call\"}" },
	{ "POST", "/interactions", "{\"voter_id\":902,\"campaign_id\":1,"
	  "\"interaction_type\":\"Call\",\"answers\":[{\"question_id\":905,"
	  "\"response_value\":\"x\"}]}" },
	{ "POST", "/interactions", "[{\"client_event_id\":"
	  "\"00000000-0000-4000-8000-000000000001\",\"voter_id\":901,"
	  "\"campaign_id\":1,\"interaction_type\":\"Call\",\"call\":"
	  "{\"call_list_id\":916,\"then\":\"opt_out\"}}]" },
	{ "POST", "/interactions/call-lists", "{\"segment_id\":910}" },
	{ "POST", "/interactions/call-lists", "{\"turf_id\":917}" },
	{ "POST", "/surveys/responses", "{\"voter_id\":902,"
	  "\"question_id\":905,\"response_value\":\"x\"}" },
	{ "POST", "/surveys/questions", "{\"campaign_id\":2,"
	  "\"question_text\":\"?\",\"question_type\":\"yes_no\"}" },
	{ "POST", "/donate/update-donation-details",
	  "{\"payment_intent_id\":\"pi_1\"}" },
	{ "POST", "/donate/create-payment-intent",
	  "{\"amount\":500,\"campaign_id\":2}" },
};

static size_t	 walked;

static void
look(const char *method, const char *path, const char *query,
    const char *body, const char *token)
{
	struct answer	*a = CALL(.method = method, .path = path,
			    .query = query, .body = body, .token = token);

	walked++;
	cr_expect(strstr(a->body, SECRET) == NULL &&
	    strstr(a->head, SECRET) == NULL, "%s %s?%s shows %s", method,
	    path, query != NULL ? query : "", a->body);
	cr_expect(a->status < 500 || a->status == 503,
	    "%s %s?%s: %d %s", method, path, query != NULL ? query : "",
	    a->status, a->body);
}

static const char *
with_id(const char *path, int id)
{
	const char	*at = strchr(path, '%');

	return arena_printf(&memory, "%.*s%d%s", (int)(at - path), path, id,
	    at + 1);
}

static void
walk(const char *token)
{
	static const char *const	 methods[] = {
		"GET", "PUT", "PATCH", "POST", "DELETE"
	};
	static const int		 ids[] = {
		1, 2, 5, 900, 901, 902, 903, 904, 905, 906, 907, 908, 909,
		910, 911, 914
	};

	for (size_t l = 0; l < ARRAY_LEN(lists); l++)
		for (size_t q = 0; q < ARRAY_LEN(queries); q++)
			look("GET", lists[l], queries[q], NULL, token);
	for (size_t m = 0; m < ARRAY_LEN(methods); m++)
		for (size_t s = 0; s < ARRAY_LEN(single); s++)
			for (size_t i = 0; i < ARRAY_LEN(ids); i++)
				look(methods[m], with_id(single[s], ids[i]),
				    NULL, m == 0 || m == 4 ? NULL : "{}",
				    token);
	look("POST", arena_printf(&memory, "/voters/merges/%lld/undo",
	    (long long)sql_number("SELECT max(merge_id) FROM merges")), NULL,
	    "{}", token);
	for (size_t w = 0; w < ARRAY_LEN(writes); w++)
		look(writes[w].method, writes[w].path, NULL, writes[w].body,
		    token);
}

static size_t	 leaks;
static const char	*planted = SECRET;

/* May an answer to this call tell a viewer how to reach a voter? */
static bool
may_show_contacts(const char *call)
{
	static const char *const	 calls[] = {
		"GET /voters?", "GET /voters/920?", "GET /voters/920/everything"
	};

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (strncmp(call, calls[i], strlen(calls[i])) == 0)
			return true;
	return false;
}

static bool
shows(const struct answer *a, const char *text)
{
	return strstr(a->body, text) != NULL || strstr(a->head, text) != NULL;
}

/* Does the answer show more of the other campaign than its public name? */
static bool
shows_other(const char *call, const struct answer *a)
{
	const char	*name = strstr(a->body, planted);

	if (strncmp(call, "GET /campaigns/2/public?", 24) == 0)
		return name != NULL && strstr(name + 1, planted) != NULL;
	return shows(a, planted);
}

/* Count what an answer to a viewer shows that it must not. */
static void
inspect(const char *call, const struct answer *a)
{
	bool	 bad = shows_other(call, a) || shows(a, CLOSED) ||
		    ((shows(a, CONTACT) || shows(a, NUMBER) ||
		    shows(a, "Zzcontact")) && !may_show_contacts(call)) ||
		    (a->status >= 500 && a->status != 503);

	leaks += bad;
	if (bad && strcmp(planted, SECRET) == 0)
		cr_log_error("%s: %d %.500s", call, a->status, a->body);
}

/* Show one row of another campaign to all, and see that the walk finds it. */
static void
find_hole(void)
{
	planted = "Zzhole";
	leaks = 0;
	sql("INSERT INTO cerberus.turfs (turf_id, campaign_id, code, turf_name,"
	    " doors, people) VALUES (923, 2, 'ZZHOLE', 'Zzhole', 1, 1)");
	sql("CREATE POLICY hole ON cerberus.turfs FOR SELECT TO cerberus_app"
	    " USING (turf_id = 923)");
	leak_portal(VIEWER, "/turfs", inspect);
	sql("DROP POLICY hole ON cerberus.turfs");
	cr_expect_gt(leaks, 0);
}

Test(leak, a_viewer_sees_nothing_of_another_campaign)
{
	hide();
	hide_own();
	cr_expect_gt(leak_portal(VIEWER, "/", inspect), 1000);
	cr_expect_eq(leaks, 0, "the staff page's calls show %zu secrets",
	    leaks);
	find_hole();
	walk(VIEWER);
	walk(NOBODY);
	/* An editor learns no more; some of the writes succeed. */
	walk(EDITOR);
	/* Check of the test: an allowed caller does see it. */
	cr_expect_not_null(strstr(CALL(.path = "/voters/901",
	    .token = STRANGER)->body, SECRET));
	cr_expect_gt(walked, 3000);
}

/* Totals count only rows that the caller can see. */
Test(leak, totals_count_only_visible_rows)
{
	static const struct {
		const char	*path, *total, *count;
	} totals[] = {
		{ "/voters", "total_voters", "campaign_voters" },
		{ "/interactions", "total_interactions", "interactions" },
		{ "/surveys/questions", "total_questions",
		  "survey_questions" },
		{ "/donations", "total_donations", "donations" },
		{ "/campaigns", "total_campaigns", "campaigns" },
	};

	/* Other tests, which ran before, let users join their campaigns. */
	sql("DELETE FROM cerberus.campaign_members WHERE campaign_id <> 1"
	    " AND user_id = (SELECT user_id FROM cerberus.users"
	    " WHERE username = 'viewer')");
	for (size_t i = 0; i < ARRAY_LEN(totals); i++) {
		struct answer	*a = CALL(.path = totals[i].path,
				    .token = VIEWER);

		expect_number(a, totals[i].total, sql_number(
		    "SELECT count(*) FROM cerberus.%s WHERE campaign_id = 1",
		    totals[i].count));
	}
}
