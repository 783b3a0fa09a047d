/* The rows that tests create by name; see made.h. */
#include <criterion/criterion.h>

#include "answer.h"
#include "core/buf.h"
#include "made.h"
#include "sql.h"

#define OTHER_OWNER	7	/* the inactive user */

/*
 * The statement that creates each, and returns its id.  {scope} is the number
 * of the campaign, or NULL; {owner} is a user.
 */
static const struct {
	const char	*name, *statement;
} statements[] = {
	{ "voter", "WITH v AS (INSERT INTO voters (first_name, last_name, tags)"
	  " VALUES ('Made', 'Here', ARRAY['here']) RETURNING voter_id),"
	  " m AS (INSERT INTO campaign_voters SELECT {campaign}, voter_id FROM v"
	  " WHERE {campaign} <> 0) SELECT voter_id FROM v" },
	{ "user", "INSERT INTO users (username)"
	  " VALUES ('made-' || gen_random_uuid()) RETURNING user_id" },
	{ "name", "SELECT 'made-' || gen_random_uuid()" },
	{ "member", "INSERT INTO campaign_members VALUES ({campaign}, {user},"
	  " 'viewer') RETURNING user_id" },
	{ "key", "INSERT INTO api_tokens (user_id, kind, name, token_hash)"
	  " VALUES ({owner}, 'api_key', 'k',"
	  " sha256(gen_random_uuid()::text::bytea)) RETURNING token_id" },
	{ "session", "INSERT INTO api_tokens (user_id, kind, token_hash,"
	  " expires_at) VALUES ({owner}, 'session',"
	  " sha256(gen_random_uuid()::text::bytea), now() + interval '1 hour')"
	  " RETURNING token_id" },
	{ "request", "INSERT INTO member_requests (campaign_id, given, role)"
	  " VALUES ({campaign}, gen_random_uuid(), 'viewer')"
	  " RETURNING request_id" },
	{ "interaction", "INSERT INTO interactions (voter_id, campaign_id,"
	  " interaction_type) VALUES ({voter}, {scope}, 'Call')"
	  " RETURNING interaction_id" },
	{ "question", "INSERT INTO survey_questions (campaign_id,"
	  " question_text, question_type) VALUES ({scope}, 'Made?', 'yes_no')"
	  " RETURNING question_id" },
	{ "response", "INSERT INTO survey_responses (voter_id, question_id,"
	  " response_value) VALUES ({voter}, {question}, 'yes')"
	  " RETURNING response_id" },
	{ "answered", "INSERT INTO survey_responses (voter_id, question_id,"
	  " response_value) VALUES ({voter}, {question}, 'yes')"
	  " RETURNING question_id" },
	{ "import", "INSERT INTO imports (campaign_id, file_name, mode, state,"
	  " layout, registration_state, audit_id, finished_at) VALUES ({scope},"
	  " 'f', 'update', 'done', gen_random_uuid(), 'ZZ',"
	  " nextval('audit_log_audit_id_seq'), now()) RETURNING import_id" },
	{ "election", "INSERT INTO elections (state, year, kind, slot)"
	  " SELECT 'QM', 1900 + n, 'general', n FROM (SELECT"
	  " coalesce(max(slot), -1) + 1 AS n FROM elections"
	  " WHERE state = 'QM') t RETURNING election_id" },
	{ "payout", "INSERT INTO payouts (stripe_account, stripe_id, amount,"
	  " currency, status, campaigns, issued_at) VALUES (0,"
	  " gen_random_uuid(), 1, 'usd', 'paid', ARRAY[{campaign}], now())"
	  " RETURNING payout_id" },
	/* Of nobody: the tests before leave voters by the thousand. */
	{ "segment", "INSERT INTO segments (campaign_id, segment_name, filter)"
	  " VALUES ({scope}, gen_random_uuid(), '{\"zip_code\": \"00000\"}')"
	  " RETURNING segment_id" },
	{ "walked", "WITH v AS (UPDATE voters SET street_address = '7 Elm St',"
	  " tags = ARRAY['walked ' || voter_id] WHERE voter_id = {voter}"
	  " RETURNING tags[1] AS tag) INSERT INTO segments (campaign_id,"
	  " segment_name, filter) SELECT {scope}, gen_random_uuid(),"
	  " jsonb_build_object('tag', tag) FROM v RETURNING segment_id" },
	{ "turf", "INSERT INTO turfs (campaign_id, code, turf_name, doors,"
	  " people) VALUES ({campaign}, left(gen_random_uuid()::text, 6),"
	  " 'Made', 1, 1) RETURNING turf_id" },
	{ "calls", "INSERT INTO call_lists (campaign_id, list_name)"
	  " VALUES ({campaign}, 'Made') RETURNING call_list_id" },
	{ "layout", "INSERT INTO saved_layouts (campaign_id, name)"
	  " VALUES ({scope}, gen_random_uuid()) RETURNING layout_id" },
	{ "mapping", "INSERT INTO gift_mappings (campaign_id, source, mapping)"
	  " VALUES ({scope}, 's' || substr(md5(random()::text), 1, 12),"
	  " '{}') RETURNING mapping_id" },
	{ "waiting", "INSERT INTO stripe_strays (stripe_account, kind,"
	  " stripe_id, campaign_id, status, happened_at) VALUES (0, 'payment',"
	  " gen_random_uuid(), {scope}, 'succeeded', now())"
	  " RETURNING stray_id * 4 + 1" },
	{ "optout", "INSERT INTO opt_outs (campaign_id, channel)"
	  " VALUES ({scope}, 'email') RETURNING opt_out_id" },
	{ "contact", "INSERT INTO opt_out_contacts (campaign_id, contact,"
	  " channel, source) VALUES ({scope},"
	  " gen_random_uuid() || '@example.org', 'email', 'm')"
	  " RETURNING contact_id" },
	{ "merge", "SELECT merge_voters({voter}, ARRAY[{voter}::bigint])"
	  " FROM identify(sha256('" ADMIN "')); SELECT max(merge_id)"
	  " FROM merges" },
	{ "fresh", "WITH c AS (INSERT INTO campaigns (campaign_name)"
	  " VALUES (gen_random_uuid()) RETURNING campaign_id), m AS (INSERT"
	  " INTO campaign_members SELECT c.campaign_id, m.user_id, m.role"
	  " FROM c, campaign_members m WHERE m.campaign_id = {campaign})"
	  " SELECT campaign_id FROM c" },
	{ "funded", "INSERT INTO donations (campaign_id, amount)"
	  " VALUES ({fresh}, 500) RETURNING campaign_id" },
	{ "donation", "INSERT INTO donations (campaign_id, amount)"
	  " VALUES ({campaign}, 500) RETURNING donation_id" },
};

const char *
made(const char *name, int campaign, int user)
{
	const char	*id = arena_printf(&memory, "%d", campaign);

	if (strcmp(name, "campaign") == 0)
		return id;
	if (strcmp(name, "scope") == 0)
		return campaign == 0 ? "NULL" : id;
	if (strcmp(name, "owner") == 0)
		return arena_printf(&memory, "%d", campaign == 1 && user != 0 ?
		    user : OTHER_OWNER);
	for (size_t i = 0; i < ARRAY_LEN(statements); i++)
		if (strcmp(statements[i].name, name) == 0)
			return sql("%s", made_text(statements[i].statement,
			    campaign, user));
	cr_assert(false, "there is no {%s}", name);
	return NULL;
}

int64_t
made_id(const char *name, int campaign)
{
	return strtoll(made(name, campaign, 0), NULL, 10);
}

const char *
made_text(const char *text, int campaign, int user)
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
			buf_adds(&b, made(arena_strndup(&memory, text + 1, n),
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
