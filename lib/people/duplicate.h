/*
 * Pairs of voters who may be the same person.  duplicates() in the database
 * finds and scores them; merge.h merges them.
 */
#ifndef PEOPLE_DUPLICATE_H
#define PEOPLE_DUPLICATE_H

#include "http/req.h"
#include "http/resp.h"

extern const struct schema pair_schema;

/* The query parameters of duplicate_list_answer(). */
extern const char *const duplicate_params[];

/*
 * GET /voters/duplicates: a page of pairs, those with the highest score first,
 * each with the reasons for its score.
 */
int	 duplicate_list_answer(struct req *, struct resp *, struct err *);

#endif
