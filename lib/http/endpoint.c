/*
 * The runner: the configuration, and the steps of each request in their order.
 * The work of a step belongs in the file that the step is named after.
 */
#include "config.h"

#include <openssl/crypto.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "access/idempotency.h"
#include "caller.h"
#include "conditional.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/sandbox.h"
#include "cors.h"
#include "db/db.h"
#include "endpoint.h"
#include "fcgi.h"
#include "limit.h"
#include "payload.h"
#include "problem.h"
#include "replay.h"
#include "request_log.h"
#include "standby.h"

/* What a process keeps from one request to the next. */
struct runner {
	const struct route	*routes;
	size_t			 n;
	struct cfg		 cfg;
	struct err		 cfg_err;	/* why cfg is not usable */
	struct db		 db;
	struct db		 standby;	/* its url may be NULL */
	struct db		 sync;		/* likewise */
	struct arena		 arena;
	struct buf		 raw;		/* the body of the request */
	struct resp		 resp;
	struct err		 err;
	struct idem		 idem;
	bool			 persistent;	/* FastCGI */
};

/*
 * Headers of every response, besides its policy.  A browser that opens one
 * directly must not send its address to other sites.
 */
#define SAFE_HEADERS							\
	"X-Content-Type-Options: nosniff\r\n"				\
	"Referrer-Policy: no-referrer\r\n"				\
	"Cache-Control: no-store\r\n"

/* Where to write the response if memory runs out; NULL between requests. */
static struct io	*current_io;

/* Answer 500 and exit, without allocating memory. */
static void
out_of_memory(void)
{
	static const char answer[] =
	    "Status: 500\r\nContent-Type: application/problem+json\r\n"
	    RESP_POLICY("") SAFE_HEADERS "\r\n"
	    "{\"type\":\"urn:cerberus:problem:internal_error\","
	    "\"title\":\"Internal Server Error\",\"status\":500,"
	    "\"detail\":\"The server ran out of memory.\","
	    "\"error\":\"The server ran out of memory.\","
	    "\"code\":\"internal_error\"}";

	log_line("out of memory");
	if (current_io != NULL)
		current_io->write(current_io, answer, sizeof(answer) - 1);
	_exit(1);
}

static bool
is_write(const struct req *rq)
{
	return rq->method != M_GET && rq->method != M_OPTIONS;
}

/*
 * Start the digest of a request with an Idempotency-Key.  Requests with equal
 * method, path, query and body are the same; the body is added as it is read.
 */
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

/* Check the request against its route, read its body, call the handler. */
static int
dispatch(struct runner *r, struct req *rq, struct resp *rs, struct err *e)
{
	const char	*allow = NULL, *type;
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
	type = rq->route->type != NULL ? rq->route->type : "application/json";
	rs->secret = (rq->route->access & ROUTE_SECRET) != 0;
	if (caller_identify(rq, e) != 0)
		return -1;
	limit_set(rq);
	r->db.reads = !is_write(rq);
	if (is_write(rq))
		r->db.request = rq->id;
	if (route_check_params(rq, e) != 0)
		return -1;
	if (route_access(rq->route) != ACCESS_PUBLIC &&
	    !route_wants_page(rq) && !accept_allows(rq->accept, type))
		return err_set(e, ERR_NOT_ACCEPTABLE, "This resource is sent "
		    "as %s only.", type);
	/* Stored responses belong to a user.  ACCESS_SETUP does not know the
	 * user yet. */
	if (is_write(rq) && rq->idempotency_key != NULL &&
	    route_access(rq->route) != ACCESS_SETUP &&
	    begin_idempotency(r, rq, e) != 0)
		return -1;
	if (payload_open(rq, e) != 0)
		return -1;
	if (r->idem.digest != NULL) {
		rq->body.on_read = idem_add_bytes;
		rq->body.on_read_ctx = &r->idem;
	}
	if (payload_read(rq, e) != 0)
		return -1;
	if (r->idem.digest != NULL) {
		if (rq->route->body != BODY_STREAM)
			idem_complete(&r->idem);
		return replay_handle(rq, rs, &r->idem, e);
	}
	if (standby_call(rq, rs, e) != 0)
		return -1;
	/* The database verifies the caller with the first statement. */
	if (route_access(rq->route) < ACCESS_SETUP && !r->db.entered)
		return err_detail(e, ERR_INTERNAL,
		    "the handler has not verified the caller");
	conditional_get(rq, rs);
	return 0;
}

