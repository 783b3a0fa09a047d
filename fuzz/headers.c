/*
 * Fuzz the CGI variables of a request, and the routing that follows.  The input
 * has one variable per line, "NAME=value".
 */
#include "fuzz.h"
#include "http/etag.h"
#include "http/req.h"
#include "http/route.h"

#define VARS	32

static int
nothing(struct req *rq, struct resp *rs, struct err *e)
{
	(void)rq;
	(void)rs;
	(void)e;
	return 0;
}

static const struct route	 routes[] = {
	{ .method = M_GET, .path = "/", .handle = nothing },
	{ .method = M_GET, .path = "/:id", .handle = nothing },
	{ .method = M_DELETE, .path = "/:id/tags/:name", .handle = nothing },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct cfg	 cfg;
	static struct fake	 f;
	struct arena		 a = { 0 };
	struct err		 e = { 0 };
	struct req		 rq;
	const struct route	*row;
	const char		*env[VARS + 1], *allow = NULL;
	char			*text = arena_strndup(&a, (const char *)data,
				    n), *line;
	size_t			 vars = 0;

	while (vars < VARS && (line = strsep(&text, "\n")) != NULL)
		env[vars++] = line;
	env[vars] = NULL;
	fake_init(&f, env, "", 0, 1);
	if (req_init(&rq, &a, &cfg, &f.io, &e) == 0) {
		if (route_find(routes, ARRAY_LEN(routes), &rq, &row, &allow,
		    &e) == 0 && row == NULL && allow == NULL)
			abort();
	} else if (err_kind(e.code)->status < 400) {
		abort();
	}
	if (rq.id == NULL || rq.path == NULL || rq.type == NULL)
		abort();
	if (accept_prefers(rq.accept, "text/html", "application/json") &&
	    !accept_allows(rq.accept, "text/html"))
		abort();
	/* What matches strongly matches weakly, too. */
	if (rq.if_match != NULL && etag_match(rq.if_match, "\"a\"", true) &&
	    !etag_match(rq.if_match, "\"a\"", false))
		abort();
	arena_release(&a);
	return 0;
}
