/*
 * Adding members to a campaign; a manager learns nothing about accounts by it.
 */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

/* Create a user who is in no campaign, and return the id. */
static int64_t
user(const char *name, const char *email)
{
	return sql_number("INSERT INTO users (username, email_address)"
	    " VALUES ('%s', nullif('%s', '')) RETURNING user_id", name, email);
}

static const char *
name(void)
{
	return sql("SELECT 'm-' || gen_random_uuid()");
}

static struct answer *
add(const char *token, const char *user, const char *role)
{
	return CALL(.path = "/campaigns/1/members", .token = token,
	    .body = arena_printf(&memory,
	    "{\"user\":\"%s\",\"role\":\"%s\"}", user, role));
}

static struct answer *
put(const char *token, int campaign, int64_t user)
{
	return CALL(.method = "PUT", .path = arena_printf(&memory,
	    "/campaigns/%d/members/%lld", campaign, (long long)user),
	    .token = token, .body = "{\"role\":\"viewer\"}");
}

static bool
is_member(int campaign, int64_t user)
{
	return sql_number("SELECT count(*) FROM campaign_members"
	    " WHERE campaign_id = %d AND user_id = %lld", campaign,
	    (long long)user) == 1;
}

/* An existing id, an unknown one, one of another campaign: one response. */
Test(members, a_manager_cannot_find_users_by_id)
{
	int64_t		 somebody = user(name(), "");
	struct answer	*a, *b;

	a = put(MANAGER, 1, somebody);
	expect_problem(a, 404, "not_found");
	b = put(MANAGER, 1, 999999999);
	expect_problem(b, 404, "not_found");
	cr_expect_str_eq(text_at(a, "detail"), arena_printf(&memory,
	    "User with ID %lld not found.", (long long)somebody));
	cr_expect_str_eq(text_at(b, "detail"),
	    "User with ID 999999999 not found.");
	expect_status(put(MANAGER, 1, 5), 404);
	expect_status(put(MANAGER, 1, 1), 404);
	cr_expect_not(is_member(1, somebody));
	/* Existing members can be changed, and admins can add anyone. */
	expect_status(put(MANAGER, 1, 4), 200);
	expect_status(put(ADMIN, 1, somebody), 201);
	/* The manager can see users of their other campaigns. */
	sql("INSERT INTO campaign_members VALUES (3, 2, 'manager')"
	    " ON CONFLICT DO NOTHING");
	expect_status(put(MANAGER, 3, somebody), 201);
	sql("DELETE FROM campaign_members WHERE campaign_id = 3");
}

/* Expect two 202 responses with the same body and without Location. */
static void
expect_alike(const struct answer *a, const struct answer *b)
{
	expect_status(a, 202);
	expect_status(b, 202);
	cr_expect_str_eq(a->body, b->body);
	cr_expect_null(header(a, "Location"));
	cr_expect_null(header(b, "Location"));
}

static struct answer *
requests(const char *token)
{
	return CALL(.path = "/campaigns/1/member-requests", .query =
	    "state=pending&sort=-request_id&per_page=2", .token = token);
}

Test(members, the_response_does_not_reveal_who_exists)
{
	const char	*there = name(), *absent = name(), *mail =
			    arena_printf(&memory, "%s@example.org", name());
	int64_t		 id = user(there, ""), mailed = user(name(), mail);
	struct answer	*first = add(MANAGER, there, "editor"), *a;

	expect_alike(first, add(MANAGER, absent, "editor"));
	expect_alike(first, add(MANAGER, "VIEWER", "viewer"));
	a = requests(MANAGER);
	assert_status(a, 200);
	/* Both are pending, under the names that the manager gave. */
	expect_text(a, "member_requests.0.given", absent);
	expect_text(a, "member_requests.1.given", there);
	for (size_t i = 0; i < 2; i++) {
		expect_text(a, arena_printf(&memory, "member_requests.%zu."
		    "state", i), "pending");
		expect_text(a, arena_printf(&memory, "member_requests.%zu."
		    "role", i), "editor");
		expect_number(a, arena_printf(&memory, "member_requests.%zu."
		    "requested_by", i), 2);
		cr_expect_null(at(a, arena_printf(&memory,
		    "member_requests.%zu.user_id", i)));
	}
	expect_alike(first, add(MANAGER, mail, "viewer"));
	cr_expect_not(is_member(1, id));
	cr_expect_not(is_member(1, mailed));
	/* Repeating it changes the pending request and creates no other. */
	expect_alike(first, add(MANAGER, there, "viewer"));
	cr_expect_str_eq(sql("SELECT string_agg(role, ',') FROM"
	    " member_requests WHERE given = '%s'", there), "viewer");
	expect_problem(requests(EDITOR), 403, "forbidden");
	expect_status(requests(STRANGER), 404);
	expect_names(add(MANAGER, "a:b", "viewer"), "user", "invalid");
	cr_expect(names(add(MANAGER, "x", "owner"), "role", NULL));
}

