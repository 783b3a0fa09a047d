/*
 * Naming the step of a segment that made a statement time out, by the planner's
 * estimates.
 */
#include "db/db.h"
#include "universe_blame.h"

/* Read the highest cost from the first line of EXPLAIN: "(cost=0.00..8.17 ". */
static double
read_cost(const struct rows *r)
{
	size_t		 n;
	const char	*line = rows_count(r) > 0 ? rows_at(r, 0, 0, &n) : NULL;
	const char	*p = line != NULL ? strstr(line, "(cost=") : NULL;

	p = p != NULL ? strstr(p, "..") : NULL;
	return p != NULL ? strtod(p + 2, NULL) : 0;
}

int
universe_blame(struct req *rq, const struct where *steps, struct err *e)
{
	struct err	*ignored;
	struct sql	 q;
	struct rows	*r;
	double		 cost, most = -1;
	size_t		 worst = 0;

	if (steps == NULL || e->slug == NULL ||
	    strcmp(e->slug, "timeout") != 0 || rq->db->in_txn)
		return -1;
	for (size_t i = 0; i < steps->n; i++) {
		ignored = arena_zalloc(rq->arena, sizeof(*ignored));
		sql_init(&q, rq->arena);
		sql_add(&q, "EXPLAIN SELECT FROM voters t WHERE ");
		sql_predicate(&q, &steps->predicate[i]);
		/* If a table is locked, EXPLAIN times out, too. */
		cost = db_select(rq->db, buf_str(&q.text), q.n, q.param, &r,
		    ignored) != 0 ? 1e300 : read_cost(r);
		if (cost > most) {
			most = cost;
			worst = i + 1;
		}
		if (cost > 1e299)
			break;
	}
	return err_slug(e, ERR_UNAVAILABLE, "timeout", "Step %zu of the "
	    "segment takes too long. Narrow it, or ask for less.", worst);
}
