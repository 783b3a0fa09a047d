/*
 * Voter files into the table: read, checked and staged row by row, merged by
 * PostgreSQL as a few statements, all in one transaction.
 *
 * A row's way: reader.h splits it, transform.h makes a record of it as plan.h
 * says, stage.h takes it to PostgreSQL.  What is said on the way is report.h's
 * and, for those who watch, progress.h's.
 *
 * What an answer needs lives in the arena; import_release() gives back the rest.
 */
#ifndef IMPORT_IMPORT_H
#define IMPORT_IMPORT_H

#include "core/cfg.h"
#include "db/db.h"
#include "option.h"
#include "plan.h"

#define IMPORT_SHOWN	50	/* errors and warnings that an answer lists */

struct import_note {
	int64_t		 line;
	const char	*column;	/* "" for the row as a whole */
	const char	*message;
};

struct import {
	struct arena	*arena;
	const struct cfg *cfg;
	struct db	*db;		/* the transaction */
	struct db	 watch;		/* the import's row */
	struct import_options opt;
	const char	*id;		/* NULL before the import is opened */
	bool		 over;		/* done or failed is written down */

	struct layout	 layout;
	struct plan	 plan;
	char		 today[11];
	struct arena	 scratch;	/* of a row */
	struct buf	 out;		/* rows for COPY */
	struct err	 row_err;
	bool		 fold;		/* e-mail addresses beyond ASCII */
	bool		 refusable;	/* by import_refuse(): no admin's */

	int64_t		 rows, bytes;
	int64_t		 created, updated, unchanged, duplicates, rejected;
	struct import_note error[IMPORT_SHOWN], warning[IMPORT_SHOWN];
	size_t		 nerrors;
	int64_t		 nwarnings;
	unsigned char	 sha256[32];
	int64_t		 reported;	/* when progress was told, in ms */
	/* Told about every tenth of a second, and at the end of a stage. */
	void		 (*progress)(const struct import *, const char *stage,
			    void *);
	void		*progress_ctx;
};

/* identity is that of db. */
void	 import_init(struct import *, struct arena *, const struct cfg *,
	    struct db *);
void	 import_release(struct import *);

/* Writes down that it begins; a second call does nothing. */
int	 import_open(struct import *, struct err *) MUST_USE;

/* Reads and stages the whole file within a transaction that stays open. */
int	 import_stage(struct import *, struct source *, struct err *)
	    MUST_USE;

/* Merges what is staged and commits. */
int	 import_finish(struct import *, struct err *) MUST_USE;

/* Gives up what is staged, for another attempt. */
void	 import_again(struct import *);

/* Rolls back and writes down why; safe when it is over already. */
void	 import_fail(struct import *, const struct err *);

#endif
