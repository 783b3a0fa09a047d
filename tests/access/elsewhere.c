/*
 * What a member of one campaign may do in another in which they are a viewer,
 * and with campaigns and voters that they cannot see.
 */
#include <criterion/criterion.h>

#include "call.h"
#include "made.h"
#include "sql.h"

/* Make campaign 1's manager a viewer of campaign 3. */
static void
join_campaign(void)
{
	sql("INSERT INTO cerberus.campaign_members VALUES (3, 2, 'viewer')"
	    " ON CONFLICT (campaign_id, user_id)"
	    " DO UPDATE SET role = 'viewer'");
}

static void
leave_campaign(void)
{
	sql("DELETE FROM cerberus.campaign_members"
	    " WHERE campaign_id = 3 AND user_id = 2");
}

TestSuite(elsewhere, .init = join_campaign, .fini = leave_campaign);

Test(elsewhere, exports_need_a_campaign_that_the_caller_manages)
{
	static const char *const	 paths[] = { "/voters/export",
					    "/donations/export" };
	int64_t	 segment = sql_number("INSERT INTO cerberus.segments"
		    " (campaign_id, segment_name) VALUES (3,"
		    " gen_random_uuid()) RETURNING segment_id");

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		static const struct {
			const char	*query, *token;
			int		 status;
		} rows[] = {
			{ "campaign_id=1", MANAGER, 200 },
			{ "campaign_id=3", MANAGER, 403 },
			{ "campaign_id=2", MANAGER, 404 },
			{ "campaign_id=99999999", MANAGER, 404 },
			{ "campaign_id=x", MANAGER, 400 },
			{ NULL, MANAGER, 200 },
			{ "campaign_id=3", ADMIN, 200 },
			{ "campaign_id=99999999", ADMIN, 404 },
			{ "campaign_id=1", EDITOR, 403 },
		};

		for (size_t k = 0; k < ARRAY_LEN(rows); k++)
			expect_status(CALL(.path = paths[i], .query =
			    rows[k].query, .token = rows[k].token),
			    rows[k].status);
	}
	/* A segment of a campaign limits the export to that campaign. */
	expect_status(CALL(.path = "/voters/export", .token = MANAGER,
	    .query = arena_printf(&memory, "segment_id=%lld",
	    (long long)segment)), 403);
}

Test(elsewhere, a_hidden_source_campaign_is_not_found)
{
	static const char	 body[] = "{\"first_name\":\"S\",\"last_name\":"
				    "\"S\",\"campaign_id\":1,"
				    "\"source_campaign_id\":%s}";
	static const char *const none[] = { "2", "99999999" };
	int64_t			 id = voter("Source", "Kept");
	const char		*path = arena_printf(&memory, "/voters/%lld",
				    (long long)id);
	const char		*said[2];
	struct answer		*a;

	for (size_t i = 0; i < 2; i++) {
		a = CALL(.path = "/voters", .token = EDITOR, .body =
		    arena_printf(&memory, body, none[i]));
		expect_problem(a, 400, "invalid_fields");
		expect_names(a, "source_campaign_id", "not_found");
		said[i] = text_at(a, "errors.0.message");
		a = CALL(.method = "PUT", .path = path, .token = EDITOR,
		    .body = arena_printf(&memory,
		    "{\"source_campaign_id\":%s}", none[i]));
		expect_problem(a, 400, "invalid_fields");
		expect_names(a, "source_campaign_id", "not_found");
	}
	cr_expect_str_eq(said[0], said[1]);
	expect_status(CALL(.path = "/voters", .token = EDITOR, .body =
	    arena_printf(&memory, body, "1")), 201);
	expect_status(CALL(.path = "/voters", .token = ADMIN, .body =
	    arena_printf(&memory, body, "2")), 201);
	/* A client may send back a value that it has read. */
	sql("UPDATE cerberus.voters SET source_campaign_id = 2"
	    " WHERE voter_id = %lld", (long long)id);
	a = CALL(.method = "PUT", .path = path, .token = EDITOR, .body =
	    "{\"city\":\"X\",\"source_campaign_id\":2}");
	expect_status(a, 200);
	expect_number(a, "source_campaign_id", 2);
}

static const char *
contact(int64_t id)
{
	return arena_printf(&memory, "{\"voter_id\":%lld,\"campaign_id\":1,"
	    "\"interaction_type\":\"Call\"}", (long long)id);
}

