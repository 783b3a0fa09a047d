/* Reading a request from the variables of RFC 3875 section 4.1. */
#include <ctype.h>
#include <strings.h>
#include <sys/random.h>

#include "address.h"
#include "browser.h"
#include "core/text.h"
#include "req.h"

static const char *const methods[M__MAX] = {
	[M_GET] = "GET",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_PATCH] = "PATCH",
	[M_DELETE] = "DELETE",
	[M_OPTIONS] = "OPTIONS",
};

static const char *
env(const struct req *rq, const char *name)
{
	const char	*v = rq->io->env(rq->io, name);

	return v != NULL && *v != '\0' ? v : NULL;
}

/* Return a copy: FastCGI's variables are freed with the request's stream. */
static const char *
env_copy(const struct req *rq, const char *name)
{
	const char	*v = env(rq, name);

	return v != NULL ? arena_strdup(rq->arena, v) : NULL;
}

#define ID_BYTES	12

/* Return random bytes for an id.  Fetch those of many requests at once. */
static const unsigned char *
random_id(void)
{
	/* getrandom() returns up to 256 bytes whole.  It fails only if a signal
	 * arrives while the system boots. */
	static unsigned char	 pool[256 / ID_BYTES * ID_BYTES];
	static size_t		 used = sizeof(pool);

	if (used == sizeof(pool)) {
		while (getrandom(pool, sizeof(pool), 0) != sizeof(pool))
			continue;
		used = 0;
	}
	used += ID_BYTES;
	return pool + used - ID_BYTES;
}

static const char *
make_id(struct arena *a)
{
	char	*id = arena_alloc(a, 2 * ID_BYTES + 1);

	text_hex(random_id(), ID_BYTES, id);
	return id;
}

/* Read the path, without slashes at its end, and its segments. */
static void
split_path(struct req *rq, const char *info)
{
	char	*path = arena_strdup(rq->arena, info != NULL ? info : "");
	size_t	 n = strlen(path);
	char	*p;

	while (n > 0 && path[n - 1] == '/')
		path[--n] = '\0';
	rq->path = path;
	for (p = arena_strdup(rq->arena, path); *p == '/';
	    p += strcspn(p, "/")) {
		*p++ = '\0';
		if (rq->segments < REQ_SEGMENTS)
			rq->segment[rq->segments] = p;
		rq->segments++;		/* too many match no route */
	}
}

/* Read the media type, in lower case without parameters, and the boundary. */
static void
split_type(struct req *rq, const char *value)
{
	const char	*p;
	char		*type;
	size_t		 n;

	rq->type = "";
	if (value == NULL)
		return;
	n = strcspn(value, "; \t");
	type = arena_strndup(rq->arena, value, n);
	text_lower(type, n);
	rq->type = type;
	for (p = value + n; (p = strchr(p, ';')) != NULL; ) {
		p += 1 + strspn(p + 1, " \t");
		if (!text_is(p, 9, "boundary="))
			continue;
		p += 9;
		if (*p == '"') {
			p++;
			n = strcspn(p, "\"");
		} else {
			n = strcspn(p, "; \t");
		}
		rq->boundary = arena_strndup(rq->arena, p, n);
		return;
	}
}

/* RFC 7617: base64 of "name:password". */
static void
read_basic(struct req *rq, const char *v)
{
	size_t		 n = strcspn(v, "=");
	char		*alike = arena_strndup(rq->arena, v, n);
	unsigned char	*raw = arena_alloc(rq->arena, n + 1);
	ptrdiff_t	 got;
	char		*colon;

	/* base64url differs in two digits and has no padding. */
	for (char *p = alike; *p != '\0'; p++)
		*p = *p == '+' ? '-' : *p == '/' ? '_' : *p;
	if ((got = text_unbase64url(alike, n, raw)) < 1)
		return;
	raw[got] = '\0';
	if (text_utf8_length((char *)raw, (size_t)got) == -1 ||
	    strlen((char *)raw) != (size_t)got ||
	    (colon = strchr((char *)raw, ':')) == NULL)
		return;
	*colon = '\0';
	rq->basic_name = (char *)raw;
	rq->basic_password = colon + 1;
}

static void
read_authorization(struct req *rq)
{
	/* After a rewrite, Apache passes it on under the second name. */
	const char	*v = env(rq, "HTTP_AUTHORIZATION");

	if (v == NULL)
		v = env(rq, "REDIRECT_HTTP_AUTHORIZATION");
	if (v == NULL)
		return;
	rq->authorization = true;
	if (text_is(v, 7, "bearer ")) {
		v += 7 + strspn(v + 7, " ");
		rq->token = arena_strdup(rq->arena, v);
	} else if (text_is(v, 6, "basic ")) {
		read_basic(rq, v + 6 + strspn(v + 6, " "));
	}
}

