/* Codes of status, party and gender that no value map knows, counted. */
#ifndef IMPORT_UNKNOWN_H
#define IMPORT_UNKNOWN_H

#include "core/arena.h"
#include "core/buf.h"

#define UNKNOWN_MAX	200	/* codes that are counted separately */

struct unknown_value {
	const char	*column;	/* NULL: several */
	const char	*value;
	int64_t		 count;
	uint32_t	 hash;
};

struct unknowns {
	struct arena	*arena;
	struct unknown_value list[UNKNOWN_MAX + 1];
	size_t		 n;
	int64_t		 others;	/* codes that are not in the list */
};

void	 unknowns_init(struct unknowns *, struct arena *);

/* Count a code of n bytes.  column is a static string. */
void	 unknowns_add(struct unknowns *, const char *column,
	    const char *value, size_t n);

/*
 * Sort by count, most first, and add an entry "and others", without a column,
 * for the codes that were not counted separately.  Call it once, at the end.
 */
void	 unknowns_end(struct unknowns *);

/* Append a JSON array of {"column", "value", "count"}. */
void	 unknowns_write(const struct unknowns *, struct buf *);

#endif
