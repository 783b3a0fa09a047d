/* The runner: configuration, requests one after the other, answers, the log. */
#include "config.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/idempotency.h"
#include "access/token.h"
#include "browser.h"
#include "address.h"
#include "core/log.h"
#include "core/sandbox.h"
#include "core/text.h"
#include "cors.h"
#include "db/db.h"
#include "endpoint.h"
#include "etag.h"
#include "fcgi.h"
#include "multipart.h"
#include "replay.h"
#include "record/json.h"

#define JSON_MAX	(1024 * 1024)
#define LOG_REFUSED	200

/* What one process keeps from request to request. */
struct runner {
	const struct route	*routes;
	size_t			 n;
	struct cfg		 cfg;
	struct err		 cfg_err;	/* why cfg is not usable */
	struct db		 db;
	struct arena		 arena;
	struct buf		 raw;
	struct resp		 resp;
	struct err		 err;
	struct idem		 idem;
	bool			 answered;	/* an error, by replay */
	bool			 stays;		/* FastCGI */
};

/*
 * On every answer.  A browser that opens one directly loads, runs and embeds
 * nothing, and tells no other site where it was.
 */
#define SAFE_HEADERS							\
	"X-Content-Type-Options: nosniff\r\n"				\
	"Content-Security-Policy: default-src 'none'; base-uri 'none'; "	\
	"form-action 'none'; frame-ancestors 'none'; object-src 'none'; "	\
	"sandbox\r\n"							\
	"Referrer-Policy: no-referrer\r\n"				\
	"Cache-Control: no-store\r\n"

static struct io	*dying_io;

/* The arena's last words: no memory is taken here. */
static void
out_of_memory(void)
{
	static const char answer[] =
	    "Status: 500\r\nContent-Type: application/problem+json\r\n"
	    SAFE_HEADERS "\r\n"
	    "{\"type\":\"urn:cerberus:problem:internal_error\","
	    "\"title\":\"Internal Server Error\",\"status\":500,"
	    "\"detail\":\"The server ran out of memory.\","
	    "\"error\":\"The server ran out of memory.\","
	    "\"code\":\"internal_error\"}";

	log_line("out of memory");
	if (dying_io != NULL)
		dying_io->write(dying_io, answer, sizeof(answer) - 1);
	_exit(1);
}

