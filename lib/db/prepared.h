/*
 * One statement of a pipeline: whether it is prepared, and sending it.  The
 * cache in struct db has the hashes of the statements that its connection has
 * prepared.
 */
#ifndef DB_PREPARED_H
#define DB_PREPARED_H

#include "db.h"

/* How a statement of a pipeline is sent. */
struct sent {
	enum { PLAIN, BIND, PARSE } how;	/* PARSE has two results */
	uint64_t	 hash;
	bool		 removes;
};

/*
 * Choose how to send a statement.  parse: prepare it on a pooled connection.
 * Prepared statements are named by the hash of their text: a name means the
 * same text, whichever process has prepared it.
 */
struct sent prepared_choose(struct db *, const struct db_query *, bool parse);

/* Remember, or forget, that the connection has prepared a statement. */
void	 prepared_keep(struct db *, uint64_t hash);
void	 prepared_drop(struct db *, uint64_t hash);

/* Send the statement as chosen.  Return false if libpq fails. */
bool	 prepared_send(struct db *, const struct db_query *,
	    const struct sent *);

#endif
