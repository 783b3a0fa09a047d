/* The second factor: setting it up, signing in with it, removing it. */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <time.h>

#include "access/totp.h"
#include "call.h"
#include "sql.h"
#include "user.h"

static const char *
body_of(const char *name, const char *password, const char *code)
{
	return arena_printf(&memory, "{\"username\":\"%s\",\"password\":"
	    "\"%s\"%s%s%s}", name, password, code != NULL ? ",\"code\":\"" :
	    "", code != NULL ? code : "", code != NULL ? "\"" : "");
}

static struct answer *
sign_in(const char *name, const char *password, const char *code)
{
	return CALL(.path = "/auth/login", .body = body_of(name, password,
	    code));
}

/* Return the code that an app shows a number of time steps from now. */
static const char *
code_at(const char *base32, int steps)
{
	unsigned char	 secret[TOTP_SECRET];
	unsigned	 bits = 0, held = 0;
	size_t		 n = 0;

	for (const char *p = base32; *p != '\0'; p++) {
		held = held << 5 | (unsigned)(*p >= 'A' ? *p - 'A' :
		    *p - '2' + 26);
		if ((bits += 5) >= 8) {
			bits -= 8;
			cr_assert_lt(n, sizeof(secret));
			secret[n++] = (unsigned char)(held >> bits & 0xff);
		}
	}
	return arena_printf(&memory, "%06u", totp_code(secret, n,
	    (uint64_t)((int64_t)time(NULL) / TOTP_PERIOD + steps), 6));
}

static struct answer *
begin(const char *token, const char *password)
{
	return CALL(.path = "/auth/totp", .token = token, .body =
	    arena_printf(&memory, "{\"password\":\"%s\"}", password));
}

static struct answer *
confirm(const char *token, const char *code)
{
	return CALL(.path = "/auth/totp/confirm", .token = token, .body =
	    arena_printf(&memory, "{\"code\":\"%s\"}", code));
}

/* Set up a factor with the code of the previous time step. */
static struct answer *
set_up(const char *token, const char **secret)
{
	struct answer	*a = begin(token, PASSWORD);

	assert_status(a, 200);
	*secret = text_at(a, "secret");
	a = confirm(token, code_at(*secret, -1));
	assert_status(a, 200);
	return a;
}

Test(totp, signing_in_needs_a_code_once_it_is_confirmed)
{
	const char	*name = new_user("user"), *secret, *code;
	const char	*token = text_at(sign_in(name, PASSWORD, NULL),
			    "token");
	struct answer	*a;

	expect_problem(begin(token, "wrong"), 403, "wrong_password");
	expect_problem(confirm(token, "000000"), 409, "totp_not_begun");
	a = begin(token, PASSWORD);
	assert_status(a, 200);
	secret = text_at(a, "secret");
	cr_expect_eq(strlen(secret), (size_t)32);
	cr_expect_str_eq(text_at(a, "otpauth_url"), arena_printf(&memory,
	    "otpauth://totp/Cerberus:%s?secret=%s&issuer=Cerberus", name,
	    secret));
	/* A code is not needed before a correct one has confirmed it. */
	expect_status(sign_in(name, PASSWORD, NULL), 200);
	expect_problem(confirm(token, "12345"), 403, "wrong_code");
	a = confirm(token, code_at(secret, 0));
	assert_status(a, 200);
	cr_expect_eq(length_at(a, "recovery_codes"), (size_t)10);
	expect_problem(begin(token, PASSWORD), 409, "totp_active");
	cr_expect(json_object_get_boolean(at(CALL(.path = "/auth/me",
	    .token = token), "totp")));
	cr_expect_not(json_object_get_boolean(at(CALL(.path = "/auth/me",
	    .token = VIEWER), "totp")));

	expect_problem(sign_in(name, PASSWORD, NULL), 401, "totp_required");
	/* Without the password the response does not reveal it. */
	expect_problem(sign_in(name, "wrong", NULL), 401,
	    "invalid_credentials");
	expect_problem(sign_in(name, "wrong", code_at(secret, 1)), 401,
	    "invalid_credentials");
	/* That code was used to confirm the factor. */
	expect_problem(sign_in(name, PASSWORD, code_at(secret, 0)), 401,
	    "totp_required");
	code = code_at(secret, 1);
	expect_status(sign_in(name, PASSWORD, code), 200);
	expect_problem(sign_in(name, PASSWORD, code), 401, "totp_required");
	expect_problem(sign_in(name, PASSWORD, code_at(secret, 5)), 401,
	    "totp_required");
	expect_status(sign_in("editor", "wrong", "000000"), 401);
	/* The same for the session of a browser. */
	sql("UPDATE second_factors SET last_step = 0");
	expect_problem(CALL(.path = "/auth/session", .body = body_of(name,
	    PASSWORD, NULL)), 401, "totp_required");
	expect_status(CALL(.path = "/auth/session", .body = body_of(name,
	    PASSWORD, code_at(secret, 0))), 200);
}

