/*
 * Fuzz the query parameters of lists, including cursors.  The result must be a
 * statement, or errors that name parameters.
 */
#include "fuzz.h"
#include "people/voter.h"

#define PER_PAGE_MAX	200

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena	 a = { 0 };
	struct err	 e = { 0 };
	struct form	 form;
	struct list_query query;
	struct sql	 q;

	if (form_parse(&form, &a, (const char *)data, n, &e) == 0) {
		if (list_read(&a, &form, &voter_list, NULL, &query,
		    &e) == 0) {
			if (query.page.per_page < 1 ||
			    query.page.per_page > PER_PAGE_MAX ||
			    query.page.number < 1 ||
			    query.page.sort >= voter_schema.n)
				abort();
			sql_init(&q, &a);
			list_select(&a, &voter_schema, &query.where,
			    &query.page, NULL, &q);
			if (q.text.failed)
				abort();
		} else if (e.nfields == 0) {
			abort();
		}
	}
	arena_release(&a);
	return 0;
}
