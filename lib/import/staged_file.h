/*
 * Reading a file with one kind of row, a header first, into a staging table:
 * files of gifts and of opt-outs.  Voter files, which have layouts and plans,
 * are read by run.h.
 */
#ifndef IMPORT_STAGED_FILE_H
#define IMPORT_STAGED_FILE_H

#include "core/buf.h"
#include "db/db.h"
#include "reader.h"

#define STAGED_FILE_BUF	(1024 * 1024)	/* maximum length for rows */

struct staged_file {
	struct arena	*arena;
	struct db	*db;
	const char	*create;	/* SELECT that creates the table */
	const char	*copy;		/* COPY ... FROM STDIN */
	struct buf	*rows;		/* in the format of that COPY */
	/* Find the columns by the header; return -1 if that fails. */
	int		(*header)(void *ctx, const struct row *, struct err *);
	/* Take a row that is not blank: append to rows, or reject it. */
	void		(*take)(void *ctx, const struct row *);
	void		*ctx;		/* for both */
};

/*
 * Read a file whatever its encoding and delimiter, in a new transaction, which
 * stays open.  422 if it has no rows or cannot be read.  After a failure the
 * caller rolls back.
 */
int	 staged_file_read(const struct staged_file *, struct source *,
	    struct err *) MUST_USE;

#endif