Test(totp, http_basic_takes_a_code_too)
{
	const char	*name = new_user("user"), *secret;
	const char	*token = text_at(sign_in(name, PASSWORD, NULL),
			    "token");
	const char	*basic = arena_printf(&memory,
			    "Authorization: Basic %s", sql("SELECT replace("
			    "encode('%s:" PASSWORD "', 'base64'), E'\\n', '')",
			    name));

	set_up(token, &secret);
	expect_problem(CALL(.method = "POST", .path = "/auth/login",
	    .headers = LIST(basic)), 401, "totp_required");
	expect_status(CALL(.path = "/auth/login", .headers = LIST(basic),
	    .body = arena_printf(&memory, "{\"code\":\"%s\"}",
	    code_at(secret, 0))), 200);
}

Test(totp, a_recovery_code_works_once)
{
	const char	*name = new_user("user"), *secret, *code;
	const char	*token = text_at(sign_in(name, PASSWORD, NULL),
			    "token");
	struct answer	*a = set_up(token, &secret);

	code = text_at(a, "recovery_codes.3");
	expect_status(sign_in(name, PASSWORD, code), 200);
	expect_problem(sign_in(name, PASSWORD, code), 401, "totp_required");
	expect_status(sign_in(name, PASSWORD, text_at(a,
	    "recovery_codes.9")), 200);
	/* Another user's codes are not accepted. */
	set_up(text_at(sign_in(new_user("user"), PASSWORD, NULL), "token"),
	    &secret);
	expect_problem(sign_in(name, PASSWORD, "aaaa-aaaa-aaaa-aaaa"), 401,
	    "totp_required");
	cr_expect_eq(sql_number("SELECT count(*) FROM recovery_codes r"
	    " JOIN users USING (user_id) WHERE username = '%s'"
	    " AND used_at IS NULL", name), 8);
}

/* The database contains neither secrets nor codes in plain text. */
Test(totp, stored_secrets_cannot_be_read)
{
	const char	*name = new_user("user"), *secret;
	const char	*token = text_at(sign_in(name, PASSWORD, NULL),
			    "token");
	struct answer	*a = set_up(token, &secret);

	cr_expect_eq(sql_number("SELECT count(*) FROM second_factors f,"
	    " recovery_codes r, audit_log l WHERE concat(f, r) LIKE '%%%s%%'"
	    " OR l::text LIKE '%%%s%%' OR l.after ? 'secret'", secret,
	    text_at(a, "recovery_codes.0")), 0);
	cr_expect_eq(sql_number("SELECT octet_length(secret) FROM"
	    " second_factors JOIN users USING (user_id)"
	    " WHERE username = '%s'", name), 20 + 28);
	cr_expect_eq(sql_number("SELECT count(*) FROM audit_log JOIN users u"
	    " ON row_id = u.user_id WHERE table_name = 'second_factors'"
	    " AND action = 'insert' AND u.username = '%s'"
	    " AND audit_log.user_id = u.user_id", name), 1);
}

Test(totp, it_is_removed_with_password_and_code)
{
	const char	*name = new_user("user"), *secret;
	const char	*token = text_at(sign_in(name, PASSWORD, NULL),
			    "token");
	static const char *const	 format = "{\"password\":\"%s\","
					    "\"code\":\"%s\"}";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	expect_problem(CALL(.method = "DELETE", .path = "/auth/totp",
	    .token = token, .body = arena_printf(&memory, format, PASSWORD,
	    "000000")), 404, "not_found");
	set_up(token, &secret);
	expect_problem(CALL(.method = "DELETE", .path = "/auth/totp",
	    .token = token, .body = arena_printf(&memory, format, "wrong",
	    code_at(secret, 0))), 403, "wrong_password");
	expect_problem(CALL(.method = "DELETE", .path = "/auth/totp",
	    .token = token, .body = arena_printf(&memory, format, PASSWORD,
	    code_at(secret, -1))), 403, "wrong_code");
	expect_status(CALL(.method = "DELETE", .path = "/auth/totp",
	    .token = token, .body = arena_printf(&memory, format, PASSWORD,
	    code_at(secret, 0))), 200);
#pragma GCC diagnostic pop
	expect_status(sign_in(name, PASSWORD, NULL), 200);
	cr_expect_eq(sql_number("SELECT count(*) FROM recovery_codes r"
	    " JOIN users USING (user_id) WHERE username = '%s'", name), 0);
}

