/* Signing in, sessions, API keys, passwords, the last admin. */
#include <criterion/criterion.h>
#include <time.h>

#include "access/password.h"
#include "call.h"
#include "sql.h"
#include "user.h"

#define TRIES		200

static struct answer *
sign_in(const char *name, const char *password)
{
	return CALL(.path = "/auth/login", .body = arena_printf(&memory,
	    "{\"username\":\"%s\",\"password\":\"%s\"}", name, password));
}

Test(accounts, a_session_is_opened_and_closed)
{
	const char	*name = new_user("user"), *token;
	struct answer	*a = sign_in(name, PASSWORD);

	assert_status(a, 200);
	expect_text(a, "token_type", "Bearer");
	expect_text(a, "user.username", name);
	cr_expect_not_null(at(a, "expires_at"));
	token = text_at(a, "token");
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.api_tokens"
	    " WHERE token_hash = sha256('%s') AND kind = 'session'"
	    " AND expires_at > now()", token), 1);
	for (int i = 0; i < 8; i++)
		expect_text(CALL(.path = "/auth/me", .token = token),
		    "user.username", name);
	expect_status(CALL(.path = "/auth/logout", .method = "POST",
	    .token = token), 200);
	/* Repeated, because several processes answer. */
	for (int i = 0; i < 8; i++)
		expect_problem(CALL(.path = "/auth/me", .token = token), 401,
		    "invalid_token");
}

Test(accounts, http_basic_signs_in)
{
	static const char *const	 basic[] = {
		/* "a:b:c d" */
		"Authorization: Basic YTpiOmMgZA==", NULL
	};
	char		 hash[PASSWORD_HASH];
	struct err	 e = { 0 };

	cr_assert_eq(password_hash("b:c d", 5, hash, &e), 0);
	sql("DELETE FROM cerberus.users WHERE username = 'a'");
	sql("INSERT INTO cerberus.users (username, password_hash)"
	    " VALUES ('a', '%s')", hash);
	expect_status(CALL(.path = "/auth/login", .method = "POST",
	    .headers = basic), 200);
}

/* Wrong password, unknown name, inactive user, no password: one response. */
Test(accounts, refusals_are_alike)
{
	const char	*name = new_user("user"), *gone = new_user("user");
	struct answer	*a[4];

	sql("UPDATE cerberus.users SET is_active = false"
	    " WHERE username = '%s'", gone);
	a[0] = sign_in(name, "wrong");
	a[1] = sign_in("somebody else", PASSWORD);
	a[2] = sign_in(gone, PASSWORD);
	a[3] = sign_in("viewer", PASSWORD);	/* has no password */
	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		expect_problem(a[i], 401, "invalid_credentials");
		expect_text(a[i], "detail", text_at(a[0], "detail"));
	}
	expect_problem(CALL(.path = "/auth/login", .body = "{}"), 400,
	    "missing_fields");
}

