/* The list of voters by the similarity of their names to q=. */
#ifndef PEOPLE_RANKED_H
#define PEOPLE_RANKED_H

#include "http/req.h"
#include "http/resp.h"
#include "rest/list.h"

/* Answer a list of voters whose only filter, except campaign_id, is q. */
int	 ranked_answer(struct req *, struct resp *, const struct list_query *,
	    struct err *);

#endif