static struct answer *
limited(const char *name, const char *password, const char *code)
{
	return PROGRAM(.path = "/auth/login", .body = body_of(name, password,
	    code), .env = LIST("RATE_LIMIT=on", "REMOTE_ADDR=192.0.2.140"));
}

/* Wrong codes slow down like wrong passwords, whatever lies between them. */
Test(totp, wrong_codes_are_counted)
{
	const char	*name = new_user("user"), *secret;

	set_up(text_at(sign_in(name, PASSWORD, NULL), "token"), &secret);
	for (int i = 0; i < 5; i++) {
		/* A missing code is not a wrong one. */
		expect_problem(limited(name, PASSWORD, NULL), 401,
		    "totp_required");
		expect_problem(limited(name, PASSWORD, "12345"), 401,
		    "totp_required");
	}
	sql("UPDATE login_tries SET last_at = now() + interval '1 minute'"
	    " WHERE key LIKE 'user 192.0.2.140 %%'");
	expect_problem(limited(name, PASSWORD, code_at(secret, 0)), 429,
	    "too_many_attempts");
}

/* Write a configuration with this require_totp; return its assignment. */
static const char *
requiring(const char *who)
{
	const char	*conf = arena_printf(&memory, "%s.%s",
			    getenv("CERBERUS_CONF"), who);
	char		 line[1024];
	FILE		*in = fopen(getenv("CERBERUS_CONF"), "re");
	FILE		*out = fopen(conf, "we");

	cr_assert(in != NULL && out != NULL);
	while (fgets(line, sizeof(line), in) != NULL) {
		fputs(line, out);
		if (strcmp(line, "[cerberus]\n") == 0)
			fprintf(out, "require_totp = %s\n", who);
	}
	fclose(in);
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(chmod(conf, 0600), 0);
	return arena_printf(&memory, "CERBERUS_CONF=%s", conf);
}

Test(totp, a_user_who_needs_one_can_only_set_it_up)
{
	const char	*admins = requiring("admins");
	const char	*managers = requiring("managers");
	const char	*admin = new_user("admin"), *manager = new_user("user");
	const char	*plain = new_user("user"), *token, *secret;
	struct answer	*a;

	sql("INSERT INTO campaign_members SELECT 1, user_id, 'manager' FROM"
	    " users WHERE username = '%s'", manager);
	for (int i = 0; i < 2; i++) {
		const char	*name = i == 0 ? admin : manager;
		const char	*env = i == 0 ? admins : managers;

		a = PROGRAM(.path = "/auth/login", .env = LIST(env), .body =
		    body_of(name, PASSWORD, NULL));
		assert_status(a, 200);
		cr_expect(json_object_get_boolean(at(a,
		    "totp_setup_required")));
		token = text_at(a, "token");
		expect_status(CALL(.path = "/auth/me", .token = token), 401);
		expect_status(CALL(.path = "/users", .token = token), 401);
		expect_status(CALL(.path = "/auth/api-keys", .token = token,
		    .body = "{\"name\":\"k\"}"), 401);
		set_up(token, &secret);
		expect_status(CALL(.path = "/auth/me", .token = token), 200);
		a = PROGRAM(.path = "/auth/login", .env = LIST(env), .body =
		    body_of(name, PASSWORD, code_at(secret, 0)));
		assert_status(a, 200);
		cr_expect_null(at(a, "totp_setup_required"));
	}
	a = PROGRAM(.path = "/auth/login", .env = LIST(managers), .body =
	    body_of(plain, PASSWORD, NULL));
	cr_expect_null(at(a, "totp_setup_required"));
	expect_status(CALL(.path = "/auth/me", .token = text_at(a, "token")),
	    200);
	manager = new_user("user");
	sql("INSERT INTO campaign_members SELECT 1, user_id, 'manager' FROM"
	    " users WHERE username = '%s'", manager);
	a = PROGRAM(.path = "/auth/login", .env = LIST(admins), .body =
	    body_of(manager, PASSWORD, NULL));
	cr_expect_null(at(a, "totp_setup_required"));
	sql("UPDATE users SET role = 'user' WHERE username = '%s'", admin);
}