static int
by_size(const void *a, const void *b)
{
	double	 x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
timed(const char *name)
{
	struct timespec	 from, to;

	clock_gettime(CLOCK_MONOTONIC, &from);
	expect_status(sign_in(name, "wrong"), 401);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) * 1e3 +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

/*
 * Compare the median times of a wrong password and of an unknown name.  The two
 * alternate, so that other load on the machine affects both.
 */
static bool
times_are_equal(const char *name)
{
	static double	 known[TRIES], unknown[TRIES];
	double		 a, b;

	for (int i = 0; i < TRIES; i++) {
		known[i] = timed(name);
		unknown[i] = timed("nobody of this name");
	}
	qsort(known, TRIES, sizeof(*known), by_size);
	qsort(unknown, TRIES, sizeof(*unknown), by_size);
	a = known[TRIES / 2];
	b = unknown[TRIES / 2];
	fprintf(stderr, "login: wrong password %.2f ms, unknown name %.2f "
	    "ms\n", a, b);
	return a < b * 1.05 && b < a * 1.05;
}

/* A difference in the code shows in every attempt, noise does not. */
Test(login, takes_as_long_for_an_unknown_name, .timeout = 300)
{
	const char	*name = new_user("user");

	cr_expect(times_are_equal(name) || times_are_equal(name) ||
	    times_are_equal(name),
	    "the medians differ by 5 %% or more");
}

Test(accounts, a_password_is_changed_and_ends_other_sessions)
{
	const char	*name = new_user("user");
	const char	*here = text_at(sign_in(name, PASSWORD), "token");
	const char	*there = text_at(sign_in(name, PASSWORD), "token");
	struct answer	*a;

	expect_problem(CALL(.path = "/auth/password", .token = here,
	    .body = "{\"current_password\":\"wrong\","
	    "\"new_password\":\"another good one\"}"), 403,
	    "wrong_password");
	expect_names(CALL(.path = "/auth/password", .token = here,
	    .body = "{\"current_password\":\"" PASSWORD "\","
	    "\"new_password\":\"short\"}"), "new_password",
	    "invalid_password");
	assert_status(CALL(.path = "/auth/api-keys", .token = here,
	    .body = "{\"name\":\"one\"}"), 201);
	a = CALL(.path = "/auth/password", .token = here,
	    .body = "{\"current_password\":\"" PASSWORD "\","
	    "\"new_password\":\"another good one\"}");
	assert_status(a, 200);
	expect_number(a, "api_keys_remaining", 1);
	cr_expect_neq(strlen(text_at(a, "message")), 0);
	expect_status(CALL(.path = "/auth/me", .token = here), 200);
	expect_status(CALL(.path = "/auth/me", .token = there), 401);
	expect_status(sign_in(name, PASSWORD), 401);
	expect_status(sign_in(name, "another good one"), 200);
}

/* A hash with weaker parameters is replaced when its owner signs in. */
Test(accounts, an_outdated_hash_is_replaced)
{
	const char	*name = new_user("user");
	char		 verifier[PASSWORD_VERIFIER];
	struct err	 e = { 0 };
	static const char phc[] =
	    "$argon2id$v=19$m=1024,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA";

	cr_assert_eq(password_verifier(phc, PASSWORD, strlen(PASSWORD),
	    verifier, &e), 0);
	sql("UPDATE cerberus.users SET password_hash = '%s$' ||"
	    " encode(sha256('%s'), 'hex') WHERE username = '%s'", phc, verifier,
	    name);
	expect_status(sign_in(name, PASSWORD), 200);
	cr_expect(sql_number("SELECT count(*) FROM cerberus.users"
	    " WHERE username = '%s' AND password_hash LIKE '%%m=19456%%'",
	    name) == 1);
	expect_status(sign_in(name, PASSWORD), 200);
}

Test(accounts, an_api_key_is_shown_once_and_revoked_at_once)
{
	struct answer	*a = CALL(.path = "/auth/api-keys",
			    .token = EDITOR, .body = "{\"name\":\"sync\"}");
	const char	*key = text_at(a, "token");
	int64_t		 id = number_at(a, "api_key.api_key_id");

	assert_status(a, 201);
	for (int i = 0; i < 8; i++)
		expect_status(CALL(.path = "/auth/me", .token = key), 200);
	a = CALL(.path = "/auth/api-keys", .token = EDITOR);
	cr_expect_null(strstr(a->body, key));
	cr_expect_neq(sql_number("SELECT count(*) FROM cerberus.token_uses"
	    " WHERE token_id = %lld", (long long)id), 0);
	expect_status(CALL(.method = "DELETE", .token = MANAGER,
	    .path = arena_printf(&memory, "/auth/api-keys/%lld",
	    (long long)id)), 404);
	expect_status(CALL(.method = "DELETE", .token = EDITOR,
	    .path = arena_printf(&memory, "/auth/api-keys/%lld",
	    (long long)id)), 200);
	for (int i = 0; i < 8; i++)
		expect_status(CALL(.path = "/auth/me", .token = key), 401);
	expect_names(CALL(.path = "/auth/api-keys", .token = EDITOR,
	    .body = "{\"name\":\"x\",\"expires_at\":"
	    "\"2020-01-01T00:00:00Z\"}"), "expires_at", "invalid");
}

Test(accounts, the_last_admin_cannot_be_removed)
{
	expect_problem(CALL(.method = "DELETE", .path = "/users/1",
	    .token = ADMIN), 409, "last_admin");
	expect_problem(CALL(.method = "PUT", .path = "/users/1",
	    .token = ADMIN, .body = "{\"role\":\"user\"}"), 409,
	    "last_admin");
	expect_problem(CALL(.method = "PUT", .path = "/users/1",
	    .token = ADMIN, .body = "{\"is_active\":false}"), 409,
	    "last_admin");
}

Test(accounts, a_reactivated_user_has_no_sessions)
{
	const char	*name = new_user("user");
	struct answer	*a = sign_in(name, PASSWORD);
	const char	*session = text_at(a, "token");
	const char	*path = arena_printf(&memory, "/users/%lld",
			    (long long)number_at(a, "user.user_id"));
	const char	*key;

	assert_status(a, 200);
	key = text_at(CALL(.path = "/auth/api-keys", .token = session,
	    .body = "{\"name\":\"sync\"}"), "token");
	expect_status(CALL(.method = "PUT", .path = path, .token = ADMIN,
	    .body = "{\"is_active\":false}"), 200);
	expect_status(CALL(.path = "/auth/me", .token = session), 401);
	expect_status(CALL(.path = "/auth/me", .token = key), 401);
	expect_status(CALL(.method = "PUT", .path = path, .token = ADMIN,
	    .body = "{\"is_active\":true}"), 200);
	expect_status(CALL(.path = "/auth/me", .token = session), 401);
	/* Keys are revoked one by one. */
	expect_status(CALL(.path = "/auth/me", .token = key), 200);
	expect_status(sign_in(name, PASSWORD), 200);
}

Test(accounts, an_admin_sets_a_password)
{
	const char	*name = sql("SELECT 'u-' || gen_random_uuid()");
	struct answer	*a = CALL(.path = "/users", .token = ADMIN,
			    .body = arena_printf(&memory, "{\"username\":"
			    "\"%s\",\"password\":\"" PASSWORD "\"}", name));

	assert_status(a, 201);
	cr_expect_null(strstr(a->body, "password"));
	expect_status(sign_in(name, PASSWORD), 200);
	expect_problem(CALL(.path = "/users", .token = ADMIN,
	    .body = arena_printf(&memory, "{\"username\":\"%s\"}", name)),
	    409, "conflict");
}

/*
 * API keys survive a reset; admins can list and revoke them, and it is logged.
 */
Test(accounts, an_admin_resets_a_password_and_revokes_the_keys)
{
	const char	*name = new_user("user");
	int64_t		 id = sql_number("SELECT user_id FROM cerberus.users"
			    " WHERE username = '%s'", name), key;
	const char	*session = text_at(sign_in(name, PASSWORD), "token");
	const char	*keys = arena_printf(&memory, "/users/%lld/api-keys",
			    (long long)id), *token;
	struct answer	*a;

	a = CALL(.path = "/auth/api-keys", .token = session,
	    .body = "{\"name\":\"left\"}");
	assert_status(a, 201);
	token = text_at(a, "token");
	key = number_at(a, "api_key.api_key_id");
	expect_number(a, "api_key.user_id", id);
	a = CALL(.method = "PUT", .path = arena_printf(&memory, "/users/%lld",
	    (long long)id), .token = ADMIN,
	    .body = "{\"password\":\"a new long password\"}");
	assert_status(a, 200);
	expect_number(a, "user_id", id);
	expect_number(a, "api_keys_remaining", 1);
	cr_expect_neq(strlen(text_at(a, "message")), 0);
	expect_status(CALL(.path = "/auth/me", .token = session), 401);
	expect_status(CALL(.path = "/auth/me", .token = token), 200);
	/* A change without a password does not report API keys. */
	a = CALL(.method = "PUT", .path = arena_printf(&memory, "/users/%lld",
	    (long long)id), .token = ADMIN, .body = "{\"full_name\":\"N\"}");
	cr_expect_null(at(a, "api_keys_remaining"));

	a = CALL(.path = keys, .token = ADMIN);
	assert_status(a, 200);
	expect_number(a, "total_api_keys", 1);
	expect_number(a, "api_keys.0.api_key_id", key);
	expect_text(a, "api_keys.0.name", "left");
	cr_expect_null(strstr(a->body, token));
	/* An admin's own list has only the admin's keys. */
	cr_expect_null(strstr(CALL(.path = "/auth/api-keys", .token =
	    ADMIN)->body, "\"left\""));
	expect_status(CALL(.path = keys, .token = MANAGER), 403);
	expect_status(CALL(.path = "/users/999999/api-keys", .token = ADMIN),
	    404);
	/* The key must belong to the user of the path. */
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/users/1/api-keys/%lld", (long long)key), .token = ADMIN), 404);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "%s/%lld", keys, (long long)key), .token = MANAGER), 403);
	expect_status(CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "%s/%lld", keys, (long long)key), .token = ADMIN), 200);
	expect_status(CALL(.path = "/auth/me", .token = token), 401);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.audit_log"
	    " WHERE table_name = 'api_tokens' AND action = 'update'"
	    " AND row_id = %lld AND user_id = 1 AND after ? 'revoked_at'",
	    (long long)key), 1);
}