/* Reset what the database connection knows about the request. */
static void
forget_caller(struct runner *r)
{
	db_identity(&r->db, NULL);
	r->db.admins_only = r->db.entered = r->db.reads = false;
	r->db.request = NULL;
	r->db.limit = (struct db_limit){ .key = NULL };
	db_identity(&r->standby, NULL);
	db_identity(&r->sync, NULL);
	idem_release(&r->idem);
}

static void
serve(struct runner *r, struct io *io)
{
	struct req	 rq;
	struct resp	*rs = &r->resp;
	int64_t		 start = clock_us();
	int		 rc;

	current_io = io;
	err_clear(&r->err);
	resp_clear(rs, io);
	buf_clear(&r->raw, 64 * 1024);
	rc = req_init(&rq, &r->arena, &r->cfg, io, &r->err);
	rq.db = rq.primary = &r->db;
	rq.standby = r->standby.url != NULL ? &r->standby : NULL;
	rq.sync = r->sync.url != NULL ? &r->sync : NULL;
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
	db_rollback(&r->standby);
	db_rollback(&r->sync);
	if (rq.route != NULL)
		rc = limit_settle(&rq, rs, rc, &r->err);
	forget_caller(r);
	/* replay_handle() has made and stored the response already. */
	if (rc != 0 && !rs->started && !rs->problem)
		problem_answer(&rq, rs, &r->err);
	resp_send(rs);
	caller_wipe(&rq);
	if (rs->secret && r->raw.data != NULL)
		OPENSSL_cleanse(r->raw.data, r->raw.len);
	request_log(&rq, rs, &r->err, rc, clock_us() - start);
	json_object_put(rq.json);
	db_forget(&r->db);
	db_forget(&r->standby);
	db_forget(&r->sync);
	arena_reset(&r->arena);
	current_io = NULL;
}

/* Prepare the connections; they are opened when a request needs them. */
static void
init_databases(struct runner *r, bool as_stripe)
{
	enum db_keep	 keep = r->cfg.pooled ? DB_KEEP_POOLED :
			    r->persistent ? DB_KEEP_OWN : DB_KEEP_NONE;

	db_init(&r->db, as_stripe ? r->cfg.stripe_database_url :
	    r->cfg.database_url, r->cfg.statement_timeout_ms, keep);
	db_init(&r->standby, r->cfg.read_url, r->cfg.statement_timeout_ms,
	    keep);
	db_init(&r->sync, r->cfg.sync_url, r->cfg.statement_timeout_ms, keep);
	r->standby.follows = r->standby.reads = true;
	r->sync.follows = r->sync.reads = true;
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
	/* gmtime_r() would read the time zone of the machine, unneeded. */
	setenv("TZ", "UTC0", 1);
	r.persistent = fcgi_wanted();
	/* If the configuration cannot be read, requests are answered with an
	 * error.  If the program exited, the web server would show an empty
	 * page. */
	if (cfg_load(&r.cfg, &r.cfg_err) == 0)
		log_open(r.cfg.log_file);
	if (!sandbox_enter(r.persistent, r.cfg.sandbox))
		log_line("the system refuses the filter of system calls");
	buf_init(&r.raw, PAYLOAD_MAX + 64 * 1024);
	init_databases(&r, as_stripe);
	if (r.persistent) {
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
	db_release(&r.standby);
	db_release(&r.sync);
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