static bool
joined(int64_t id, int campaign)
{
	return sql_number("SELECT count(*) FROM cerberus.campaign_voters"
	    " WHERE voter_id = %lld AND campaign_id = %d", (long long)id,
	    campaign) == 1;
}

Test(elsewhere, a_contact_with_a_hidden_voter_is_404)
{
	static const int	 campaigns[] = { 0, 2, -1 };
	int64_t			 q = made_id("question", 1);
	int64_t			 own = voter("Own", "Voter");
	const char		*id, *moved[3];
	struct answer		*a;

	a = CALL(.path = "/interactions", .token = EDITOR, .body =
	    contact(own));
	assert_status(a, 201);
	moved[0] = arena_printf(&memory, "/interactions/%lld",
	    (long long)number_at(a, "interaction_id"));
	a = CALL(.path = "/surveys/responses", .token = EDITOR, .body =
	    arena_printf(&memory, "{\"voter_id\":%lld,\"question_id\":%lld,"
	    "\"response_value\":\"yes\"}", (long long)own, (long long)q));
	assert_status(a, 201);
	moved[1] = arena_printf(&memory, "/surveys/responses/%lld",
	    (long long)number_at(a, "response_id"));
	for (size_t i = 0; i < ARRAY_LEN(campaigns); i++) {
		int64_t	 v = campaigns[i] < 0 ? 99999999 :
			    made_id("voter", campaigns[i]);

		id = arena_printf(&memory, "%lld", (long long)v);
		expect_problem(CALL(.path = "/interactions", .token = EDITOR,
		    .body = contact(v)), 404, "not_found");
		expect_problem(CALL(.path = "/surveys/responses",
		    .token = EDITOR, .body = arena_printf(&memory,
		    "{\"voter_id\":%s,\"question_id\":%lld,"
		    "\"response_value\":\"yes\"}", id, (long long)q)), 404,
		    "not_found");
		expect_problem(CALL(.path = arena_printf(&memory,
		    "/voters/%s/consents", id), .token = EDITOR, .body =
		    "{\"campaign_id\":1,\"channel\":\"email\",\"granted\":"
		    "true}"), 404, "not_found");
		for (size_t k = 0; k < 2; k++)
			expect_problem(CALL(.method = "PUT", .path = moved[k],
			    .token = EDITOR, .body = arena_printf(&memory,
			    "{\"voter_id\":%s}", id)), 404, "not_found");
		a = CALL(.path = "/interactions", .token = EDITOR, .body =
		    arena_printf(&memory, "[%s,%s]", contact(v),
		    contact(own)));
		expect_status(a, 200);
		expect_number(a, "results.0.status", 404);
		expect_text(a, "results.0.code", "not_found");
		expect_number(a, "results.1.status", 201);
		expect_number(a, "failed", 1);
		cr_expect(!joined(v, 1));
	}
}

Test(elsewhere, an_admins_contact_adds_the_voter_to_the_campaign)
{
	int64_t		 q = made_id("question", 1), v = made_id("voter", 2);
	struct answer	*a;

	expect_status(CALL(.path = "/interactions", .token = ADMIN,
	    .body = contact(v)), 201);
	cr_expect(joined(v, 1));
	cr_expect(joined(v, 2));
	v = made_id("voter", 0);
	a = CALL(.path = "/interactions", .token = ADMIN, .body =
	    arena_printf(&memory, "[%s,%s]", contact(v), contact(v)));
	expect_status(a, 200);
	expect_number(a, "created", 2);
	cr_expect(joined(v, 1));
	v = made_id("voter", 0);
	expect_status(CALL(.path = "/surveys/responses", .token = ADMIN,
	    .body = arena_printf(&memory, "{\"voter_id\":%lld,"
	    "\"question_id\":%lld,\"response_value\":\"yes\"}", (long long)v,
	    (long long)q)), 201);
	cr_expect(joined(v, 1));
	expect_problem(CALL(.path = "/interactions", .token = ADMIN,
	    .body = contact(99999999)), 404, "not_found");
}

/* The manager sees the voter in campaign 3: 400, not 404. */
Test(elsewhere, a_contact_with_another_campaigns_voter_names_the_field)
{
	int64_t		 v = made_id("voter", 3);
	struct answer	*a = CALL(.path = "/interactions", .token = MANAGER,
			    .body = contact(v));

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "voter_id", "invalid");
	cr_expect(!joined(v, 1));
}
