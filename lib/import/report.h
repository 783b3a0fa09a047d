/*
 * What an import has counted and found wrong so far: the numbers of rows, and
 * the first errors and warnings.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "core/arena.h"
#include "core/buf.h"

#define REPORT_NOTES	50	/* errors, and warnings, that are kept */

struct report_note {
	int64_t		 line;
	const char	*column;	/* "": the whole row */
	const char	*message;
};

struct report {
	struct arena	*arena;		/* for the notes' texts */
	int64_t		 bytes;		/* read from the file so far */
	int64_t		 rows;		/* that are not blank */
	int64_t		 created, updated, unchanged, duplicates, rejected;
	struct report_note error[REPORT_NOTES];
	size_t		 nerrors;	/* notes in error */
	struct report_note warning[REPORT_NOTES];
	int64_t		 nwarnings;	/* all warnings, kept or not */
};

/* Start with nothing counted.  Texts are copied into the arena. */
void	 report_init(struct report *, struct arena *);

/*
 * Note an error, because of which a row is rejected, or a warning about a row
 * that is accepted.  column is "" if it is about the whole row.  Both texts are
 * copied.  Only the first REPORT_NOTES of each kind are kept.
 */
void	 report_error(struct report *, int64_t line, const char *column,
	    const char *message);
void	 report_warning(struct report *, int64_t line, const char *column,
	    const char *message);

/* Append a comma and the member name, an array of n notes. */
void	 report_notes(struct buf *, const char *name,
	    const struct report_note *, size_t n);

/*
 * Append the members of a JSON object, without its braces: rows, created,
 * updated, unchanged, duplicates, rejected, errors and warnings.
 */
void	 report_write(const struct report *, struct buf *);

#endif