/* A user of another campaign of the manager becomes a member at once. */
Test(members, a_known_user_joins_at_once)
{
	const char	*who = name();
	int64_t		 id = user(who, "");

	sql("INSERT INTO campaign_members VALUES (3, 2, 'viewer')"
	    " ON CONFLICT DO NOTHING");
	sql("INSERT INTO campaign_members VALUES (3, %lld, 'viewer')",
	    (long long)id);
	expect_alike(add(MANAGER, who, "editor"), add(MANAGER, name(),
	    "editor"));
	cr_expect(is_member(1, id));
	cr_expect_eq(sql_number("SELECT count(*) FROM member_requests"
	    " WHERE given = '%s'", who), 0);
	sql("DELETE FROM campaign_members WHERE campaign_id = 3");
}

static int64_t
request_of(const char *given)
{
	return sql_number("SELECT request_id FROM member_requests"
	    " WHERE given = '%s'", given);
}

static struct answer *
decide(const char *token, int64_t id, const char *how)
{
	return CALL(.method = "POST", .path = arena_printf(&memory,
	    "/member-requests/%lld/%s", (long long)id, how), .token = token);
}

Test(members, an_admin_confirms_and_declines)
{
	const char	*there = name(), *declined = name(), *mail =
			    arena_printf(&memory, "%s@example.org", name());
	int64_t		 id = user(there, "");
	struct answer	*a;

	add(MANAGER, there, "editor");
	add(MANAGER, mail, "viewer");
	add(MANAGER, declined, "viewer");
	expect_status(decide(MANAGER, request_of(there), "confirm"), 403);
	a = decide(ADMIN, request_of(there), "confirm");
	assert_status(a, 200);
	expect_number(a, "user_id", id);
	cr_expect(is_member(1, id));
	expect_problem(decide(ADMIN, request_of(there), "confirm"), 404,
	    "not_found");
	/* A person without an account gets one without a password. */
	a = decide(ADMIN, request_of(mail), "confirm");
	assert_status(a, 200);
	cr_expect(is_member(1, number_at(a, "user_id")));
	cr_expect_str_eq(sql("SELECT email_address FROM users WHERE user_id ="
	    " %lld AND password_hash IS NULL",
	    (long long)number_at(a, "user_id")), mail);
	expect_status(decide(ADMIN, request_of(declined), "decline"), 200);
	expect_status(decide(ADMIN, request_of(declined), "confirm"), 404);
	a = CALL(.path = "/member-requests", .token = ADMIN,
	    .query = "state=declined&sort=-request_id&per_page=1");
	expect_text(a, "member_requests.0.given", declined);
	cr_expect_eq(sql_number("SELECT count(*) FROM audit_log"
	    " WHERE table_name = 'member_requests' AND row_id = %lld"
	    " AND user_id IN (1, 2)", (long long)request_of(there)), 2);
}

/* With two users of one address it is unclear who was meant. */
Test(members, an_ambiguous_address_is_not_confirmed)
{
	const char	*mail = arena_printf(&memory, "%s@example.org",
			    name());
	int64_t		 id = user(name(), mail);

	user(name(), mail);
	add(MANAGER, mail, "viewer");
	expect_problem(decide(ADMIN, request_of(mail), "confirm"), 409,
	    "conflict");
	cr_expect_not(is_member(1, id));
	cr_expect_str_eq(sql("SELECT state FROM member_requests"
	    " WHERE given = '%s'", mail), "pending");
}

Test(members, no_more_than_500_requests_are_pending)
{
	sql("INSERT INTO member_requests (campaign_id, given, role) SELECT 2,"
	    " 'w' || i, 'viewer' FROM generate_series(1, 500) i");
	expect_problem(CALL(.path = "/campaigns/2/members", .token = STRANGER,
	    .body = "{\"user\":\"one more\",\"role\":\"viewer\"}"), 409,
	    "conflict");
	sql("DELETE FROM member_requests WHERE campaign_id = 2");
}
