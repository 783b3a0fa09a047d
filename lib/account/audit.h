/* The schema and the filters of the audit log; the database writes it. */
#ifndef ACCOUNT_AUDIT_H
#define ACCOUNT_AUDIT_H

#include "rest/list.h"

#define AUDIT_FIELDS(F, P) \
	F(P, INT,    audit_id,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   at,         .flags = F_SERVER) \
	F(P, INT,    user_id,    .flags = F_SERVER) \
	F(P, TEXT,   request_id, .max = 64, .flags = F_SERVER) \
	F(P, TEXT,   action,     .max = 20, .flags = F_SERVER) \
	F(P, TEXT,   table_name, .max = 63, .flags = F_SERVER) \
	F(P, INT,    row_id,     .flags = F_SERVER) \
	F(P, OBJECT, before,     .flags = F_SERVER) \
	F(P, OBJECT, after,      .flags = F_SERVER) \
	F(P, INT,    import_id,  .flags = F_SERVER)

extern const struct schema audit_schema;
extern const struct list audit_list;

/*
 * GET /audit.  Only with row_id does the list have the entries of voters whom
 * an import created: they are derived (see sql/deploy/import_changes.sql), and
 * a file can have a million of them.
 */
int	 audit_list_answer(struct req *, struct resp *, struct err *);

#endif
