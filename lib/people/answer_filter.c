/* The filter of voters by their answers.  Answers are stored in canvass/. */
#include "answer_filter.h"
#include "core/text.h"
#include "db/db.h"
#include "rest/doc.h"

int
answer_filter_resolve(struct req *rq, struct filters *filters, size_t i,
    struct err *e)
{
	const char	*value = filters->given[i].value, *id;
	struct predicate *p = arena_alloc(rq->arena, sizeof(*p));
	size_t		 n = strcspn(value, ":");
	int64_t		 question;
	struct rows	*r;

	if (!text_int64(value, n, &question) || question < 1 ||
	    (value[n] == ':' && value[n + 1] == '\0'))
		return err_field(e, "answer", "invalid", "answer must be the "
		    "id of a question, or an id, a colon and a value.");
	id = doc_id(rq->arena, question);
	if (db_select(rq->db, "SELECT FROM survey_questions "
	    "WHERE question_id = $1", 1, &id, &r, e) != 0)
		return -1;
	if (rows_count(r) == 0)
		return err_field(e, "answer", "not_found",
		    "Question with ID %s not found.", id);
	/* The newest answer counts. */
	*p = (struct predicate){ .sql = value[n] == '\0' ?
	    "EXISTS (SELECT FROM survey_responses r "
	    "WHERE r.voter_id = t.voter_id AND r.question_id = ?1::bigint)" :
	    "EXISTS (SELECT FROM survey_responses r "
	    "WHERE r.voter_id = t.voter_id AND r.question_id = ?1::bigint "
	    "AND (r.response_value = ?2::text "
	    "OR r.response_values @> to_jsonb(?2::text)) "
	    "AND NOT EXISTS (SELECT FROM survey_responses n "
	    "WHERE n.voter_id = r.voter_id AND n.question_id = r.question_id "
	    "AND (n.responded_at, n.response_id) > "
	    "(r.responded_at, r.response_id)))",
	    .value = { id, value[n] == '\0' ? NULL : value + n + 1 } };
	filters->given[i].resolved = p;
	return 0;
}
