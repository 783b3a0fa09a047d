/* The statements of list_answer(); list.h has those that other lists use. */
#ifndef REST_LIST_SQL_H
#define REST_LIST_SQL_H

#include "list.h"

/*
 * Append the statements of a page and of the count.  Lists whose rows belong to
 * campaigns are read campaign by campaign unless the path already limits them.
 */
void	 list_statements(struct arena *, const struct list *,
	    const struct scope *, const struct list_query *,
	    struct sql *page, struct sql *count);

#endif
