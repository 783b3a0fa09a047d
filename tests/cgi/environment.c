/* One executable alone: what it requires, refuses and logs. */
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

#include "call.h"
#include "sql.h"

static const char *const programs[] = {
	"signups.cgi", "voters.cgi", "campaigns.cgi", "health.cgi"
};

/* Make a request that reaches the database: a GET, or a signup. */
static struct answer *
touch(const char *program, const char *const *env)
{
	if (strcmp(program, "signups.cgi") == 0)
		return PROGRAM(.program = program, .path = "/signups",
		    .body = "{\"first_name\":\"T\",\"last_name\":\"Touch\","
		    "\"email_address\":\"touch@example.org\","
		    "\"campaign_id\":1}", .env = env);
	return PROGRAM(.path = strcmp(program, "voters.cgi") == 0 ?
	    "/voters/1" : strcmp(program, "health.cgi") == 0 ? "/health" :
	    "/campaigns/1", .token = ADMIN, .env = env);
}

Test(cgi_environment, without_a_method_it_says_how_to_run_it)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		struct answer	*a = PROGRAM(.program = programs[i],
				    .path = "", .env = LIST("REQUEST_METHOD"));

		expect_problem(a, 400, "bad_request");
		cr_expect(strstr(a->body, "REQUEST_METHOD") != NULL);
		cr_expect_eq(a->exit, 0);
	}
}

Test(cgi_environment, without_any_variables_it_still_responds)
{
	static const char *const none[] = { "REQUEST_METHOD", "PATH_INFO",
		    "SCRIPT_NAME", "QUERY_STRING", "GATEWAY_INTERFACE",
		    "SERVER_PROTOCOL", "SERVER_NAME", "SERVER_PORT",
		    "REMOTE_ADDR", "PATH", "CERBERUS_CONF", NULL };

	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		struct answer	*a = PROGRAM(.program = programs[i],
				    .path = "", .env = none);

		cr_expect(a->status == 400 || a->status == 500, "%d",
		    a->status);
		cr_expect(a->json != NULL);
		cr_expect_eq(a->exit, 0);
	}
}

Test(cgi_environment, without_a_database_it_is_503)
{
	static const char *const urls[] = {
		"DATABASE_URL=postgresql://cerberus_app@/c?host=/nonexistent",
		"DATABASE_URL=postgresql://cerberus_app@127.0.0.1:1/cerberus",
		"DATABASE_URL=nonsense nonsense",
		"DATABASE_URL=postgresql://cerberus_app:hunter2%zz@/c",
	};

	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		for (size_t k = 0; k < ARRAY_LEN(urls); k++) {
			struct answer	*a = touch(programs[i],
					    LIST(urls[k]));

			expect_problem(a, 503, "database_unavailable");
			cr_assert(header(a, "Retry-After") != NULL);
			cr_expect(header(a, "Retry-After")[0] >= '1' &&
			    header(a, "Retry-After")[0] <= '9');
			cr_expect(strstr(a->log, " 503 ") != NULL, "%s",
			    a->log);
			cr_expect(strstr(a->log, "database_unavailable") !=
			    NULL, "%s", a->log);
			cr_expect(strstr(a->log, "hunter2") == NULL, "%s",
			    a->log);
			cr_expect(strstr(a->body, "nonexistent") == NULL,
			    "nothing internal is told");
		}
}

Test(cgi_environment, a_wrong_password_is_503_and_never_shown)
{
	struct answer	*a = touch("voters.cgi", LIST(arena_printf(&memory,
			    "DATABASE_URL=%s", sql("SELECT format("
			    "'postgresql://cerberus_app:wrong@/%%s?host=%%s', "
			    "current_database(), split_part(current_setting("
			    "'unix_socket_directories'), ',', 1))"))));

	expect_problem(a, 503, "database_unavailable");
	cr_expect(strstr(a->body, "password") == NULL);
	cr_expect(strstr(a->log, "password") != NULL, "%s", a->log);
}

