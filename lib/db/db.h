/*
 * The interface to PostgreSQL: statements, transactions, COPY.  No other folder
 * uses libpq.
 *
 * The statements of one call are sent as one pipeline: one round trip and one
 * implicit transaction.  Before the first statement of a request, the database
 * is told who the caller is.
 *
 * The connection is opened by the first statement, and again when the server
 * has closed it.  A pipeline whose session had ended before anything was
 * executed, or which a standby has refused, is sent again on a new connection.
 * If the connection breaks during a pipeline, its outcome is unknown: then it
 * is sent again only if the request reads; otherwise the error is 503.  It is
 * 503 as well if the commit did not wait for the synchronous standby.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "core/arena.h"
#include "core/err.h"
#include "rows.h"

#define DB_CACHE	128	/* statements that are kept prepared */
#define DB_BATCH	12	/* most statements of one db_exec() */

struct pg_conn;

/* How long a statement stays prepared. */
enum db_keep {
	DB_KEEP_NONE,		/* never: the connection serves one request */
	DB_KEEP_OWN,		/* until this process closes its connection */
	DB_KEEP_POOLED,		/* hot ones only, in PgBouncer's connections
				 * to the server */
};

/* One statement.  The values of its parameters are texts; NULL is null. */
struct db_query {
	const char		*sql;
	int			 n;		/* parameters */
	const char	*const	*param;
	bool			 hot;		/* fixed text, run often */
	bool			 gated;		/* cheap, and has no effect if
						 * the caller is refused: may
						 * be sent before that is known
						 */
	bool			 removes;	/* a DELETE: a foreign key that
						 * fails means that other rows
						 * refer to the row */
};

/* The token bucket that a request debits; a zeroed one is no limit. */
struct db_limit {
	const char	*key;		/* NULL: no limit */
	const char	*rate;		/* tokens per second, as text */
	const char	*burst;		/* size of the bucket, as text */
	const char	*take;		/* tokens to take now; NULL: none */
	bool		 taken;		/* debited: the rest is valid */
	bool		 allowed;	/* there were enough tokens */
	int64_t		 remaining;	/* tokens in the bucket */
	int64_t		 reset;		/* seconds until it is full */
};

struct kept;

struct db {
	struct pg_conn	*conn;		/* NULL: not connected */
	const char	*url;
	unsigned	 host;		/* which of the URL's was the last */
	bool		 one_host;	/* no other than host */
	bool		 unfit;		/* the server takes no writes at
					 * present: use conn no longer */
	bool		 canceled;	/* the wait for a standby, at the end of
					 * a transaction */
	int64_t		 timeout_ms;	/* of each statement */
	enum db_keep	 keep;
	bool		 in_txn;	/* between db_begin() and its end */
	unsigned	 depth;		/* of db_begin() within db_begin() */
	const char	*identity;	/* hash of the token, \x..., or NULL */
	bool		 admins_only;	/* others are refused with 403 */
	bool		 reads;		/* the request changes nothing */
	bool		 foreign;	/* another program's database */
	bool		 follows;	/* a standby: the primary has verified
					 * the caller */
	const char	*request;	/* its id for the audit log, or NULL */
	struct db_limit	 limit;
	bool		 entered;	/* the database accepted the caller */
	uint64_t	 cache[DB_CACHE]; /* hashes of prepared statements */
	unsigned	 connections;	/* how many were opened so far */
	struct kept	*kept;		/* results that db_forget() frees */
	char		*piece;		/* what db_copy_get() last returned */
};

/* Initialise db without connecting.  url must outlive the struct. */
void	 db_init(struct db *, const char *url, int64_t timeout_ms,
	    enum db_keep);

/*
 * The same for a database of another program, without a limit of time.  It may
 * be read as any role, also as a superuser; url may be what libpq takes instead
 * of a URL, such as "service=NAME".  Texts are UTF-8 unless the database has no
 * encoding (SQL_ASCII): then the caller checks them.
 */
void	 db_init_foreign(struct db *, const char *url);

/* Does the URL, or what libpq takes instead of one, have a password in it? */
bool	 db_url_has_password(const char *url);

/*
 * Return how many hosts the URL names, at least 1; and whether it has a
 * target_session_attrs that passes over standbys.
 */
size_t	 db_url_hosts(const char *url);
bool	 db_url_wants_primary(const char *url);

/* Copy the name or address of host i to out, which has n bytes. */
void	 db_url_host(const char *url, size_t i, char *out, size_t n);

/*
 * Initialise db for one of the hosts, the primary or a standby, as
 * db_init() does with DB_KEEP_NONE.
 */
void	 db_init_host(struct db *, const char *url, size_t i,
	    int64_t timeout_ms);

/* Free all rows and close the connection. */
void	 db_release(struct db *);

/*
 * Set the caller of the next statements.  hash is that of the token, as
 * token_hash() writes it, and must outlive the request; NULL: no caller.
 */
void	 db_identity(struct db *, const char *hash);

/*
 * Run n statements, at most DB_BATCH, in one transaction.  This takes one round
 * trip if the request only reads or all statements are gated.  Otherwise the
 * first call of a request takes two: the statements are sent after the database
 * has accepted the caller.
 *
 * On success out[i] has the rows of statement i, which live until db_forget().
 * On failure nothing was written, out is untouched, and the error has a message
 * for the client.
 */
int	 db_exec(struct db *, const struct db_query *, size_t n,
	    struct rows **out, struct err *) MUST_USE;

/* Run one statement, as db_exec() does. */
int	 db_select(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

/*
 * Read one row by its key in as few steps as possible: the token is checked
 * only if the statement returns no row (401 if it is not valid).  The statement
 * must only read, and must not return a row to an unknown caller.
 */
int	 db_select_row(struct db *, const char *sql, int n,
	    const char *const *param, struct rows **out, struct err *)
	    MUST_USE;

/* Free all rows that statements of this connection returned. */
void	 db_forget(struct db *);

/*
 * Debit the request's token bucket (db->limit), unless that was done in the
 * round trip of an earlier statement.
 */
int	 db_take(struct db *, struct err *) MUST_USE;

/*
 * Begin and commit a transaction of several calls, with the caller's rights.
 * Pairs may be nested: only the outermost db_commit() commits.
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

#endif
