/* Voters who are one person; and all that is known about one. */
#ifndef PEOPLE_MERGE_H
#define PEOPLE_MERGE_H

#include "rest/list.h"

/* POST /voters/merge {"keep": 1, "merge": [2, 3]}: 200, the voter. */
int	 merge_voters(struct req *, struct resp *, struct err *);

/* POST /voters/merges/:id/undo: 200, the voter who was kept. */
int	 merge_undo(struct req *, struct resp *, struct err *);

/* GET /voters/merges. */
extern const struct schema merge_schema;
extern const struct list merge_list;

/* GET /voters/duplicates: pairs with a score and why. */
extern const struct schema pair_schema;
extern const char *const duplicate_params[];
int	 merge_duplicates(struct req *, struct resp *, struct err *);

/* GET /voters/:id/everything. */
int	 person_everything(struct req *, struct resp *, struct err *);

/* DELETE /voters/:id, with erase=1 also out of the history. */
extern const char *const delete_params[];
int	 person_delete(struct req *, struct resp *, struct err *);

#endif