/* No function that the programs may call returns a usable hash. */
Test(accounts, the_programs_role_reads_no_hash)
{
	cr_expect_eq(sql_number("SELECT count(*) FROM pg_proc p"
	    " WHERE pronamespace = 'cerberus'::regnamespace AND prosrc"
	    " ~ 'RETURN[^;]*password_hash' AND prosrc !~ 'phc_parameters'"
	    " AND has_function_privilege('cerberus_app', p.oid, 'EXECUTE')"),
	    0);
	cr_expect_str_eq(sql("SELECT has_column_privilege('cerberus_app',"
	    " 'cerberus.users', 'password_hash', 'SELECT')"), "f");
}

/*
 * Read one voter by id.  All statements of the request belong to one implicit
 * transaction, so they were sent in one pipeline.
 */
Test(trip, a_read_is_one_round_trip)
{
	const char	*log = getenv("PG_LOG");
	int64_t		 id = voter("Round", "Trip");
	char		 line[8192], first[64] = "", vxid[64];
	size_t		 statements = 0, reads = 0;
	long		 from;
	FILE		*f;

	cr_assert_not_null(log, "tests/run says where PostgreSQL's log is");
	sql("ALTER SYSTEM SET log_line_prefix = 'trip %%u %%d %%v '");
	sql("ALTER SYSTEM SET log_min_duration_statement = 0");
	sql("SELECT pg_reload_conf(), pg_sleep(0.5)");
	cr_assert_not_null(f = fopen(log, "r"));
	fseek(f, 0, SEEK_END);
	from = ftell(f);
	expect_status(CALL(.path = arena_printf(&memory, "/voters/%lld",
	    (long long)id), .token = VIEWER), 200);
	sql("SELECT pg_sleep(0.2)");
	fseek(f, from, SEEK_SET);
	while (fgets(line, sizeof(line), f) != NULL) {
		char	 user[64], db[64];

		if (sscanf(line, "trip %63s %63s %63s", user, db, vxid) != 3 ||
		    strcmp(user, "cerberus_app") != 0 ||
		    strcmp(db, sql("SELECT current_database()")) != 0 ||
		    strstr(line, " execute ") == NULL)
			continue;
		if (*first == '\0')
			snprintf(first, sizeof(first), "%s", vxid);
		cr_expect_str_eq(vxid, first, "%s", line);
		cr_expect_null(strstr(line, "BEGIN"), "%s", line);
		statements++;
		reads += strstr(line, "voters") != NULL;
	}
	fclose(f);
	sql("ALTER SYSTEM RESET log_line_prefix");
	sql("ALTER SYSTEM RESET log_min_duration_statement");
	sql("SELECT pg_reload_conf()");
	cr_expect_eq(reads, 1);
	cr_expect(statements >= 2 && statements <= 3, "%zu statements",
	    statements);
}
