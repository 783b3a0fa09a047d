/*
 * The records of imports: who uploaded which file, and what the result was.
 * The import itself is in lib/import.
 */
#ifndef PEOPLE_IMPORT_RECORD_H
#define PEOPLE_IMPORT_RECORD_H

#include "rest/list.h"

extern const char *const import_modes[];
extern const char *const import_states[];

#define IMPORT_FIELDS(F, P) \
	F(P, INT,   import_id,    .flags = F_SERVER | F_SORT) \
	F(P, INT,   campaign_id,  .flags = F_SERVER) \
	F(P, INT,   user_id,      .flags = F_SERVER) \
	F(P, TEXT,  username,     .max = 100, .flags = F_SERVER) \
	F(P, TEXT,  file_name,    .max = 255, .flags = F_SERVER) \
	F(P, TEXT,  layout,       .max = 50, .flags = F_SERVER) \
	F(P, CHOICE, mode,        .flags = F_SERVER, \
	    .choices = import_modes) \
	F(P, BOOL,  dry_run,      .flags = F_SERVER) \
	F(P, CHOICE, state,       .flags = F_SERVER, \
	    .choices = import_states) \
	F(P, TEXT,  stage,        .max = 20, .flags = F_SERVER) \
	F(P, INT,   bytes_read,   .flags = F_SERVER) \
	F(P, INT,   rows,         .flags = F_SERVER) \
	F(P, INT,   created,      .flags = F_SERVER) \
	F(P, INT,   updated,      .flags = F_SERVER) \
	F(P, INT,   unchanged,    .flags = F_SERVER) \
	F(P, INT,   duplicates,   .flags = F_SERVER) \
	F(P, INT,   rejected,     .flags = F_SERVER) \
	F(P, INT,   warned,       .flags = F_SERVER) \
	F(P, TEXT,  sha256,       .flags = F_SERVER) \
	F(P, TEXT,  error,        .flags = F_SERVER) \
	F(P, LIST,  columns,      .flags = F_SERVER) \
	F(P, TEXTS, unmapped_columns, .flags = F_SERVER) \
	F(P, LIST,  unknown_values, .flags = F_SERVER) \
	F(P, OBJECT, votes,       .flags = F_SERVER) \
	F(P, TEXT,  registration_state, .max = 20, .flags = F_SERVER) \
	F(P, OBJECT, options,     .flags = F_SERVER) \
	F(P, TIME,  started_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,  finished_at,  .flags = F_SERVER) \
	F(P, TIME,  undone_at,    .flags = F_SERVER) \
	F(P, INT,   undone_by,    .flags = F_SERVER)

enum import_field {
	IMPORT_FIELDS(FIELD_ENUM, IMPORT)
	IMPORT__MAX
};

extern const struct schema import_schema;
extern const struct schema reject_schema;	/* these are of CSVs */
extern const struct schema warning_schema;
extern const struct schema collapsed_schema;
extern const struct list import_list;

/*
 * GET /voters/imports and /voters/imports/:id.  Imports whose process has died
 * are marked as failed first.
 */
int	 import_list_answer(struct req *, struct resp *, struct err *);
int	 import_get_answer(struct req *, struct resp *, struct err *);

/*
 * As CSV: GET /voters/imports/:id/rejects, the rejected rows; /warnings, what
 * was noted about accepted rows; /collapsed, the lines that a later line about
 * the same person replaced.  404 if the caller cannot see the import.
 */
int	 import_rejects_answer(struct req *, struct resp *, struct err *);
int	 import_warnings_answer(struct req *, struct resp *, struct err *);
int	 import_collapsed_answer(struct req *, struct resp *, struct err *);

#endif
