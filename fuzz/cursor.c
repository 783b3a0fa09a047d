/*
 * Fuzz the query parameters of lists, cursors among them: they give a
 * statement, or errors that name the parameters.
 */
#include "fuzz.h"
#include "model/voter.h"

#define PER_PAGE_MAX	200

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena	 a = { 0 };
	struct err	 e = { 0 };
	struct req	 rq = { .arena = &a };
	struct place	 at;
	struct sql	 q;
	uint64_t	 only;

	if (form_parse(&rq.query, &a, (const char *)data, n, &e) == 0) {
		sql_init(&q);
		sql_add(&q, "SELECT 1 FROM voters t");
		if ((list_where(&rq, &voter_list, NULL, list_paging, &q, &e) |
		    place_read(&rq, &voter_schema, &at, &e) |
		    list_columns(&rq, &voter_schema, &only, &e)) == 0) {
			if (at.per_page < 1 || at.per_page > PER_PAGE_MAX ||
			    at.page < 1 || at.sort >= voter_schema.n)
				abort();
			list_order(&rq, &voter_schema, &at, &q);
			if (q.text.failed)
				abort();
		} else if (e.nfields == 0) {
			abort();
		}
		sql_release(&q);
	}
	arena_release(&a);
	return 0;
}
