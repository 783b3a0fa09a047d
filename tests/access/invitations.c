/* Invitations: links by which users set their password. */
#include <criterion/criterion.h>
#include <sys/stat.h>

#include "access/password.h"
#include "call.h"
#include "sql.h"
#include "user.h"

/* Create a user without a password; return the id, and the name in *name. */
static int64_t
user(const char **name)
{
	*name = sql("SELECT 'i-' || gen_random_uuid()");
	return sql_number("INSERT INTO users (username) VALUES ('%s')"
	    " RETURNING user_id", *name);
}

static struct answer *
invite(int64_t id)
{
	struct answer	*a = CALL(.method = "POST", .path = arena_printf(
			    &memory, "/users/%lld/invitation", (long long)id),
			    .token = ADMIN);

	assert_status(a, 201);
	return a;
}

static struct answer *
redeem(const char *token, const char *password)
{
	return CALL(.path = "/auth/invitation", .body = arena_printf(&memory,
	    "{\"token\":\"%s\",\"password\":\"%s\"}", token, password));
}

static struct answer *
sign_in(const char *name, const char *password)
{
	return CALL(.path = "/auth/login", .body = arena_printf(&memory,
	    "{\"username\":\"%s\",\"password\":\"%s\"}", name, password));
}

Test(invitations, a_link_works_once)
{
	const char	*name, *token, *session;
	int64_t		 id = user(&name);
	struct answer	*a = invite(id);

	token = text_at(a, "token");
	cr_expect_str_eq(text_at(a, "url"), arena_printf(&memory,
	    "https://cerberus.example.org/portal/#invitation=%s", token));
	cr_expect_eq(sql_number("SELECT count(*) FROM invitations"
	    " WHERE user_id = %lld AND token_hash = sha256('%s')"
	    " AND expires_at BETWEEN now() + interval '71 hours'"
	    " AND now() + interval '72 hours'", (long long)id, token), 1);
	cr_expect_eq(sql_number("SELECT count(*) FROM invitations i"
	    " WHERE i::text LIKE '%%%s%%'", token), 0);
	expect_names(redeem(token, "short"), "password", "invalid_password");
	/* Redeeming ends every session, and no API key. */
	a = redeem(token, PASSWORD);
	assert_status(a, 200);
	expect_number(a, "api_keys_remaining", 0);
	a = sign_in(name, PASSWORD);
	assert_status(a, 200);
	session = text_at(a, "token");
	expect_problem(redeem(token, "another good one"), 404,
	    "invalid_invitation");
	expect_status(CALL(.path = "/auth/me", .token = session), 200);
	assert_status(CALL(.path = "/auth/api-keys", .token = session,
	    .body = "{\"name\":\"k\"}"), 201);
	a = redeem(text_at(invite(id), "token"), "another good one");
	assert_status(a, 200);
	expect_number(a, "api_keys_remaining", 1);
	expect_status(CALL(.path = "/auth/me", .token = session), 401);
	expect_status(sign_in(name, PASSWORD), 401);
	expect_status(sign_in(name, "another good one"), 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM audit_log"
	    " WHERE table_name = 'invitations' AND after ->> 'user_id' ="
	    " '%lld' AND action = 'insert' AND user_id = 1", (long long)id),
	    2);
}

Test(invitations, invalid_links_get_the_same_response)
{
	const char	*name, *old, *late, *gone;
	int64_t		 id = user(&name);
	struct answer	*a[4];

	old = text_at(invite(id), "token");
	late = text_at(invite(id), "token");
	/* The newer invitation replaced the older one. */
	a[0] = redeem(old, PASSWORD);
	sql("UPDATE invitations SET expires_at = now() WHERE user_id = %lld",
	    (long long)id);
	a[1] = redeem(late, PASSWORD);
	gone = text_at(invite(id), "token");
	sql("UPDATE users SET is_active = false WHERE user_id = %lld",
	    (long long)id);
	a[2] = redeem(gone, PASSWORD);
	a[3] = redeem("x", PASSWORD);
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		expect_problem(a[i], 404, "invalid_invitation");
		expect_text(a[i], "detail", text_at(a[0], "detail"));
	}
	cr_expect_eq(sql_number("SELECT count(password_hash) FROM users"
	    " WHERE user_id = %lld", (long long)id), 0);
	expect_status(CALL(.path = "/auth/invitation", .body = "{}"), 400);
	expect_status(CALL(.method = "POST", .path =
	    "/users/999999/invitation", .token = ADMIN), 404);
	expect_status(CALL(.method = "POST", .path = "/users/4/invitation",
	    .token = MANAGER), 403);
}

/* An earlier link cannot undo a new password. */
Test(invitations, a_new_password_ends_earlier_links)
{
	const char	*name, *token;
	int64_t		 id = user(&name);

	token = text_at(invite(id), "token");
	assert_status(CALL(.method = "PUT", .path = arena_printf(&memory,
	    "/users/%lld", (long long)id), .token = ADMIN,
	    .body = "{\"password\":\"" PASSWORD "\"}"), 200);
	expect_problem(redeem(token, "another good one"), 404,
	    "invalid_invitation");
	expect_status(sign_in(name, PASSWORD), 200);
}

/* Two attempts in one transaction: the second one fails. */
Test(invitations, a_link_is_not_redeemed_twice)
{
	const char	*name, *token;
	int64_t		 id = user(&name);

	token = text_at(invite(id), "token");
	cr_expect_str_eq(sql("SELECT concat(invitation_redeem(sha256('%s'),"
	    " '$w$' || repeat('0', 64)) IS NULL, invitation_redeem(sha256("
	    "'%s'), '$w$' || repeat('0', 64)) IS NULL)", token, token),
	    "ft");
}

Test(invitations, without_site_url_there_is_no_link)
{
	const char	*name, *conf = arena_printf(&memory, "%s.nowhere",
			    getenv("CERBERUS_CONF"));
	char		 line[1024];
	FILE		*in = fopen(getenv("CERBERUS_CONF"), "re");
	FILE		*out = fopen(conf, "we");
	struct answer	*a;

	cr_assert(in != NULL && out != NULL);
	while (fgets(line, sizeof(line), in) != NULL)
		if (strncmp(line, "site_url", 8) != 0)
			fputs(line, out);
	fclose(in);
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(chmod(conf, 0600), 0);
	a = PROGRAM(.method = "POST", .path = arena_printf(&memory,
	    "/users/%lld/invitation", (long long)user(&name)), .token =
	    ADMIN, .env = LIST(arena_printf(&memory, "CERBERUS_CONF=%s",
	    conf)));
	assert_status(a, 201);
	cr_expect(is_null_at(a, "url"));
	expect_status(redeem(text_at(a, "token"), PASSWORD), 200);
}
