/*
 * Which parts of a file say who voted in which election: the sections [history]
 * of a layout, and "votes" of a mapping.  docs/vote-history.md explains both.
 */
#ifndef IMPORT_LAYOUT_HISTORY_H
#define IMPORT_LAYOUT_HISTORY_H

#include <json-c/json.h>

#include "ballot.h"

#define HISTORY_PATTERNS	8	/* most patterns of headings */

/* What the cell of an election's column contains. */
enum history_cell {
	CELL_METHOD,
	CELL_PARTY,
};

/* Columns of a file with one row for each vote. */
enum vote_column {
	VOTE_COLUMN_ID,
	VOTE_COLUMN_DATE,
	VOTE_COLUMN_KIND,
	VOTE_COLUMN_NAME,
	VOTE_COLUMN_METHOD,
	VOTE_COLUMN_PARTY,
	VOTE_COLUMN__MAX
};

/* An election of a mapping, and the columns with its votes. */
struct history_election {
	struct ballot	 ballot;	/* date, year, kind and name */
	struct origin	 column[2];	/* by enum history_cell */
	struct history_election *next;
};

struct history_rules {
	bool		 rows;		/* each row of the file is a vote */
	struct origin	 column[VOTE_COLUMN__MAX];
	const char	*pattern[HISTORY_PATTERNS];	/* of headings */
	size_t		 npatterns;
	enum history_cell cell;		/* of the columns with such headings */
	struct origin	 list;		/* a cell with all elections */
	struct history_election *election;
	/* Replacements.  A method that is replaced by nothing means that there
	 * is no vote; a party, that the vote has none. */
	struct value	*kinds, *methods, *parties;
};

/* Is the column given? */
static inline bool
origin_given(const struct origin *o)
{
	return o->position > 0 || o->name[0] != NULL;
}

/*
 * Apply a setting of the section [history...], or type of [layout].  Return
 * NULL, or what is wrong: the end of a sentence that begins with the setting's
 * name.
 */
const char *layout_history_set(struct layout *, struct arena *,
	    const char *section, const char *key, const char *value);

/* Apply the member "votes" of a mapping.  400 if it is wrong. */
int	 layout_history_map(struct layout *, struct arena *,
	    struct json_object *, struct err *) MUST_USE;

#endif
