/* Idempotency-Key: one effect, one response. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

#define VOTER	"{\"first_name\":\"Once\",\"last_name\":\"%s\"," \
		"\"campaign_id\":1}"

static const char	*key_header;
static const char	*headers[2];
static const char	*the_body;
static char		*first;
static size_t		 created, replayed, refused, others;

/* Make a new key and return its header line; it is in headers, too. */
static const char *const *
key(void)
{
	key_header = arena_printf(&memory, "Idempotency-Key: %s",
	    sql("SELECT gen_random_uuid()"));
	headers[0] = key_header;
	return headers;
}

static const char *
name(void)
{
	return sql("SELECT 'n' || replace(gen_random_uuid()::text, '-', '')");
}

Test(idempotency, the_first_response_is_repeated)
{
	const char	*who = name();
	const char	*body = arena_printf(&memory, VOTER, who);
	const char *const *h = key();
	struct answer	*a = CALL(.path = "/voters", .token = EDITOR,
			    .body = body, .headers = h), *b;

	assert_status(a, 201);
	cr_expect_null(header(a, "Idempotent-Replayed"));
	b = CALL(.path = "/voters", .token = EDITOR, .body = body,
	    .headers = h);
	expect_status(b, 201);
	cr_expect_str_eq(a->body, b->body);
	expect_header(b, "Idempotent-Replayed", "true");
	expect_header(b, "Location", header(a, "Location"));
	expect_header(b, "ETag", header(a, "ETag"));
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters"
	    " WHERE last_name = '%s'", who), 1);
	/* Another body, another route, and another caller with the same key. */
	expect_problem(CALL(.path = "/voters", .token = EDITOR,
	    .body = arena_printf(&memory, VOTER, "Else"), .headers = h), 422,
	    "idempotency_mismatch");
	expect_problem(CALL(.path = "/surveys/questions", .token = EDITOR,
	    .body = body, .headers = h), 422, "idempotency_mismatch");
	a = CALL(.path = "/voters", .token = MANAGER, .body = body,
	    .headers = h);
	expect_status(a, 201);
	cr_expect_null(header(a, "Idempotent-Replayed"));
}

Test(idempotency, errors_are_repeated_too)
{
	const char *const	*h = key();
	struct answer		*a = CALL(.path = "/voters", .token = EDITOR,
				    .body = "{\"first_name\":\"X\"}",
				    .headers = h);

	expect_status(a, 400);
	a = CALL(.path = "/voters", .token = EDITOR,
	    .body = "{\"first_name\":\"X\"}", .headers = h);
	expect_status(a, 400);
	expect_text(a, "code", "missing_fields");
	expect_header(a, "Idempotent-Replayed", "true");
}

Test(idempotency, deletes_and_signups_are_repeated_too)
{
	int64_t			 id = voter("Once", "Gone");
	const char		*path = arena_printf(&memory, "/voters/%lld",
				    (long long)id);
	const char *const	*h = key();

	expect_status(CALL(.method = "DELETE", .path = path, .token = EDITOR,
	    .headers = h), 200);
	expect_status(CALL(.method = "DELETE", .path = path, .token = EDITOR,
	    .headers = h), 200);
	h = key();
	for (int i = 0; i < 3; i++)
		expect_status(CALL(.path = "/signups", .headers = h,
		    .body = "{\"first_name\":\"A\",\"last_name\":\"B\","
		    "\"email_address\":\"once@example.org\","
		    "\"campaign_id\":1}"), 201);
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.interactions"
	    " JOIN cerberus.voters USING (voter_id)"
	    " WHERE email_address = 'once@example.org'"), 1);
}

Test(idempotency, uploads_are_repeated_too)
{
	const char *const	*h = key();
	const char		*csv = arena_printf(&memory,
				    "first_name,last_name\nU,%s\n", name());
	struct answer		*a = CALL(.path = "/voters/upload",
				    .query = "campaign_id=1", .type =
				    "text/csv", .body = csv, .token = EDITOR,
				    .headers = h);

	assert_status(a, 200);
	expect_number(a, "created", 1);
	a = CALL(.path = "/voters/upload", .query = "campaign_id=1",
	    .type = "text/csv", .body = csv, .token = EDITOR, .headers = h);
	expect_number(a, "created", 1);
	expect_header(a, "Idempotent-Replayed", "true");
	expect_problem(CALL(.path = "/voters/upload", .query =
	    "campaign_id=1", .type = "text/csv", .body =
	    "first_name,last_name\nU,Other\n", .token = EDITOR, .headers = h),
	    422, "idempotency_mismatch");
}

