/*
 * The only room that touches PGconn.  What is sent together travels in one
 * pipeline: one implicit transaction that begins with the caller's identity and
 * ends with it.
 *
 * The connection is made by the first statement, and made anew when the server
 * went away in between.  A pipeline that found its session ended before
 * anything was executed is sent again on a new connection.  One that was under
 * way when the connection broke is not: its outcome is unknown, and the answer
 * is 503.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include <libpq-fe.h>

#include "core/arena.h"
#include "core/err.h"
#include "rows.h"

#define DB_CACHE	128	/* statements kept prepared */
#define DB_BATCH	8	/* most statements of one db_run() */

/* How long a statement stays prepared. */
enum db_keep {
	DB_KEEP_NONE,		/* a connection of one request */
	DB_KEEP_OWN,		/* as long as our connection */
	DB_KEEP_POOLED,		/* PgBouncer's connections keep hot ones */
};

struct db_query {
	const char		*sql;
	int			 n;
	const char	*const	*param;
	bool			 hot;	/* fixed text, run all the time */
	bool			 gated;	/* cheap and without effect when
					 * enter() has refused the request */
	bool			 removes; /* a DELETE: its foreign keys' faults
					 * speak of what needs the row */
};

/* A token bucket that a request takes from; a zeroed one is no limit. */
struct db_limit {
	const char	*key;		/* NULL: no limit */
	const char	*rate;		/* tokens a second, as a number's text */
	const char	*burst;
	const char	*take;		/* NULL: nothing this time */
	bool		 taken;		/* done, and then: */
	bool		 allowed;
	int64_t		 remaining;
	int64_t		 reset;		/* seconds until it is full */
};

struct kept;

struct db {
	PGconn		*conn;
	const char	*url;
	int64_t		 timeout_ms;
	enum db_keep	 keep;
	bool		 in_txn;	/* between db_begin() and its end */
	unsigned	 depth;		/* of db_begin() within db_begin() */
	const char	*identity;	/* \x... of the token's hash, or NULL */
	bool		 admins_only;	/* others are refused with 403 */
	bool		 reads;		/* the request changes nothing */
	const char	*request;	/* its id for the audit log, or NULL */
	struct db_limit	 limit;
	bool		 entered;	/* the database was told all this */
	uint64_t	 cache[DB_CACHE]; /* hashes of prepared statements */
	unsigned	 connections;	/* how many were made so far */
	struct kept	*kept;		/* results until db_forget() */
	char		*piece;		/* the last of db_copy_get() */
};

void	 db_init(struct db *, const char *url, int64_t timeout_ms,
	    enum db_keep);
void	 db_release(struct db *);

/* Who asks: set for a request, NULL afterwards. */
void	 db_identity(struct db *, const char *hash);

/*
 * Run n statements, at most DB_BATCH, as one transaction.  In a request that only
 * reads, and where all of them are gated, that is one round trip; else the first
 * statements of a request wait for the answer to who is calling, one round trip
 * before them.
 * On success out[i] is the caller's: PQclear().  On failure nothing was written,
 * out is untouched, and e says why in words for a client.
 */
int	 db_run(struct db *, const struct db_query *, size_t n,
	    PGresult **out, struct err *) MUST_USE;

/* The same for one statement. */
int	 db_one(struct db *, const char *sql, int n, const char *const *param,
	    PGresult **out, struct err *) MUST_USE;

/*
 * One row by its key, the shortest way: the token's hash is handed on for the
 * policies to look up, and only when no row comes back is the caller asked for by
 * name, so that a token that is not valid is told apart from a row that is not
 * there.  For a statement that only reads, and that gives an unknown caller no
 * row.
 */
int	 db_row(struct db *, const char *sql, int n, const char *const *param,
	    PGresult **out, struct err *) MUST_USE;

/*
 * The same three with struct rows, which live until db_forget().  On failure out
 * is untouched.
 */
int	 db_exec(struct db *, const struct db_query *, size_t n,
	    struct rows **out, struct err *) MUST_USE;
int	 db_select(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;
int	 db_select_row(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

/* While some code still holds libpq's results. */
#define ROWS(res)	((const struct rows *)(const void *)(res))

/* Free all rows. */
void	 db_forget(struct db *);

/*
 * Takes from the request's bucket where no statement has done so yet.  Statements
 * do it behind themselves in their own round trip.
 */
int	 db_take(struct db *, struct err *) MUST_USE;

/*
 * A transaction of several round trips, as the identity.  Within another it is
 * that one's part: only the outer end counts.
 */
int	 db_begin(struct db *, struct err *) MUST_USE;
int	 db_commit(struct db *, struct err *) MUST_USE;

/* Safe to call whether or not a transaction is open. */
void	 db_rollback(struct db *);

/* COPY ... FROM STDIN within a transaction: start, any number of pieces, end. */
int	 db_copy_start(struct db *, const char *sql, struct err *) MUST_USE;
int	 db_copy_put(struct db *, const char *, size_t n, struct err *)
	    MUST_USE;
int	 db_copy_end(struct db *, struct err *) MUST_USE;

/*
 * COPY ... TO STDOUT: start, then pieces until 0.  *piece may be changed in place;
 * it is valid until the next call or db_forget().
 */
int	 db_copy_out(struct db *, const char *sql, struct err *) MUST_USE;
int	 db_copy_get(struct db *, char **piece, struct err *) MUST_USE;

/* A column of a result's first row as a number; null is 0. */
int64_t	 db_int64(const PGresult *, int col);

/* True when it is true; null is not. */
bool	 db_true(const PGresult *, int col);

#endif
