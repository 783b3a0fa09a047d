/*
 * Merge voters who are the same person, and undo merges.  The SQL functions
 * merge_voters() and unmerge_voters() do the work.  duplicate.h finds such
 * voters.
 */
#ifndef PEOPLE_MERGE_H
#define PEOPLE_MERGE_H

#include "rest/list.h"

/* GET /voters/merges. */
extern const struct schema merge_schema;
extern const struct list merge_list;

/*
 * POST /voters/merge {"keep": 1, "merge": [2, 3]}: merge 2 and 3 into 1; 200
 * with the ids of both merges and the voter who is kept.  404 if the caller
 * cannot see one of the voters, 403 if they may not change one, 409 if one
 * cannot be merged.
 */
int	 merge_voters(struct req *, struct resp *, struct err *);

/*
 * POST /voters/merges/:id/undo: 200 with the id of the voter who was kept and
 * the voter.  404 if the caller cannot see the merge, 403 if they may not
 * change the voters, 409 if it can no longer be undone.
 */
int	 merge_undo(struct req *, struct resp *, struct err *);

#endif
