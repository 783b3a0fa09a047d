/*
 * Each row of matrix.c with each role; a route without a row is a failure, and
 * a refused token leaves nothing in PostgreSQL's log.
 */
#include <criterion/criterion.h>
#include <dirent.h>

#include "call.h"
#include "made.h"
#include "matrix.h"
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

/* The program of a prefix that is not named like it. */
static const struct {
	const char	*prefix, *program;
} programs[] = {
	{ "donations", "donate" },
	{ "donate/webhook", "webhook" },
};

/* Make the call of a row. */
static struct answer *
call_row(const struct row *row, const char *token, int campaign, int user)
{
	const char	*path = made_text(row->path, campaign, user);
	const char	*query = strchr(path, '?');

	return CALL(.method = row->method, .token = token,
	    .path = arena_printf(&memory, "/%s%.*s", row->prefix,
	    (int)strcspn(path, "?"), path),
	    .query = query != NULL ? query + 1 : NULL,
	    .type = query != NULL ? "text/csv" : NULL,
	    .body = made_text(row->body, campaign, user));
}

static void
check(const struct row *row, const char *expected, int campaign)
{
	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		int		 wanted = (int)strtol(expected + 4 * i, NULL,
				    10);
		struct answer	*a = call_row(row, roles[i].token, campaign,
				    roles[i].user_id);

		cr_expect(a->status == wanted,
		    "%s %s/%s as %s, campaign %d: wanted %d, got %d %.300s",
		    row->method, row->prefix, row->path, roles[i].name,
		    campaign, wanted, a->status, a->body);
	}
}

Test(matrix, own_campaign)
{
	for (size_t i = 0; i < matrix_n; i++)
		check(&matrix[i], matrix[i].own, 1);
}

Test(matrix, other_campaign)
{
	for (size_t i = 0; i < matrix_n; i++)
		if (matrix[i].other != NULL)
			check(&matrix[i], matrix[i].other, 2);
}

Test(matrix, no_campaign)
{
	for (size_t i = 0; i < matrix_n; i++)
		if (matrix[i].none != NULL)
			check(&matrix[i], matrix[i].none, 0);
}

/* Each route refuses an invalid token, and PostgreSQL logs nothing. */
Test(matrix, an_invalid_token_is_not_logged)
{
	int64_t	 before = pg_log_size();
	size_t	 n = 0;

	for (size_t i = 0; i < matrix_n; i++) {
		const struct row	*row = &matrix[i];

		if (strncmp(row->own, "401", 3) != 0 ||
		    strcmp(row->route, "/login") == 0 ||
		    strcmp(row->route, "/session") == 0)
			continue;
		expect_status(call_row(row, "test-token-that-is-a-guess", 1,
		    0), 401);
		n++;
	}
	cr_expect_gt(n, (size_t)50);
	cr_expect_leq(pg_log_size() - before, (int64_t)(10 * n),
	    "%lld bytes for %zu requests", (long long)(pg_log_size() -
	    before), n);
}

static bool
has_row(const char *program, const char *method, const char *route)
{
	for (size_t i = 0; i < matrix_n; i++) {
		const char	*serves = matrix[i].prefix;

		for (size_t k = 0; k < ARRAY_LEN(programs); k++)
			if (strcmp(programs[k].prefix, serves) == 0)
				serves = programs[k].program;
		if (strcmp(serves, program) == 0 &&
		    strcmp(matrix[i].method, method) == 0 &&
		    strcmp(matrix[i].route, route) == 0)
			return true;
	}
	return false;
}

/*
 * Check that each route in the source of a program, { .method = M_GET, .path =
 * "/:id", ..., has a row in matrix.c.  Return the number of routes.
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
		    "%s of %s.cgi, %s, has no row in matrix.c", method, name,
		    route);
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
