/* A hash table from texts to numbers, of a fixed size. */
#ifndef IMPORT_CODE_TABLE_H
#define IMPORT_CODE_TABLE_H

#include "core/arena.h"

struct code_slot {
	const char	*key;		/* n bytes; NULL: free */
	size_t		 n;
	uint64_t	 hash;
	int		 code;
};

struct code_table {
	struct code_slot *slot;
	size_t		 mask;		/* number of slots - 1 */
	size_t		 n, max;	/* texts in the table; most of them */
};

/* Create a table for at most max texts, in the arena. */
struct code_table *code_table_new(struct arena *, size_t max);

/* Return the slot of a text, which is free if the text is not in the table. */
struct code_slot *code_table_find(struct code_table *, const char *,
	    size_t n);

/*
 * Fill the free slot that code_table_find() returned for this text, which is
 * copied into the arena.  Return false if the table is full.
 */
bool	 code_table_add(struct code_table *, struct arena *,
	    struct code_slot *, const char *, int code);

#endif
