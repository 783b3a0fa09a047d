/* A write with an Idempotency-Key. */
#include "replay.h"
#include "core/log.h"
#include "db/db.h"
#include "problem.h"
#include "route.h"

/* Seconds for which a claim counts whose process may have died. */
#define UPLOAD_SECONDS	3600
#define CALL_SECONDS	120

static bool
outside(const struct req *rq)
{
	return (rq->route->access & ROUTE_OUTSIDE) != 0 ||
	    rq->route->body == BODY_STREAM;
}

/*
 * A failure of ours is no answer for good, and neither is one that says "not
 * now" or "not you".
 */
static bool
is_final(int status)
{
	return status < 500 && status != 401 && status != 408 &&
	    status != 429;
}

/*
 * Was a file refused before any of it was read?  Then the rest is not waited
 * for either, and the next request with the key is judged anew.
 */
static bool
unread(const struct req *rq)
{
	return rq->route->body == BODY_STREAM && rq->body.length > 0 &&
	    rq->body.taken == 0;
}

/* What the handler made of the answer; the head's lines from mark on. */
static struct idem_answer
answer_of(const struct resp *rs, size_t mark)
{
	return (struct idem_answer){
		.status = rs->status,
		.type = rs->type != NULL ? rs->type : "",
		.etag = rs->etag != NULL ? rs->etag : "",
		.head = rs->head.len > mark ? rs->head.data + mark : "",
		.body = buf_str(&rs->body),
		.len = rs->body.len,
	};
}

/* Takes back what a handler did to the answer. */
static void
undo(struct resp *rs, size_t mark)
{
	rs->head.len = mark;
	if (rs->head.data != NULL)
		rs->head.data[mark] = '\0';
	buf_clear(&rs->body, SIZE_MAX);
	rs->type = rs->etag = NULL;
	rs->problem = false;
}

static int
replay(struct resp *rs, size_t mark, const struct idem_answer *a)
{
	undo(rs, mark);
	rs->status = a->status;
	rs->type = *a->type != '\0' ? a->type : NULL;
	rs->etag = *a->etag != '\0' ? a->etag : NULL;
	buf_adds(&rs->head, a->head);
	resp_header(rs, "Idempotent-Replayed", "true");
	buf_add(&rs->body, a->body, a->len);
	return 0;
}

/* The rest of a streamed body, for its hash. */
static int
drain(struct req *rq, struct idem *i, struct err *e)
{
	char	*p;
	ssize_t	 n;

	if (i->complete)
		return 0;
	p = arena_alloc(rq->arena, 65536);
	while ((n = body_read(&rq->body, p, 65536, e)) > 0)
		;
	if (n < 0)
		return -1;
	idem_complete(i);
	return 0;
}

/*
 * Stores the answer in a transaction of its own: 0, or 1 when another request
 * with the key came in between, whose answer is *first now.
 */
static int
store(struct req *rq, struct idem *i, const struct idem_answer *a,
    struct idem_answer *first, struct err *e)
{
	const char	*hash;
	int		 found = 0;

	if (db_begin(rq->db, e) != 0)
		return -1;
	if (!outside(rq))
		found = idem_claim(i, rq->db, 0, first, &hash, e);
	if (found == 1 && idem_same(i, hash, e) != 0)
		found = -1;
	if (found != 0 || idem_store(i, rq->db, a, e) != 0 ||
	    db_commit(rq->db, e) != 0) {
		db_rollback(rq->db);
		return found == 1 ? 1 : -1;
	}
	return 0;
}

int
once(struct req *rq, struct resp *rs, struct idem *i, struct err *e)
{
	const char		*who = rq->db->identity, *hash;
	size_t			 mark = rs->head.len;
	struct idem_answer	 a, first;
	struct err		*later;
	int			 rc, seconds;

	seconds = !outside(rq) ? 0 : rq->route->body == BODY_STREAM ?
	    UPLOAD_SECONDS : CALL_SECONDS;
	if (db_begin(rq->db, e) != 0)
		return -1;
	rc = idem_claim(i, rq->db, seconds, &first, &hash, e);
	if (rc == 1) {
		db_rollback(rq->db);
		if (drain(rq, i, e) != 0 || idem_same(i, hash, e) != 0)
			return -1;
		return replay(rs, mark, &first);
	}
	if (rc != 0 || (seconds > 0 && db_commit(rq->db, e) != 0))
		return -1;

	rc = route_call(rq, rs, e);
	db_identity(rq->db, who);
	if (rc == 0 && seconds == 0 && rq->db->in_txn) {
		a = answer_of(rs, mark);
		if (is_final(a.status) && idem_store(i, rq->db, &a, e) != 0)
			return -1;
		return db_commit(rq->db, e);
	}
	db_rollback(rq->db);
	if (rc != 0)
		problem_answer(rq, rs, e);
	later = arena_zalloc(rq->arena, sizeof(*later));
	a = answer_of(rs, mark);
	if (rs->started || !is_final(rs->status) || unread(rq) ||
	    drain(rq, i, later) != 0) {
		err_clear(later);
		if (seconds > 0 && (db_begin(rq->db, later) != 0 ||
		    idem_store(i, rq->db, NULL, later) != 0 ||
		    db_commit(rq->db, later) != 0))
			db_rollback(rq->db);
		return rc;
	}
	switch (store(rq, i, &a, &first, later)) {
	case 1:
		/* Nothing of ours was done: the other's answer is the first. */
		return replay(rs, mark, &first);
	case -1:
		log_line("%s the answer could not be stored: %s %s", rq->id,
		    later->msg, later->detail);
		break;
	}
	return rc;
}
