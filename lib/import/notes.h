/* Messages about rows of a file, in a list of bounded length. */
#ifndef IMPORT_NOTES_H
#define IMPORT_NOTES_H

#include "core/arena.h"
#include "core/buf.h"

#define NOTES_MAX	50	/* most notes of a list */
#define NOTE_VALUE	255	/* most characters of a value */

struct note {
	int64_t		 line;
	const char	*column;	/* "": the whole row, or file */
	const char	*value;		/* the cell's text; NULL: none */
	const char	*message;
};

struct notes {
	struct arena	*arena;		/* for the texts */
	struct note	 note[NOTES_MAX];
	size_t		 n;
};

/* Start an empty list. */
void	 notes_init(struct notes *, struct arena *);

/*
 * Add a note unless the list is full.  All texts are copied; the value has n
 * bytes of UTF-8 and is cut to NOTE_VALUE characters.
 */
void	 notes_add(struct notes *, int64_t line, const char *column,
	    const char *value, size_t n, const char *message);

/*
 * Append the members of a JSON object, without its braces: column, value, if
 * there is one or with always, and message.
 */
void	 note_write(const struct note *, bool always, struct buf *);

/* Append the notes as a JSON array of objects without their lines. */
void	 notes_write(const struct notes *, struct buf *);

#endif
