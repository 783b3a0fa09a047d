/*
 * The result of an import so far: numbers of rows, the first errors and
 * warnings, and unknown codes.
 */
#ifndef IMPORT_REPORT_H
#define IMPORT_REPORT_H

#include "notes.h"
#include "unknown.h"

struct report {
	struct arena	*arena;		/* for the notes' texts */
	int64_t		 bytes;		/* read from the file so far */
	int64_t		 rows;		/* that are not blank */
	int64_t		 created, updated, unchanged, duplicates, rejected;
	int64_t		 warned;	/* accepted rows with a warning */
	bool		 more_warnings;	/* than those that are kept */
	struct notes	 errors;	/* the first rejected rows */
	struct notes	 file_warnings;	/* warnings about the whole file */
	struct notes	 warnings;	/* the first ones about rows */
	struct unknowns	 unknown;
};

/* Start with nothing counted.  Texts are copied into the arena. */
void	 report_init(struct report *, struct arena *);

/*
 * Note an error, because of which a row is rejected.  column is "" if it is
 * about the whole row.
 */
void	 report_error(struct report *, int64_t line, const char *column,
	    const char *message);

/* Note a warning about the whole file; its line is 1. */
void	 report_file_warning(struct report *, const char *message);

/* Count an accepted row and its warnings. */
void	 report_warnings(struct report *, int64_t line, const struct notes *);

/* Append a comma and the member name: an array of notes with their lines. */
void	 report_notes(struct buf *, const char *name, const struct notes *);

/*
 * Append the members of a JSON object, without its braces: rows, created,
 * updated, unchanged, duplicates, rejected, warned, errors, warnings and
 * unknown_values.
 */
void	 report_write(const struct report *, struct buf *);

#endif