Test(cgi_environment, a_superuser_is_refused)
{
	const char	*super = sql("SELECT rolsuper FROM pg_roles WHERE "
			    "rolname = current_user");

	cr_assert_str_eq(super, "t", "the administrator is one here");
	/* Peer authentication as the administrator works for the user who
	 * runs the tests. */
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		struct answer	*a = touch(programs[i], LIST(arena_printf(
				    &memory, "DATABASE_URL=%s",
				    getenv("ADMIN_URL"))));

		cr_expect_eq(a->status, 503, "%s: %d", programs[i],
		    a->status);
		cr_expect(strstr(a->log, "superuser") != NULL, "%s", a->log);
		cr_expect(strstr(a->log, "cerberus_app") != NULL);
		cr_expect(strstr(a->body, "superuser") == NULL);
	}
}

/* Write a configuration file with a mode; return "CERBERUS_CONF=path". */
static const char *
conf(const char *text, mode_t mode)
{
	char	*path = arena_strdup(&memory, "/tmp/cerberus-conf.XXXXXX");
	int	 fd = mkstemp(path);

	cr_assert_neq(fd, -1);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
	return arena_printf(&memory, "CERBERUS_CONF=%s", path);
}

Test(cgi_environment, a_configuration_that_others_read_is_refused)
{
	const char	*var = conf("[database]\nurl = secret\n", 0644);
	struct answer	*a = touch("voters.cgi", LIST(var));

	expect_problem(a, 500, "internal_error");
	cr_expect(strstr(a->log, arena_printf(&memory, "chmod o= %s",
	    var + strlen("CERBERUS_CONF="))) != NULL, "%s", a->log);
	cr_expect(strstr(a->body, "chmod") == NULL);
	unlink(var + strlen("CERBERUS_CONF="));
}

