/*
 * The steps of a write with an Idempotency-Key: claim, call the handler, store
 * the response.  access/idempotency.c is the store.
 */
#include "core/log.h"
#include "db/db.h"
#include "problem.h"
#include "replay.h"
#include "route.h"

/*
 * Seconds after which a claim without a response no longer counts: its process
 * has died.
 */
#define UPLOAD_SECONDS	3600
#define CALL_SECONDS	120

/* Return true if the handler cannot run inside the claim's transaction. */
static bool
is_outside(const struct req *rq)
{
	return (rq->route->access & ROUTE_OUTSIDE) != 0 ||
	    rq->route->body == BODY_STREAM;
}

/*
 * Return true if the response stays the same when the request is repeated: not
 * for a failure of the server, nor if the caller must sign in or wait first.
 */
static bool
is_final(int status)
{
	return status < 500 && status != 401 && status != 408 &&
	    status != 429;
}

/*
 * Return true if an upload was refused before any of it was read.  Then its
 * body is not read for the hash either, and the response is not stored.
 */
static bool
is_unread(const struct req *rq)
{
	return rq->route->body == BODY_STREAM && rq->body.length > 0 &&
	    rq->body.taken == 0;
}

/* Return the handler's response; its header lines begin at mark. */
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

/* Replace the response by a stored one. */
static int
send_stored(struct resp *rs, size_t mark, const struct idem_answer *a)
{
	resp_undo(rs, mark);
	rs->status = a->status;
	rs->type = *a->type != '\0' ? a->type : NULL;
	rs->etag = *a->etag != '\0' ? a->etag : NULL;
	buf_adds(&rs->head, a->head);
	resp_header(rs, "Idempotent-Replayed", "true");
	buf_add(&rs->body, a->body, a->len);
	return 0;
}

/* Read the rest of a streamed body, which completes the hash. */
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
 * Store the response in a transaction of its own.  Return 0; 1 if another
 * request with the key was faster, whose response is in *first then; or -1.
 */
static int
store(struct req *rq, struct idem *i, const struct idem_answer *a,
    struct idem_answer *first, struct err *e)
{
	const char	*hash;
	int		 found = 0;

	if (db_begin(rq->db, e) != 0)
		return -1;
	if (!is_outside(rq))
		found = idem_claim(i, rq->db, 0, first, &hash, e);
	if (found == 1 && idem_same(i, hash, e) != 0)
		found = -1;
	if (found < 0 || (found == 0 && idem_store(i, rq->db, a, e) != 0) ||
	    db_commit(rq->db, e) != 0) {
		db_rollback(rq->db);
		return -1;
	}
	return found;
}

/*
 * After a handler that failed, or that ran after its claim was committed: store
 * the response, or give the claim up if the response is not to be stored.  rc
 * is the result so far; return the result of the request.
 */
static int
settle(struct req *rq, struct resp *rs, struct idem *i, size_t mark,
    bool committed, int rc)
{
	struct err		*e = arena_zalloc(rq->arena, sizeof(*e));
	struct idem_answer	 a = answer_of(rs, mark), first;

	if (rs->started || !is_final(rs->status) || is_unread(rq) ||
	    drain(rq, i, e) != 0) {
		err_clear(e);
		if (committed && (db_begin(rq->db, e) != 0 ||
		    idem_store(i, rq->db, NULL, e) != 0 ||
		    db_commit(rq->db, e) != 0))
			db_rollback(rq->db);
		return rc;
	}
	switch (store(rq, i, &a, &first, e)) {
	case 1:
		/* This request had no effect: send the other's response. */
		return send_stored(rs, mark, &first);
	case -1:
		log_line("%s the response could not be stored: %s %s", rq->id,
		    e->msg, e->detail);
		break;
	}
	return rc;
}

int
replay_handle(struct req *rq, struct resp *rs, struct idem *i, struct err *e)
{
	const char		*identity = rq->db->identity, *hash;
	size_t			 mark = rs->head.len;
	struct idem_answer	 a;
	int			 rc, seconds;

	seconds = !is_outside(rq) ? 0 : rq->route->body == BODY_STREAM ?
	    UPLOAD_SECONDS : CALL_SECONDS;
	if (db_begin(rq->db, e) != 0)
		return -1;
	rc = idem_claim(i, rq->db, seconds, &a, &hash, e);
	if (rc == 1) {
		/* Not a rollback: the commit waits for the standby. */
		if (db_commit(rq->db, e) != 0 || drain(rq, i, e) != 0 ||
		    idem_same(i, hash, e) != 0)
			return -1;
		return send_stored(rs, mark, &a);
	}
	if (rc != 0 || (seconds > 0 && db_commit(rq->db, e) != 0))
		return -1;

	rc = route_call(rq, rs, e);
	db_identity(rq->db, identity);
	if (rc == 0 && seconds == 0 && rq->db->in_txn) {
		a = answer_of(rs, mark);
		if (is_final(a.status) && idem_store(i, rq->db, &a, e) != 0)
			return -1;
		return db_commit(rq->db, e);
	}
	db_rollback(rq->db);
	if (rc != 0)
		problem_answer(rq, rs, e);
	return settle(rq, rs, i, mark, seconds > 0, rc);
}
