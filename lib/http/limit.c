/* Rate limits: the choice of a bucket, and the headers of the response. */
#include <errno.h>

#include "address.h"
#include "db/db.h"
#include "limit.h"
#include "route.h"

/* Below this burst, each request of a token debits its bucket. */
#define SMALL_BURST	128
/* Above it, every 16th request debits 16, so that most reads need no write. */
#define STRIDE		16

static bool
is_public(const struct req *rq)
{
	return route_access(rq->route) == ACCESS_PUBLIC;
}

void
limit_set(struct req *rq)
{
	const struct cfg	*cfg = rq->cfg;
	struct db_limit		*l = &rq->db->limit;
	bool			 public = is_public(rq);
	int64_t			 burst = public ? cfg->public_burst :
				    cfg->staff_burst;
	long			 n = public || burst < SMALL_BURST ? 1 : STRIDE;

	if (!cfg->rate_limit || (rq->route->access & ROUTE_UNLIMITED) != 0)
		return;
	l->key = arena_printf(rq->arena, "%s %s%s",
	    client_network(rq->arena, rq->remote), public ?
	    program_invocation_short_name : "token",
	    public ? rq->route->path : "");
	l->rate = arena_printf(rq->arena, "%.6f", (double)(public ?
	    cfg->public_per_minute : cfg->staff_per_minute) / 60);
	l->burst = arena_printf(rq->arena, "%lld", (long long)burst);
	/* The request's id is random. */
	if (strtol(rq->id + strlen(rq->id) - 4, NULL, 16) % n == 0)
		l->take = arena_printf(rq->arena, "%ld", n);
}

static void
add_headers(const struct req *rq, struct resp *rs)
{
	const struct db_limit	*l = &rq->db->limit;
	int64_t			 per_minute = rq->cfg->public_per_minute;
	int64_t			 burst = rq->cfg->public_burst;
	char			 text[24];

	resp_header(rs, "RateLimit-Limit", l->burst);
	snprintf(text, sizeof(text), "%lld", (long long)l->remaining);
	resp_header(rs, "RateLimit-Remaining", text);
	snprintf(text, sizeof(text), "%lld", (long long)l->reset);
	resp_header(rs, "RateLimit-Reset", text);
	resp_header(rs, "RateLimit", arena_printf(rq->arena,
	    "\"default\";r=%lld;t=%lld", (long long)l->remaining,
	    (long long)l->reset));
	/* The window is the time in which an empty bucket fills. */
	resp_header(rs, "RateLimit-Policy", arena_printf(rq->arena,
	    "\"default\";q=%lld;w=%lld", (long long)burst,
	    (long long)((burst * 60 + per_minute - 1) / per_minute)));
}

int
limit_settle(struct req *rq, struct resp *rs, int rc, struct err *e)
{
	struct db	*db = rq->db;
	struct db_limit	*l = &db->limit;
	struct err	*ignored;

	if (l->take == NULL)
		return rc;
	if (!l->taken && (db->conn != NULL || is_public(rq))) {
		ignored = arena_zalloc(rq->arena, sizeof(*ignored));
		if (db_take(db, ignored) == 0 && l->taken && !l->allowed &&
		    !db->entered && !rs->started) {
			err_clear(e);
			rc = err_set(e, ERR_RATE, "Too many requests; wait "
			    "before the next one.");
			e->retry_after = 1;
		}
	}
	if (l->taken && is_public(rq) && !rs->started)
		add_headers(rq, rs);
	return rc;
}