/* RFC 6265 section 4.2.1: "name=value; name=value". */
static void
read_cookie(struct req *rq)
{
	static const char	 name[] = BROWSER_COOKIE "=";
	const char		*p = env(rq, "HTTP_COOKIE");

	for (; p != NULL; p = strchr(p, ';')) {
		p += strspn(p, "; ");
		if (strncmp(p, name, strlen(name)) != 0)
			continue;
		p += strlen(name);
		rq->cookie = arena_strndup(rq->arena, p, strcspn(p, "; "));
		return;
	}
}

int
req_init(struct req *rq, struct arena *a, const struct cfg *cfg,
    struct io *io, struct err *e)
{
	const char	*method, *query;

	*rq = (struct req){
		.arena = a, .cfg = cfg, .io = io, .method = M__MAX,
		.path = "", .script = "", .type = "", .remote = "",
	};
	rq->id = make_id(a);
	if ((method = env(rq, "REQUEST_METHOD")) == NULL)
		return err_set(e, ERR_MALFORMED, "This is a CGI program: set "
		    "REQUEST_METHOD and PATH_INFO to run it by hand.");
	rq->head = strcmp(method, "HEAD") == 0;
	if (rq->head)
		rq->method = M_GET;
	for (int i = 0; i < M__MAX; i++)
		if (strcmp(method, methods[i]) == 0)
			rq->method = (enum method)i;
	split_path(rq, env(rq, "PATH_INFO"));
	if ((rq->script = env_copy(rq, "SCRIPT_NAME")) == NULL)
		rq->script = "";
	rq->remote = client_address(a, &cfg->trusted_proxies,
	    env(rq, "REMOTE_ADDR"), env(rq, "HTTP_X_FORWARDED_FOR"));
	rq->idempotency_key = env_copy(rq, "HTTP_IDEMPOTENCY_KEY");
	rq->origin = env_copy(rq, "HTTP_ORIGIN");
	rq->accept = env_copy(rq, "HTTP_ACCEPT");
	rq->referer = env_copy(rq, "HTTP_REFERER");
	rq->user_agent = env_copy(rq, "HTTP_USER_AGENT");
	rq->if_match = env_copy(rq, "HTTP_IF_MATCH");
	rq->if_none_match = env_copy(rq, "HTTP_IF_NONE_MATCH");
	split_type(rq, env(rq, "CONTENT_TYPE"));
	rq->fetch_site = env_copy(rq, "HTTP_SEC_FETCH_SITE");
	read_authorization(rq);
	read_cookie(rq);
	if (text_utf8_length(rq->path, strlen(rq->path)) == -1)
		return err_set(e, ERR_NOT_FOUND, "There is nothing here.");
	query = env(rq, "QUERY_STRING");
	return form_parse(&rq->query, a, query != NULL ? query : "",
	    query != NULL ? strlen(query) : 0, e);
}

const char *
req_method(const struct req *rq)
{
	return rq->head ? "HEAD" : rq->method == M__MAX ? "?" :
	    methods[rq->method];
}

/* Parse a weight such as "0.5" (RFC 9110 section 12.4.2) in thousandths. */
static int
weight(const char *s)
{
	int	 q = 0;

	if (*s == '1')
		return 1000;
	if (s[0] != '0' || s[1] != '.')
		return 0;
	s += 2;
	for (int digit = 100; digit > 0 && isdigit((unsigned char)*s);
	    digit /= 10)
		q += (*s++ - '0') * digit;
	return q;
}

/* Return the quality, 0 to 1000, of a type by the most specific range. */
static int
quality(const char *accept, const char *type)
{
	size_t	 slash = strcspn(type, "/") + 1, n;
	int	 best = -1, q = 0;

	for (const char *p = accept; *p != '\0'; p += *p == ',') {
		const char	*range = p + strspn(p, " \t");
		int		 how;

		n = strcspn(range, ",; \t");
		p += strcspn(p, ",");
		if (text_is(range, n, type))
			how = 2;
		else if (n == slash + 1 && strncasecmp(range, type,
		    slash) == 0 && range[slash] == '*')
			how = 1;
		else if (n == 3 && memcmp(range, "*/*", 3) == 0)
			how = 0;
		else
			continue;
		if (how <= best)
			continue;
		best = how;
		q = 1000;
		for (const char *s = range + n; s < p; s++) {
			if (*s != ';')
				continue;
			s += strspn(s + 1, " \t") + 1;
			if ((*s | 32) == 'q' && s[1] == '=') {
				q = weight(s + 2);
				break;
			}
			s--;
		}
	}
	return q;
}

bool
accept_prefers(const char *accept, const char *a, const char *b)
{
	return accept != NULL && quality(accept, a) > quality(accept, b);
}

bool
accept_allows(const char *accept, const char *type)
{
	return accept == NULL || quality(accept, type) > 0;
}
