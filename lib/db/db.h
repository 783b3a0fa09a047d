/*
 * The database as the rest of the program sees it: statements, transactions,
 * COPY.  No other folder knows libpq.
 *
 * Statements of one call travel in one pipeline, which is one round trip and
 * one implicit transaction.  The first statement of a request tells the
 * database who calls.
 *
 * The connection is opened by the first statement, and again when the server
 * has closed it.  A pipeline whose session had ended before anything was
 * executed is sent again on a new connection.  If the connection breaks during
 * a pipeline, its outcome is unknown: it is not sent again, and the error is
 * 503.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "core/arena.h"
#include "core/err.h"
#include "rows.h"

#define DB_CACHE	128	/* statements that are kept prepared */
#define DB_BATCH	8	/* most statements of one db_exec() */

struct pg_conn;

/* How long a statement stays prepared. */
enum db_keep {
	DB_KEEP_NONE,		/* never: the connection serves one request */
	DB_KEEP_OWN,		/* until this process closes its connection */
	DB_KEEP_POOLED,		/* PgBouncer's connections keep hot ones */
};

/* One statement.  The values of its parameters are texts; NULL is null. */
struct db_query {
	const char		*sql;
	int			 n;		/* parameters */
	const char	*const	*param;
	bool			 hot;		/* fixed text, run often */
	bool			 gated;		/* cheap, and without effect if
						 * the request is refused */
	bool			 removes;	/* a DELETE, whose failing
						 * foreign keys name the rows
						 * that need the row */
};

/* The token bucket that a request debits; a zeroed one is no limit. */
struct db_limit {
	const char	*key;		/* NULL: no limit */
	const char	*rate;		/* tokens per second, as text */
	const char	*burst;		/* size of the bucket, as text */
	const char	*take;		/* tokens to take now; NULL: none */
	bool		 taken;		/* it was debited, and then: */
	bool		 allowed;	/* there were enough tokens */
	int64_t		 remaining;
	int64_t		 reset;		/* seconds until it is full */
};

struct kept;

struct db {
	struct pg_conn	*conn;		/* NULL: not connected */
	const char	*url;
	int64_t		 timeout_ms;	/* of each statement */
	enum db_keep	 keep;
	bool		 in_txn;	/* between db_begin() and its end */
	unsigned	 depth;		/* of db_begin() within db_begin() */
	const char	*identity;	/* hash of the token, \x..., or NULL */
	bool		 admins_only;	/* others are refused with 403 */
	bool		 reads;		/* the request changes nothing */
	const char	*request;	/* its id for the audit log, or NULL */
	struct db_limit	 limit;
	bool		 entered;	/* the database knows who calls */
	uint64_t	 cache[DB_CACHE]; /* hashes of prepared statements */
	unsigned	 connections;	/* how many were opened so far */
	struct kept	*kept;		/* the rows, until db_forget() */
	char		*piece;		/* the last of db_copy_get() */
};

/* The URL must outlive the struct.  Nothing is opened yet. */
void	 db_init(struct db *, const char *url, int64_t timeout_ms,
	    enum db_keep);

/* Free all rows and close the connection. */
void	 db_release(struct db *);

/* Set who calls, for one request; NULL for nobody. */
void	 db_identity(struct db *, const char *hash);

/*
 * Run n statements, at most DB_BATCH, in one transaction.  That is one round
 * trip if the request only reads or all of them are gated.  Otherwise the
 * request's first statements wait until the database has accepted the caller,
 * which is one more.
 *
 * On success out[i] has the rows of statement i, which live until db_forget().
 * On failure nothing was written, out is untouched, and the error has a message
 * for the client.
 */
int	 db_exec(struct db *, const struct db_query *, size_t n,
	    struct rows **out, struct err *) MUST_USE;

/* Run one statement. */
int	 db_select(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

/*
 * Read one row by its key, in the shortest way: only if there is no row, the
 * database is asked whether the caller's token is valid (401).  The statement
 * must only read, and return no row to an unknown caller.
 */
int	 db_select_row(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

/* Free all rows. */
void	 db_forget(struct db *);

/*
 * Debit the request's bucket, unless a statement has done so: statements debit
 * it in their own round trip.
 */
int	 db_take(struct db *, struct err *) MUST_USE;

/*
 * Begin and commit a transaction of several round trips, as the caller.  Within
 * another transaction they only count: the outermost db_commit() commits.
 */
int	 db_begin(struct db *, struct err *) MUST_USE;
int	 db_commit(struct db *, struct err *) MUST_USE;

/* Roll back, if a transaction is open. */
void	 db_rollback(struct db *);

/*
 * COPY ... FROM STDIN within a transaction: start, any number of pieces, end.
 */
int	 db_copy_start(struct db *, const char *sql, struct err *) MUST_USE;
int	 db_copy_put(struct db *, const char *, size_t n, struct err *)
	    MUST_USE;
int	 db_copy_end(struct db *, struct err *) MUST_USE;

/*
 * COPY ... TO STDOUT: start, then get pieces.  db_copy_get() returns the length
 * of the piece, 0 at the end, or -1.  The piece may be changed in place; it is
 * valid until the next call or db_forget().
 */
int	 db_copy_out(struct db *, const char *sql, struct err *) MUST_USE;
int	 db_copy_get(struct db *, char **piece, struct err *) MUST_USE;

/* XXX Goes with the last caller of the functions that it declares. */

#endif
