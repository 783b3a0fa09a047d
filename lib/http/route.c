/* Finding the row that serves a request, and calling its handler. */
#include "core/text.h"
#include "route.h"

const char *const route_own_params[] = { NULL };

static const char *const names[M__MAX] = {
	[M_GET] = "GET, HEAD",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_PATCH] = "PATCH",
	[M_DELETE] = "DELETE",
	[M_OPTIONS] = "OPTIONS",
};

/* Compare the path with a pattern, segment by segment. */
static bool
matches(const char *pattern, struct req *rq)
{
	size_t	 ids = 0, n;
	int64_t	 id;

	if (rq->segments > REQ_SEGMENTS)
		return false;
	for (size_t i = 0; i < rq->segments; i++) {
		const char	*s = rq->segment[i];

		if (*pattern++ != '/')
			return false;
		n = strcspn(pattern, "/");
		if (n == 3 && memcmp(pattern, ":id", 3) == 0) {
			if (!text_int64(s, strlen(s), &id) || id < 1 ||
			    ids == REQ_IDS)
				return false;
			rq->path_id[ids++] = id;
		} else if (n == 5 && memcmp(pattern, ":name", 5) == 0) {
			if (*s == '\0')
				return false;
			rq->path_name = s;
		} else if (strlen(s) != n || memcmp(pattern, s, n) != 0) {
			return false;
		}
		pattern += n;
	}
	return *pattern == '\0' || (rq->path[0] == '\0' &&
	    strcmp(pattern, "/") == 0);
}

int
route_find(const struct route *routes, size_t n, struct req *rq,
    const struct route **row, const char **allow, struct err *e)
{
	bool		 seen[M__MAX] = { false };
	const char	*list = NULL;

	*row = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!matches(routes[i].path, rq))
			continue;
		if (routes[i].method == rq->method) {
			*row = &routes[i];
			return 0;
		}
		seen[routes[i].method] = true;
	}
	for (int m = 0; m < M__MAX; m++)
		if (seen[m])
			list = list == NULL ? names[m] :
			    arena_printf(rq->arena, "%s, %s", list, names[m]);
	if (list == NULL)
		return err_set(e, ERR_NOT_FOUND, "There is nothing here.");
	*allow = arena_printf(rq->arena, "%s, OPTIONS", list);
	if (rq->method == M_OPTIONS)
		return 0;
	return err_set(e, ERR_METHOD, "This resource answers %s only.",
	    *allow);
}

enum access
route_access(const struct route *r)
{
	return r->access & ACCESS_MASK;
}

int
route_check_params(const struct req *rq, struct err *e)
{
	const char *const	*known = rq->route->params;
	int			 rc = 0;

	if (known == route_own_params || rq->route->list != NULL ||
	    (known == NULL && route_access(rq->route) == ACCESS_PUBLIC))
		return 0;
	for (size_t i = 0; i < rq->query.n; i++) {
		const char	*name = rq->query.pair[i].name;
		bool		 found = false;

		for (size_t k = 0; known != NULL && known[k] != NULL; k++)
			found |= strcmp(known[k], name) == 0;
		if (!found)
			rc = err_field(e, name, "unknown_parameter",
			    "There is no parameter of this name.");
		for (size_t k = 0; k < i && found; k++)
			if (strcmp(rq->query.pair[k].name, name) == 0) {
				rc = err_field(e, name, "duplicate",
				    "%s is given twice.", name);
				break;
			}
	}
	return rc;
}

bool
route_wants_page(const struct req *rq)
{
	return rq->route != NULL && rq->route->body == BODY_FORM &&
	    (strcmp(rq->type, "application/x-www-form-urlencoded") == 0 ||
	    strcmp(rq->type, "multipart/form-data") == 0) &&
	    accept_prefers(rq->accept, "text/html", "application/json");
}

int
route_call(struct req *rq, struct resp *rs, struct err *e)
{
	const struct route	*r = rq->route;

	return r->by_id != NULL ? r->by_id(rq, rs, rq->path_id[0], e) :
	    r->handle(rq, rs, e);
}