/* A caller who has lost a role, or is no longer an admin, gets 403. */
Test(idempotency, a_response_is_not_repeated_after_the_caller_lost_a_role)
{
	static const struct {
		const char	*role, *lost, *more;
	} rows[] = {
		{ "editor", "DELETE FROM campaign_members WHERE user_id = %d",
		  NULL },
		{ "editor", "UPDATE campaign_members SET role = 'viewer' "
		  "WHERE user_id = %d", NULL },
		{ "admin", "UPDATE users SET role = 'user' "
		  "WHERE user_id = %d", NULL },
		/* A caller with more rights than before gets it again. */
		{ "editor", NULL, "UPDATE campaign_members SET "
		  "role = 'manager' WHERE user_id = %d" },
		{ "editor", NULL, "UPDATE users SET role = 'admin' "
		  "WHERE user_id = %d" },
	};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char	*who = name(), *body;
		bool		 admin = strcmp(rows[i].role, "admin") == 0;
		int		 id = (int)sql_number("INSERT INTO users "
				    "(username, role) VALUES ('%s', '%s') "
				    "RETURNING user_id", who, admin ? "admin" :
				    "user");
		struct answer	*a;

		sql("INSERT INTO api_tokens (user_id, kind, token_hash) "
		    "VALUES (%d, 'api_key', sha256('token-of-%s'))", id, who);
		if (!admin)
			sql("INSERT INTO campaign_members VALUES "
			    "(1, %d, '%s')", id, rows[i].role);
		body = arena_printf(&memory, VOTER, who);
		key();
		assert_status(CALL(.path = "/voters", .token = arena_printf(
		    &memory, "token-of-%s", who), .body = body,
		    .headers = headers), 201);
		sql(rows[i].lost != NULL ? rows[i].lost : rows[i].more, id);
		a = CALL(.path = "/voters", .token = arena_printf(&memory,
		    "token-of-%s", who), .body = body, .headers = headers);
		if (rows[i].lost != NULL) {
			expect_problem(a, 403, "forbidden");
			cr_expect_null(strstr(a->body, who));
		} else {
			expect_status(a, 201);
			expect_header(a, "Idempotent-Replayed", "true");
		}
		cr_expect_eq(sql_number("SELECT count(*) FROM voters "
		    "WHERE last_name = '%s'", who), 1);
	}
#pragma GCC diagnostic pop
}

Test(idempotency, a_bad_key_is_refused)
{
	const char	*header_line = arena_printf(&memory,
			    "Idempotency-Key: %0256d", 1);

	expect_problem(CALL(.path = "/voters", .token = EDITOR, .body = "{}",
	    .headers = LIST(header_line)), 400, "invalid_idempotency_key");
}

/* The stored response cannot be read with the database alone. */
Test(idempotency, stored_responses_are_encrypted)
{
	const char	*who = name();
	struct answer	*a = CALL(.path = "/auth/api-keys", .token = EDITOR,
			    .body = arena_printf(&memory, "{\"name\":\"%s\"}",
			    who), .headers = key()), *b;

	assert_status(a, 201);
	b = CALL(.path = "/auth/api-keys", .token = EDITOR,
	    .body = arena_printf(&memory, "{\"name\":\"%s\"}", who),
	    .headers = headers);
	cr_expect_str_eq(text_at(a, "token"), text_at(b, "token"));
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.idempotency"
	    " WHERE position('%s'::bytea IN answer) > 0", who), 0);
}

static void
equal(size_t i, struct call *c)
{
	(void)i;
	c->path = "/voters";
	c->token = EDITOR;
	c->body = the_body;
	c->headers = headers;
}

static void
count(size_t i, const struct answer *a)
{
	(void)i;
	if (a->status == 409) {
		refused++;
		return;
	}
	if (a->status != 201) {
		others++;
		return;
	}
	if (header(a, "Idempotent-Replayed") != NULL)
		replayed++;
	else
		created++;
	if (first == NULL)
		first = strdup(a->body);
	cr_expect_str_eq(a->body, first);
}

Test(together, twenty_equal_posts_have_one_effect)
{
	const char	*who;

	if (!over_http())
		cr_assert(getenv("CERBERUS_URL") == NULL);
	for (int round = 0; over_http() && round < 5; round++) {
		who = name();
		the_body = arena_printf(&memory, VOTER, who);
		key();
		free(first);
		first = NULL;
		created = replayed = refused = others = 0;
		call_many(20, 20, equal, count);
		cr_expect_eq(created, 1, "%zu were created", created);
		cr_expect_eq(others, 0);
		cr_expect_eq(created + replayed + refused, 20);
		cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.voters"
		    " WHERE last_name = '%s'", who), 1);
	}
}
