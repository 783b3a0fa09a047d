/*
 * The votes of a file's rows.  Each ballot that occurs in the file gets a
 * number, its code.  history_plan.h finds the columns, the functions below turn
 * rows into codes, which are staged, and history_store.h sends the list of
 * ballots to PostgreSQL, which stores the votes.
 *
 * The texts of cells are remembered with their codes, so that a date or a list
 * is parsed once and not for every row.  Memory is bounded: a file with more
 * different ballots than HISTORY_BALLOTS loses methods and parties, with a
 * warning.
 */
#ifndef IMPORT_HISTORY_H
#define IMPORT_HISTORY_H

#include "code_table.h"
#include "layout_history.h"
#include "notes.h"
#include "reader.h"
#include "record/rec.h"

#define HISTORY_BALLOTS	20000	/* most ballots of a file */
#define HISTORY_KEY	(64 * 1024)	/* most bytes of a text to parse */
#define HISTORY_NO_CELL	SIZE_MAX

/* The columns with the votes of one election. */
struct history_column {
	struct ballot	 ballot;	/* date, year, kind and name */
	size_t		 cell[2];	/* by enum history_cell */
};

struct history {
	const struct history_rules *rules;	/* NULL: the file has no
						 * votes */
	struct arena	 arena;		/* for ballots and texts */
	enum date_order	 order;
	char		 today[11];
	const char	*state;		/* of all rows, or NULL */
	struct history_column *column;	/* with the votes of an election */
	size_t		 ncolumns;
	size_t		 list;		/* the cell with a list */
	size_t		 cell[VOTE_COLUMN__MAX];
	struct code_table *seen;	/* texts with their codes */
	struct code_table *known;	/* ballots with their codes */
	struct ballot	*ballot;	/* by code */
	size_t		 nballots;
	int64_t		 no_vote;	/* rows that say that there is none */
	struct buf	 key;		/* the text that is parsed */
	struct buf	 id;		/* the ballot that is looked up */
	struct buf	 codes;		/* of the current row */
	const char	*counts;	/* JSON, after history_store() */
};

/* A vote of a file with one row for each vote. */
struct vote {
	const char	*id;		/* registration id; n bytes */
	size_t		 n;
	int		 code;
};

/*
 * Return the codes of a row's votes, such as "{1,5}", valid until the next
 * call; NULL if there are none.  Note the entries of a list that are not votes.
 */
const char *history_votes(struct history *, const struct row *,
	    const struct rec *, struct notes *);

/*
 * Read a row that is a vote.  Return 1, 0 if the row says that there is no
 * vote, or -1 if it cannot be used: then *column and *message say why.
 */
int	 history_vote(struct history *, const struct row *, struct vote *,
	    const char **column, const char **message);

/* Return a text of at most max bytes in the arena; NULL if it cannot be
 * stored. */
const char *history_clean(struct arena *, const char *, size_t n, size_t max);

void	 history_release(struct history *);

#endif