static int64_t
now_us(void)
{
	struct timespec	 t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Is the body an HTML form's, from a browser that wants a page back? */
static bool
wants_page(const struct req *rq)
{
	return rq->route != NULL && rq->route->body == BODY_FORM &&
	    (strcmp(rq->type, "application/x-www-form-urlencoded") == 0 ||
	    strcmp(rq->type, "multipart/form-data") == 0) &&
	    accept_prefers(rq->accept, "text/html", "application/json");
}

static unsigned
access_of(const struct req *rq)
{
	return rq->route->access & ACCESS_MASK;
}

static bool
is_write(const struct req *rq)
{
	return rq->method != M_GET && rq->method != M_OPTIONS;
}

/*
 * The bucket that a request takes from: an address's at one public endpoint, or
 * a token's, and the address's where the database knows no such token.  An
 * endpoint is a program's route: the paths under which a web server knows the
 * program share a bucket.  A token's bucket is large: it is debited by 16 on
 * every 16th request, so that most reads need no write.
 */
static void
set_limit(struct runner *r, struct req *rq)
{
	struct db_limit	*l = &r->db.limit;
	bool		 public = access_of(rq) == ACCESS_PUBLIC;
	int64_t		 burst = public ? r->cfg.public_burst :
			    r->cfg.staff_burst;
	long		 n = public || burst < 128 ? 1 : 16;

	if (!r->cfg.rate_limit || (rq->route->access & ROUTE_UNLIMITED) != 0)
		return;
	l->key = arena_printf(rq->arena, "%s %s%s",
	    client_network(rq->arena, rq->remote), public ?
	    program_invocation_short_name : "token",
	    public ? rq->route->path : "");
	l->rate = arena_printf(rq->arena, "%.6f", (double)(public ?
	    r->cfg.public_per_minute : r->cfg.staff_per_minute) / 60);
	l->burst = arena_printf(rq->arena, "%lld", (long long)burst);
	/* The request's id is random. */
	if (strtol(rq->id + strlen(rq->id) - 4, NULL, 16) % n == 0)
		l->take = arena_printf(rq->arena, "%ld", n);
}

/*
 * A visitor's request that never got as far as the database counts too; the
 * answer says how much is left.
 */
static int
settle_limit(struct runner *r, struct req *rq, struct resp *rs, int rc,
    struct err *e)
{
	struct db_limit	*l = &r->db.limit;
	int64_t		 per_minute = r->cfg.public_per_minute;
	struct err	*ignored;
	char		 text[24];

	if (l->take == NULL)
		return rc;
	if (!l->taken && (r->db.conn != NULL ||
	    access_of(rq) == ACCESS_PUBLIC)) {
		ignored = arena_zalloc(rq->arena, sizeof(*ignored));
		if (db_take(&r->db, ignored) == 0 && l->taken &&
		    !l->allowed && !r->db.entered && !rs->started) {
			err_clear(e);
			rc = err_set(e, ERR_RATE, "Too many requests; wait "
			    "before the next one.");
			e->retry_after = 1;
		}
	}
	if (!l->taken || access_of(rq) != ACCESS_PUBLIC || rs->started)
		return rc;
	resp_header(rs, "RateLimit-Limit", l->burst);
	snprintf(text, sizeof(text), "%lld", (long long)l->remaining);
	resp_header(rs, "RateLimit-Remaining", text);
	snprintf(text, sizeof(text), "%lld", (long long)l->reset);
	resp_header(rs, "RateLimit-Reset", text);
	/* draft-ietf-httpapi-ratelimit-headers: what is left, and the quota
	 * with the seconds in which an empty bucket fills. */
	resp_header(rs, "RateLimit", arena_printf(rq->arena,
	    "\"default\";r=%lld;t=%lld", (long long)l->remaining,
	    (long long)l->reset));
	resp_header(rs, "RateLimit-Policy", arena_printf(rq->arena,
	    "\"default\";q=%lld;w=%lld", (long long)r->cfg.public_burst,
	    (long long)((r->cfg.public_burst * 60 + per_minute - 1) /
	    per_minute)));
	return rc;
}

static int
identify(struct runner *r, struct req *rq, struct err *e)
{
	char	*hash;

	if (access_of(rq) == ACCESS_PUBLIC)
		return 0;
	r->db.admins_only = access_of(rq) == ACCESS_ADMIN;
	if (!rq->authorization && rq->cookie != NULL) {
		if (browser_check(rq, e) != 0)
			return -1;
		rq->token = rq->cookie;
	}
	if (rq->token == NULL)
		return err_slug(e, ERR_UNAUTHORIZED, "missing_token",
		    "Sign in: send the header Authorization: Bearer "
		    "<token>.");
	hash = arena_alloc(rq->arena, TOKEN_HASH);
	if (!token_hash(rq->token, hash))
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	if (access_of(rq) != ACCESS_SETUP)
		db_identity(&r->db, hash);
	return 0;
}

/* Query parameters that the route does not know are named, not guessed at. */
static int
check_params(const struct req *rq, struct err *e)
{
	const char *const	*known = rq->route->params;
	int			 rc = 0;

	if (known == route_own_params ||
	    (known == NULL && access_of(rq) == ACCESS_PUBLIC))
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

static int
read_json(struct runner *r, struct req *rq, struct err *e)
{
	if (body_read_all(&rq->body, &r->raw, e) != 0)
		return -1;
	if (r->raw.len == 0)
		return err_slug(e, ERR_MALFORMED, "invalid_json",
		    "Invalid or empty JSON payload");
	return json_parse(r->raw.data, r->raw.len, &rq->json, e);
}

/* The fields of a multipart form into pairs; files among them are passed over. */
static int
read_multipart(struct req *rq, struct err *e)
{
	struct multipart	 m;
	struct part		 part;
	int			 more;

	if (multipart_open(&m, rq->arena, &rq->body, rq->boundary, e) != 0)
		return -1;
	rq->form.pair = arena_alloc(rq->arena, 256 * sizeof(struct pair));
	while ((more = multipart_next(&m, &part, e)) == 1) {
		struct pair	*p = &rq->form.pair[rq->form.n];

		if (part.filename != NULL)
			continue;
		p->name = part.name;
		if (multipart_text(&m, JSON_MAX, &p->value, &p->len, e) != 0)
			return -1;
		rq->form.n++;
	}
	return more;
}

static int
read_form(struct runner *r, struct req *rq, struct err *e)
{
	if (strcmp(rq->type, "multipart/form-data") == 0)
		return read_multipart(rq, e);
	if (strcmp(rq->type, "application/x-www-form-urlencoded") != 0)
		return read_json(r, rq, e);
	if (body_read_all(&rq->body, &r->raw, e) != 0)
		return -1;
	return form_parse(&rq->form, rq->arena, buf_str(&r->raw), r->raw.len,
	    e);
}

static int
read_body(struct runner *r, struct req *rq, struct err *e)
{
	int64_t	 limit = rq->route->body == BODY_STREAM ?
		    r->cfg.upload_max_bytes : JSON_MAX;
	size_t	 n = strlen(rq->type);

	if (rq->route->body == BODY_NONE)
		return 0;
	if (body_open(&rq->body, rq->io, limit, e) != 0)
		return -1;
	rq->body.pace.ms = r->cfg.body_seconds * 1000;
	if (rq->route->body == BODY_STREAM)
		rq->body.pace.bytes = r->cfg.body_seconds *
		    r->cfg.upload_min_rate;
	if (r->idem.digest != NULL) {
		rq->body.tap = idem_tap;
		rq->body.tap_ctx = &r->idem;
	}
	switch (rq->route->body) {
	case BODY_JSON:
		if (n > 0 && strcmp(rq->type, "application/json") != 0 &&
		    (n < 5 || strcmp(rq->type + n - 5, "+json") != 0))
			return err_set(e, ERR_MEDIA_TYPE, "Send the body as "
			    "application/json, not as %.100s.", rq->type);
		return read_json(r, rq, e);
	case BODY_FORM:
		return read_form(r, rq, e);
	case BODY_RAW:
		return body_read_all(&rq->body, &r->raw, e);
	case BODY_STREAM:
	case BODY_NONE:
		break;
	}
	return 0;
}

/* If-None-Match (RFC 9110 section 13.1.2): weak comparison. */
static bool
not_modified(const struct req *rq, const struct resp *rs)
{
	return rq->if_none_match != NULL && rs->etag != NULL &&
	    rq->method == M_GET && rs->status == 200 && !rs->started &&
	    etag_match(rq->if_none_match, rs->etag, false);
}

/* The answer of an error. */
static void
fail(struct req *rq, struct resp *rs, struct err *e)
{
	if (e->code == ERR_NONE)
		e->code = ERR_INTERNAL;
	if (wants_page(rq))
		resp_problem_page(rs, e);
	else
		resp_problem(rs, e, rq->id);
}

/* What makes a request the same as another: method, path, query, body. */
static int
begin_idempotency(struct runner *r, struct req *rq, struct err *e)
{
	const char	*query = rq->io->env(rq->io, "QUERY_STRING");

	if (idem_init(&r->idem, rq->arena, rq->idempotency_key,
	    r->cfg.secret_key, rq->remote, e) != 0)
		return -1;
	idem_add(&r->idem, rq->route->path);
	idem_add(&r->idem, rq->script);
	idem_add(&r->idem, rq->path);
	idem_add(&r->idem, query != NULL ? query : "");
	idem_add(&r->idem, arena_printf(rq->arena, "%d", (int)rq->method));
	return 0;
}

/* Nothing that could sign anybody in stays behind. */
static void
wipe(struct runner *r, struct req *rq)
{
	static const char *const	 names[] = {
		"HTTP_AUTHORIZATION", "REDIRECT_HTTP_AUTHORIZATION",
		"HTTP_COOKIE"
	};
	const char			*texts[6] = {
		rq->token, rq->basic_password, rq->cookie
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		texts[3 + i] = rq->io->env(rq->io, names[i]);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (texts[i] != NULL)
			OPENSSL_cleanse((void *)(uintptr_t)texts[i],
			    strlen(texts[i]));
	if (r->resp.secret && r->raw.data != NULL)
		OPENSSL_cleanse(r->raw.data, r->raw.len);
}

static int
dispatch(struct runner *r, struct req *rq, struct resp *rs, struct err *e)
{
	const char	*allow = NULL;
	int		 rc;

	rc = route_find(r->routes, r->n, rq, &rq->route, &allow, e);
	if (allow != NULL)
		resp_header(rs, "Allow", allow);
	if (rc != 0)
		return -1;
	if (rq->route == NULL) {
		cors_preflight(rq, rs, allow);
		rs->status = 204;
		return 0;
	}
	rs->secret = (rq->route->access & ROUTE_SECRET) != 0;
	if (identify(r, rq, e) != 0)
		return -1;
	set_limit(r, rq);
	r->db.reads = !is_write(rq);
	if (is_write(rq))
		r->db.request = rq->id;
	if (check_params(rq, e) != 0)
		return -1;
	if (!wants_page(rq) && !accept_allows(rq->accept, rq->route->type !=
	    NULL ? rq->route->type : "application/json") &&
	    access_of(rq) != ACCESS_PUBLIC)
		return err_set(e, ERR_NOT_ACCEPTABLE, "This resource is sent "
		    "as %s only.", rq->route->type != NULL ? rq->route->type :
		    "application/json");
	/* What is kept belongs to who called: not known yet for ACCESS_SETUP. */
	if (is_write(rq) && rq->idempotency_key != NULL &&
	    access_of(rq) != ACCESS_SETUP &&
	    begin_idempotency(r, rq, e) != 0)
		return -1;
	if (read_body(r, rq, e) != 0)
		return -1;
	if (r->idem.digest != NULL) {
		if (rq->route->body != BODY_STREAM)
			idem_complete(&r->idem);
		return replay_handle(rq, rs, &r->idem, fail, &r->answered,
		    e);
	}
	if (rq->route->handle(rq, rs, e) != 0)
		return -1;
	if (not_modified(rq, rs)) {
		rs->status = 304;
		rs->type = NULL;
		buf_clear(&rs->body, SIZE_MAX);
	}
	return 0;
}

/*
 * One line.  That of a refused request has LOG_REFUSED bytes at most: strangers
 * can cause any number of them.
 */
static void
log_request(const struct req *rq, const struct resp *rs, const struct err *e,
    int rc, int64_t us)
{
	static const char *const names[] = { "GET", "POST", "PUT", "PATCH",
				    "DELETE", "OPTIONS", "?" };
	bool		 refused = rs->status >= 400 && rs->status < 500;
	struct buf	 line;

	buf_init(&line, 2048);
	buf_addf(&line, "%s %s ", rq->id,
	    rq->head ? "HEAD" : names[rq->method]);
	buf_addf(&line, "%.*s", refused ? 90 : 300, arena_printf(rq->arena,
	    "%s%s", rq->script, rq->path));
	buf_addf(&line, " %d %lld.%03lldms", rs->status,
	    (long long)(us / 1000), (long long)(us % 1000));
	if (rc != 0 || e->detail[0] != '\0')
		buf_addf(&line, " %s %s", e->slug != NULL ? e->slug :
		    err_kind(e->code)->slug, e->detail);
	log_line("%.*s", refused ? LOG_REFUSED - LOG_FRAME : 1000,
	    buf_str(&line));
	buf_release(&line);
}

static void
forget_caller(struct runner *r)
{
	db_identity(&r->db, NULL);
	r->db.admins_only = r->db.entered = r->db.reads = false;
	r->db.request = NULL;
	r->db.limit = (struct db_limit){ .key = NULL };
	idem_release(&r->idem);
}

static void
serve(struct runner *r, struct io *io)
{
	struct req	 rq;
	struct resp	*rs = &r->resp;
	int64_t		 start = now_us();
	int		 rc;

	dying_io = io;
	err_clear(&r->err);
	resp_clear(rs, io);
	buf_clear(&r->raw, 64 * 1024);
	r->answered = false;
	rc = req_init(&rq, &r->arena, &r->cfg, io, &r->err);
	rq.db = &r->db;
	rq.raw = &r->raw;
	rs->no_body = rq.head;
	resp_header(rs, "X-Request-Id", rq.id);
	buf_adds(&rs->head, SAFE_HEADERS);
	cors_headers(&rq, rs);
	if (r->cfg_err.code != ERR_NONE)
		rc = err_detail(&r->err, ERR_INTERNAL, "%s", r->cfg_err.msg);
	if (rc == 0)
		rc = dispatch(r, &rq, rs, &r->err);
	db_rollback(&r->db);
	if (rq.route != NULL)
		rc = settle_limit(r, &rq, rs, rc, &r->err);
	forget_caller(r);
	if (rc != 0 && !rs->started && !r->answered)
		fail(&rq, rs, &r->err);
	resp_send(rs);
	wipe(r, &rq);
	log_request(&rq, rs, &r->err, rc, now_us() - start);
	json_object_put(rq.json);
	db_forget(&r->db);
	arena_reset(&r->arena);
	dying_io = NULL;
}

static int
run(const struct route *routes, size_t n, bool as_stripe)
{
	static struct runner	 r;
	struct io		 io;

	r.routes = routes;
	r.n = n;
	arena_on_failure(out_of_memory);
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	/* gmtime_r(), which needs no zone, would read that of the machine. */
	setenv("TZ", "UTC0", 1);
	r.stays = fcgi_wanted();
	/* A configuration that cannot be read is answered, and logged, like
	 * any failure: the web server would show an empty page instead. */
	if (cfg_load(&r.cfg, &r.cfg_err) == 0)
		log_open(r.cfg.log_file);
	if (!sandbox_enter(r.stays, r.cfg.sandbox))
		log_line("the system refuses the filter of system calls");
	buf_init(&r.raw, JSON_MAX + 64 * 1024);
	db_init(&r.db, as_stripe ? r.cfg.stripe_database_url :
	    r.cfg.database_url, r.cfg.statement_timeout_ms,
	    r.cfg.pooled ? DB_KEEP_POOLED : r.stays ? DB_KEEP_OWN :
	    DB_KEEP_NONE);
	if (r.stays) {
		resp_init(&r.resp, NULL);
		while (fcgi_accept(&io))
			serve(&r, &io);
	} else {
		io_cgi(&io);
		resp_init(&r.resp, &io);
		serve(&r, &io);
		io_cgi_refuse_rest();
	}
	db_release(&r.db);
	resp_release(&r.resp);
	buf_release(&r.raw);
	arena_release(&r.arena);
	cfg_release(&r.cfg);
	return 0;
}

int
endpoint_main(const struct route *routes, size_t n)
{
	return run(routes, n, false);
}

int
endpoint_main_stripe(const struct route *routes, size_t n)
{
	return run(routes, n, true);
}
