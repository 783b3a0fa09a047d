/* Deleting a row that other rows need is a 409 that names those rows. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"

static struct answer *
delete(const char *path, int64_t id, const char *key)
{
	return CALL(.method = "DELETE", .token = ADMIN, .path =
	    arena_printf(&memory, "%s/%lld", path, (long long)id),
	    .headers = key != NULL ? LIST(key) : NULL);
}

Test(needed, a_campaign_with_donations_cannot_be_deleted)
{
	int64_t		 id = sql_number("INSERT INTO campaigns"
			    " (campaign_name) VALUES (gen_random_uuid())"
			    " RETURNING campaign_id");
	struct answer	*a;

	sql("INSERT INTO donations (campaign_id, amount)"
	    " VALUES (%lld, 500), (%lld, 700)", (long long)id, (long long)id);
	for (int i = 0; i < 2; i++) {
		a = delete("/campaigns", id, i == 0 ? NULL : arena_printf(
		    &memory, "Idempotency-Key: needed-%lld", (long long)id));
		expect_problem(a, 409, "conflict");
		expect_text(a, "detail", arena_printf(&memory, "Campaign %lld "
		    "cannot be deleted: 2 donations belong to it.",
		    (long long)id));
	}
	sql("DELETE FROM donations WHERE campaign_id = %lld AND amount = 700",
	    (long long)id);
	expect_text(delete("/campaigns", id, NULL), "detail",
	    arena_printf(&memory, "Campaign %lld cannot be deleted: 1 donation "
	    "belongs to it.", (long long)id));
	sql("DELETE FROM donations WHERE campaign_id = %lld", (long long)id);
	expect_status(delete("/campaigns", id, NULL), 200);
}

Test(needed, a_question_with_responses_cannot_be_deleted)
{
	int64_t		 id = sql_number("INSERT INTO survey_questions"
			    " (campaign_id, question_text, question_type)"
			    " VALUES (1, 'Kept?', 'yes_no')"
			    " RETURNING question_id");
	struct answer	*a;

	sql("INSERT INTO survey_responses (voter_id, question_id,"
	    " response_value) VALUES (%lld, %lld, 'yes')",
	    (long long)voter("Answer", "Kept"), (long long)id);
	a = delete("/surveys/questions", id, NULL);
	expect_problem(a, 409, "conflict");
	expect_text(a, "detail", arena_printf(&memory, "Question %lld cannot "
	    "be deleted: 1 response belongs to it.", (long long)id));
	cr_expect_eq(sql_number("SELECT count(*) FROM survey_responses"
	    " WHERE question_id = %lld", (long long)id), 1);
	sql("DELETE FROM survey_responses WHERE question_id = %lld",
	    (long long)id);
	expect_status(delete("/surveys/questions", id, NULL), 200);
}

/* The same SQLSTATE for the other case: the row to write needs another one. */
Test(needed, a_reference_to_a_missing_row_is_400)
{
	struct answer	*a = CALL(.path = "/surveys/questions",
			    .token = ADMIN, .body = "{\"campaign_id\":99999999,"
			    "\"question_text\":\"?\",\"question_type\":"
			    "\"yes_no\"}");

	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "campaign_id", "not_found");
}

/* All other foreign keys have ON DELETE CASCADE or SET NULL. */
Test(needed, only_these_foreign_keys_prevent_deletion)
{
	cr_expect_str_eq(sql("SELECT string_agg(conrelid::regclass || ' '"
	    " || confrelid::regclass, ', ' ORDER BY conrelid::regclass::text)"
	    " FROM pg_constraint WHERE contype = 'f'"
	    " AND confdeltype IN ('a', 'r')"
	    " AND connamespace = 'cerberus'::regnamespace"
	    " AND confrelid <> 'donation_states'::regclass"),
	    "donations campaigns, survey_responses survey_questions");
}
