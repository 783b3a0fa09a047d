/* Building SQL statements. */
#include <criterion/criterion.h>

#include "campaign/campaign.h"
#include "record/sql.h"

static struct arena	 memory;
static struct sql	 q;

static void
begin(void)
{
	sql_init(&q, &memory);
}

static void
finish(void)
{
	arena_release(&memory);
}

TestSuite(sql, .init = begin, .fini = finish);

Test(sql, values_become_parameters)
{
	sql_add(&q, "SELECT 1 WHERE");
	sql_bind(&q, " a = ?1", "'; DROP TABLE voters; --");
	sql_bind(&q, " AND (b = ?1 OR c = ?1)", "x");
	sql_add(&q, " LIMIT ");
	sql_param(&q, NULL);
	cr_expect_str_eq(buf_str(&q.text), "SELECT 1 WHERE a = $1 AND "
	    "(b = $2 OR c = $2) LIMIT $3");
	cr_expect_eq(q.n, 3);
	cr_expect_str_eq(q.param[1], "x");
	cr_expect(q.param[2] == NULL);
}

Test(sql, bind_without_a_placeholder_adds_no_parameter)
{
	sql_bind(&q, "true", "x");
	cr_expect_eq(q.n, 0);
}

Test(sql, predicates_name_their_values)
{
	struct where	 w = { .n = 0 };

	sql_where(&q, &w);
	cr_expect_str_eq(buf_str(&q.text), "");
	where_add(&w, &(struct predicate){ .sql = "a = f(?2, ?1) OR b = ?2",
	    .value = { "one", "two" } });
	where_add(&w, &(struct predicate){ .sql = "false",
	    .value = { "unused" } });
	where_add(&w, &(struct predicate){ .sql = "c = g(?1, ?2)",
	    .value = { "3", NULL } });
	sql_where(&q, &w);
	cr_expect_str_eq(buf_str(&q.text), " WHERE a = f($1, $2) OR b = $1 "
	    "AND false AND c = g($3, $4)");
	cr_expect_eq(q.n, 4);
	cr_expect_str_eq(q.param[0], "two");
	cr_expect_str_eq(q.param[1], "one");
	cr_expect_str_eq(q.param[2], "3");
	cr_expect(q.param[3] == NULL);
}

Test(sql, predicates_can_have_many_values)
{
	static const char *const values[] = { "1", "2", "3", "4", "5", "6",
		    "7", "8", "9", "ten" };

	sql_predicate(&q, &(struct predicate){ .sql = "a = ?10 OR b = ?1 "
	    "OR c = ?10", .many = values, .n = 10 });
	cr_expect_str_eq(buf_str(&q.text), "a = $1 OR b = $2 OR c = $1");
	cr_expect_eq(q.n, 2);
	cr_expect_str_eq(q.param[0], "ten");
	cr_expect_str_eq(q.param[1], "1");
}

Test(sql, too_many_parameters_fail)
{
	for (int i = 0; i < SQL_PARAMS; i++)
		sql_param(&q, "x");
	cr_expect(!q.text.failed);
	sql_param(&q, "x");
	cr_expect(q.text.failed);
	cr_expect_eq(q.n, SQL_PARAMS);
}

Test(sql, insert_lists_fields_that_are_present_and_not_null)
{
	struct arena	 a = { 0 };
	struct rec	 r;

	rec_init(&r, &campaign_schema, &a);
	rec_put(&r, CAMPAIGN_campaign_name, "N");
	rec_put(&r, CAMPAIGN_description, NULL);
	rec_put(&r, CAMPAIGN_start_date, "2026-01-01");
	sql_insert(&q, &r);
	cr_expect_str_eq(buf_str(&q.text), "INSERT INTO campaigns "
	    "(campaign_name, start_date) VALUES ($1, $2)");
	cr_expect_eq(q.n, 2);
}

Test(sql, assign_sets_null_fields_to_null)
{
	struct arena	 a = { 0 };
	struct rec	 r;

	rec_init(&r, &campaign_schema, &a);
	cr_expect(!sql_assign(&q, &r));
	rec_put(&r, CAMPAIGN_campaign_name, "N");
	rec_put(&r, CAMPAIGN_description, NULL);
	cr_expect(sql_assign(&q, &r));
	cr_expect_str_eq(buf_str(&q.text),
	    "campaign_name = $1, description = $2");
	cr_expect(q.n == 2 && q.param[1] == NULL);
}

Test(sql, columns_are_in_schema_order)
{
	sql_columns(&q, &campaign_schema);
	cr_expect_eq(strncmp(buf_str(&q.text),
	    "t.campaign_id, t.campaign_name, ", 32), 0, "%s",
	    buf_str(&q.text));
}