Test(cgi_environment, a_broken_configuration_is_named_in_the_log)
{
	static const struct { const char *text, *says; } t[] = {
		{ "[database]\nurll = x\n", "urll" },
		{ "[database]\nnonsense\n", "line 2" },
		{ "[limits]\nrate_limit = off\n", "rate_limit" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		const char	*var = conf(t[i].text, 0600);
		struct answer	*a = touch("signups.cgi", LIST(var));

		expect_problem(a, 500, "internal_error");
		cr_expect(strstr(a->log, t[i].says) != NULL, "%s", a->log);
		unlink(var + strlen("CERBERUS_CONF="));
	}
	touch("signups.cgi", LIST("CERBERUS_CONF=/nonexistent"));
	expect_problem(touch("signups.cgi", LIST(
	    "CERBERUS_CONF=/nonexistent")), 500, "internal_error");
}

Test(cgi_environment, the_log_file_is_appended_to)
{
	char		*path = arena_strdup(&memory,
			    "/tmp/cerberus-log.XXXXXX");
	int		 fd = mkstemp(path);
	const char	*var = conf(arena_printf(&memory, "[cerberus]\n"
			    "environment = testing\nlog_file = %s\n", path),
			    0600);
	char		 text[4096];
	ssize_t		 n;
	struct answer	*a = NULL;

	cr_assert_neq(fd, -1);
	for (int i = 0; i < 2; i++) {
		a = PROGRAM(.path = "/nothing", .env = LIST(var));
		expect_problem(a, 404, "not_found");
		cr_expect_str_eq(a->log, "");
	}
	n = read(fd, text, sizeof(text) - 1);
	cr_assert_gt(n, 0);
	text[n] = '\0';
	cr_expect(strstr(text, header(a, "X-Request-Id")) != NULL);
	cr_expect(strchr(text, '\n') != text + n - 1, "two lines: %s", text);
	close(fd);
	unlink(path);
	unlink(var + strlen("CERBERUS_CONF="));
}

Test(cgi_environment, one_line_a_request_without_personal_data)
{
	struct answer	*a = PROGRAM(.path = "/signups", .body =
			    "{\"first_name\":\"Secretia\",\"last_name\":"
			    "\"Personova\",\"email_address\":"
			    "\"private@example.org\",\"campaign_id\":1}");
	struct answer	*b = PROGRAM(.path = "/voters", .token = VIEWER,
			    .query = "email_address=private%40example.org");

	expect_status(a, 201);
	expect_status(b, 200);
	cr_expect_eq(strchr(a->log, '\n'), a->log + strlen(a->log) - 1);
	cr_expect_eq(strchr(b->log, '\n'), b->log + strlen(b->log) - 1);
	cr_expect(strstr(a->log, header(a, "X-Request-Id")) != NULL);
	cr_expect(strstr(a->log, "POST /api/v1/signups 201 ") != NULL, "%s",
	    a->log);
	cr_expect(strstr(a->log, "Secretia") == NULL &&
	    strstr(a->log, "Personova") == NULL &&
	    strstr(a->log, "private") == NULL);
	cr_expect(strstr(b->log, "private") == NULL, "%s", b->log);
	cr_expect(strstr(b->log, VIEWER) == NULL);
}

Test(cgi_environment, a_conflict_logs_no_values)
{
	struct answer	*a = PROGRAM(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Own\"}");

	expect_status(a, 409);
	cr_expect(strstr(a->log, "(Own)") == NULL, "%s", a->log);
}

Test(cgi_environment, the_log_cannot_be_forged)
{
	struct answer	*a = PROGRAM(.program = "health.cgi", .path = "",
			    .env = LIST("PATH_INFO=/x\n2026-01-01 forged"));

	expect_problem(a, 404, "not_found");
	cr_expect_eq(strchr(a->log, '\n'), a->log + strlen(a->log) - 1);
}

Test(cgi_environment, requests_cannot_configure_it)
{
	struct answer	*a = PROGRAM(.path = "/health", .env = LIST(
			    "HTTP_PROXY=http://127.0.0.1:1",
			    "HTTP_DATABASE_URL=nonsense",
			    "HTTP_CERBERUS_CONF=/nonexistent",
			    "HTTP_CERBERUS_ENV=production"));

	expect_status(a, 200);
}

Test(cgi_environment, headers_with_line_breaks_are_not_echoed)
{
	struct answer	*a = PROGRAM(.path = "/campaigns/1", .token = VIEWER,
			    .env = LIST("HTTP_ORIGIN=https://www.example.org"
			    "\r\nX-Injected: 1",
			    "SCRIPT_NAME=/api\r\nX-Injected: 1"));
	struct answer	*b = PROGRAM(.path = "/campaigns", .token = ADMIN,
			    .body = "{\"campaign_name\":\"Injected\"}",
			    .env = LIST("SCRIPT_NAME=/api\r\nX-Injected: 1"));

	expect_status(a, 200);
	cr_expect(header(a, "X-Injected") == NULL);
	expect_status(b, 201);
	cr_expect(header(b, "X-Injected") == NULL);
}

Test(cgi_environment, a_path_that_is_not_utf_8_is_404)
{
	expect_problem(PROGRAM(.program = "voters.cgi", .path = "",
	    .token = ADMIN, .env = LIST("PATH_INFO=/\xff\xfe")), 404,
	    "not_found");
}

Test(cgi_environment, huge_variables_are_not_an_internal_error)
{
	char	*big = arena_alloc(&memory, 100001);

	memset(big, 'a', 100000);
	big[100000] = '\0';
	expect_problem(PROGRAM(.path = "/voters", .token = ADMIN,
	    .query = arena_printf(&memory, "last_name=%s", big)), 400,
	    "invalid_fields");
	expect_problem(PROGRAM(.path = "/voters", .token = big), 401,
	    "invalid_token");
	expect_problem(PROGRAM(.program = "voters.cgi", .path = "",
	    .token = ADMIN, .env = LIST(arena_printf(&memory,
	    "PATH_INFO=/%s", big))), 404, "not_found");
	cr_expect_neq(PROGRAM(.path = "/voters", .token = ADMIN,
	    .headers = LIST(arena_printf(&memory, "Accept: %s", big)))->status,
	    500);
}
