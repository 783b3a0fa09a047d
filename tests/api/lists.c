/* Lists: pages, cursors, filters, sorting, columns. */
#include <criterion/criterion.h>

#include "call.h"
#include "people/voter.h"
#include "sql.h"

/* Add n voters with the same last name to campaign 1; some values are null. */
static void
make(const char *last, int n)
{
	sql("WITH v AS (INSERT INTO voters (first_name, last_name, city, "
	    "zip_code, email_address, phone_number, precinct, date_of_birth, "
	    "registration_date, last_contacted_date, engagement_score, "
	    "created_at) "
	    "SELECT 'F' || i %% 3, '%s', CASE WHEN i %% 4 > 0 THEN 'C|' || "
	    "i %% 2 END, CASE WHEN i %% 3 > 0 THEN (27600 + i %% 5)::text END, "
	    "CASE WHEN i %% 2 > 0 THEN lower('%s') || i || '@example.org' END, "
	    "'+1919555' || lpad(i::text, 4, '0'), CASE WHEN i %% 5 > 0 THEN "
	    "'P' || i %% 7 END, CASE WHEN i %% 3 > 0 THEN date '1970-01-01' + "
	    "i %% 4 END, CASE WHEN i %% 6 > 0 THEN date '2001-01-01' + i %% 2 "
	    "END, CASE WHEN i %% 3 = 0 THEN timestamptz '2020-01-01' + "
	    "(i %% 4) * interval '1 microsecond' END, i %% 3, "
	    "timestamptz '2021-01-01' + (i %% 5) * interval '0.000001 s' "
	    "FROM generate_series(1, %d) i RETURNING voter_id) "
	    "INSERT INTO campaign_voters SELECT 1, voter_id FROM v", last,
	    last, n);
}

Test(lists, have_totals)
{
	struct answer	*a;

	make("Totals", 45);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=totals");
	expect_status(a, 200);
	expect_number(a, "total_voters", 45);
	expect_number(a, "total_pages", 3);
	expect_number(a, "current_page", 1);
	expect_number(a, "per_page", 20);
	cr_expect_eq(length_at(a, "voters"), 20);
	cr_expect_neq(*text_at(a, "next_cursor"), '\0');
	cr_expect(header(a, "Link") != NULL &&
	    strstr(header(a, "Link"), "rel=\"next\"") != NULL);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=totals&page=3");
	expect_number(a, "current_page", 3);
	cr_expect_eq(length_at(a, "voters"), 5);
	cr_expect(is_null_at(a, "next_cursor"));
	cr_expect(header(a, "Link") == NULL);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=totals&page=4");
	expect_status(a, 200);
	cr_expect_eq(length_at(a, "voters"), 0);
	expect_number(a, "total_voters", 45);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=totals&per_page=200");
	cr_expect_eq(length_at(a, "voters"), 45);
	expect_number(a, "total_pages", 1);
	/* Totals count only rows that the caller can see. */
	a = CALL(.path = "/voters", .token = STRANGER,
	    .query = "last_name=totals");
	expect_number(a, "total_voters", 0);
}

Test(lists, the_link_is_the_next_page)
{
	struct answer	*a;
	const char	*link, *end;

	make("Linked", 7);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=Linked&per_page=5&sort=-city");
	link = header(a, "Link");
	cr_assert(link != NULL);
	cr_assert_eq(strncmp(link, "</api/v1/voters?", 16), 0, "%s", link);
	end = strchr(link, '>');
	cr_assert(end != NULL);
	a = CALL(.path = "/voters", .token = VIEWER, .query = arena_strndup(
	    &memory, link + 16, (size_t)(end - link) - 16));
	expect_status(a, 200);
	cr_expect_eq(length_at(a, "voters"), 2);
	cr_expect(is_null_at(a, "next_cursor"));
}

Test(lists, bad_parameters_are_400)
{
	static const struct { const char *query, *field; } t[] = {
		{ "page=0", "page" }, { "page=-1", "page" },
		{ "page=x", "page" }, { "page=", "page" },
		{ "page=1.5", "page" }, { "page=99999999999999999999", "page" },
		{ "per_page=0", "per_page" }, { "per_page=201", "per_page" },
		{ "per_page=all", "per_page" },
		{ "sort=shoe_size", "sort" }, { "sort=", "sort" },
		{ "sort=-", "sort" }, { "sort=custom_fields", "sort" },
		{ "sort=last_name,city", "sort" },
		{ "sort=last_name;DROP", "sort" },
		{ "cursor=", "cursor" }, { "cursor=x", "cursor" },
		{ "cursor=%21%21", "cursor" },
		{ "cursor=AAAAAAAAAAAAAAAA", "cursor" },
		{ "fields=", "fields" }, { "fields=shoe_size", "fields" },
		{ "fields=voter_id,,x", "fields" },
		{ "campaign_id=x", "campaign_id" },
		{ "campaign_id=", "campaign_id" },
		{ "updated_since=soon", "updated_since" },
		{ "email_address=nonsense", "email_address" },
		{ "last_name=%07", "last_name" },
	};

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
				    .query = t[i].query);

		cr_expect_eq(a->status, 400, "%s: %d %s", t[i].query,
		    a->status, a->body);
		/* A server may refuse a control character itself. */
		cr_expect(names(a, t[i].field, NULL) || (over_http() &&
		    strstr(t[i].query, "%07") != NULL), "%s: %s", t[i].query,
		    a->body);
	}
}

Test(lists, all_bad_parameters_are_named_at_once)
{
	struct answer	*a = CALL(.path = "/voters", .token = ADMIN,
			    .query = "page=0&per_page=0&sort=x&fields=y&"
			    "campaign_id=z&colour=red");

	expect_problem(a, 400, "invalid_fields");
	cr_expect_eq(length_at(a, "errors"), 6);
}

/* The cursors are base64url of the texts beside them. */
Test(lists, forged_cursors_are_400_or_harmless)
{
	static const char *const cursors[] = {
		"MXwyMHx2b3Rlcl9pZHwx",		/* 1|20|voter_id|1: fine */
		"MXwyMHxzaG9lfDF8eA",		/* 1|20|shoe|1|x */
		"MHwyMHx2b3Rlcl9pZHwx",		/* 0|20|voter_id|1 */
		"MXwwfHZvdGVyX2lkfDE",		/* 1|0|voter_id|1 */
		"MXw5OTl8dm90ZXJfaWR8MQ",	/* 1|999|voter_id|1 */
		"MXwyMHx2b3Rlcl9pZHx4",		/* 1|20|voter_id|x */
		"MXwyMHxiaXJ0aHw",		/* 1|20|birth| */
		"MXwyMHx1cGRhdGVkX2F0fDF8c29vbg", /* ..updated_at|1|soon */
		"MXwyMHxkYXRlX29mX2JpcnRofDF8eA", /* ..date_of_birth|1|x */
		"MXwyMHxsYXN0X25hbWV8MXz_",	/* ..last_name|1|\xff */
		"MXwyMHxsYXN0X25hbWV8MXwA",	/* ..last_name|1|\0 */
		"MXwyMHxlbmdhZ2VtZW50X3Njb3JlfDF8OTk5OTk5OTk5OTk5",
				/* ..engagement_score|1|999999999999 */
	};

	for (size_t i = 0; i < ARRAY_LEN(cursors); i++) {
		struct answer	*a = CALL(.path = "/voters", .token = VIEWER,
				    .query = arena_printf(&memory,
				    "cursor=%s", cursors[i]));

		cr_expect(a->status == (i == 0 ? 200 : 400) ||
		    (i == 11 && a->status == 200), "%s: %d %s %s", cursors[i],
		    a->status, a->body, a->log);
	}
}

static const char	*seen[1000];
static size_t		 seen_n;

/*
 * Read a whole list by cursors in pages of per_page; no id may come twice.
 * between, if not NULL, runs after the first page.
 */
static void
walk(const char *query, int per_page, void (*between)(void))
{
	const char	*cursor = NULL;
	size_t		 pages = 0;

	seen_n = 0;
	do {
		/* The sort is repeated beside the cursor. */
		struct answer	*a = CALL(.path = "/voters", .token = VIEWER,
				    .query = cursor == NULL ? arena_printf(
				    &memory, "%s&per_page=%d", query,
				    per_page) : arena_printf(&memory,
				    "%s&cursor=%s", query, cursor));

		cr_assert_eq(a->status, 200, "%s: %d %s %s", query,
		    a->status, a->body, a->log);
		for (size_t i = 0; i < length_at(a, "voters"); i++) {
			const char	*id = arena_printf(&memory, "%lld",
					    (long long)number_at(a,
					    arena_printf(&memory,
					    "voters.%zu.voter_id", i)));

			for (size_t k = 0; k < seen_n; k++)
				cr_expect_str_neq(seen[k], id,
				    "%s: %s comes twice", query, id);
			cr_assert_lt(seen_n, ARRAY_LEN(seen));
			seen[seen_n++] = id;
		}
		cursor = text_at(a, "next_cursor");
		if (pages++ == 0 && between != NULL)
			between();
		cr_assert_lt(pages, 200, "%s does not end", query);
	} while (*cursor != '\0');
}

/* No row is repeated or left out, for every column and both directions. */
Test(lists, cursors_work_for_every_sortable_column)
{
	make("Sorted", 23);
	for (size_t i = 0; i < voter_schema.n; i++) {
		const struct field	*f = &voter_schema.field[i];

		if ((f->flags & F_SORT) == 0)
			continue;
		for (int down = 0; down < 2; down++) {
			PGresult	*res;

			walk(arena_printf(&memory, "last_name=Sorted&sort=%s%s",
			    down ? "-" : "", f->name), 5, NULL);
			cr_expect_eq(seen_n, 23, "%s%s: %zu of 23",
			    down ? "-" : "", f->name, seen_n);
			/* The order is that of PostgreSQL. */
			res = sql_rows("SELECT voter_id FROM voters WHERE "
			    "last_name = 'Sorted' ORDER BY %s %s NULLS LAST, "
			    "voter_id %s", f->name, down ? "DESC" : "ASC",
			    down ? "DESC" : "ASC");
			for (int k = 0; k < PQntuples(res) &&
			    (size_t)k < seen_n; k++)
				cr_expect_str_eq(seen[k], PQgetvalue(res, k,
				    0), "%s%s at %d", down ? "-" : "",
				    f->name, k);
			PQclear(res);
		}
	}
}

static void
disturb(void)
{
	make("Disturbed", 3);
	sql("DELETE FROM voters WHERE voter_id IN (SELECT voter_id FROM "
	    "voters WHERE last_name = 'Disturbed' ORDER BY voter_id DESC "
	    "LIMIT 1)");
	sql("DELETE FROM voters WHERE voter_id = (SELECT min(voter_id) FROM "
	    "voters WHERE last_name = 'Disturbed')");
}

/* Rows that exist all the time come once, although others come and go. */
Test(lists, cursors_work_while_rows_change)
{
	static const char *const sorts[] = { "voter_id", "-voter_id",
				    "first_name", "-first_name", "city",
				    "-city" };

	for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
		PGresult	*res;
		size_t		 found = 0;

		sql("DELETE FROM voters WHERE last_name = 'Disturbed'");
		make("Disturbed", 20);
		res = sql_rows("SELECT voter_id FROM voters WHERE last_name = "
		    "'Disturbed' ORDER BY voter_id");
		walk(arena_printf(&memory, "last_name=Disturbed&sort=%s",
		    sorts[i]), 4, disturb);
		/* All but the first, which disturb() removed. */
		for (int k = 1; k < PQntuples(res); k++)
			for (size_t m = 0; m < seen_n; m++)
				if (strcmp(seen[m], PQgetvalue(res, k, 0)) ==
				    0)
					found++;
		cr_expect_eq(found, 19, "%s: %zu", sorts[i], found);
		PQclear(res);
	}
}

Test(lists, a_cursor_excludes_page_and_another_sort)
{
	struct answer	*a;
	const char	*cursor;

	make("Mixed", 5);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=Mixed&per_page=2&sort=city");
	cursor = text_at(a, "next_cursor");
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = arena_printf(&memory, "cursor=%s&page=2", cursor));
	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "page", "conflict");
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = arena_printf(&memory, "cursor=%s&sort=-city", cursor));
	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "sort", "conflict");
	a = CALL(.path = "/voters", .token = VIEWER, .query = arena_printf(
	    &memory, "cursor=%s&sort=shoe_size", cursor));
	expect_names(a, "sort", "invalid_choice");
	a = CALL(.path = "/voters", .token = VIEWER, .query = arena_printf(
	    &memory, "cursor=%s&per_page=3&last_name=Mixed", cursor));
	expect_status(a, 200);
	cr_expect_eq(length_at(a, "voters"), 3);
}

static const struct { const char *query; int n; } filtered[] = {
	{ "", 10 },
	{ "&first_name=f1", 4 },
	{ "&first_name=F", 0 },
	{ "&email_address=FILTERED1@Example.org", 1 },
	{ "&phone_number=919-555-0003", 1 },
	{ "&phone_number=%2B1+919+555+0003", 1 },
	{ "&zip_code=27601", 1 },
	{ "&campaign_id=1", 10 },
	{ "&campaign_id=2", 0 },
	{ "&campaign_id=99999", 0 },
	{ "&updated_since=2000-01-01", 10 },
	{ "&updated_since=2000-01-01T00:00:00%2B02:00", 10 },
	{ "&updated_since=2999-01-01T00:00:00Z", 0 },
	{ "&first_name=f1&campaign_id=1&updated_since=2000-01-01", 4 },
	{ "&first_name=%27%20OR%201%3D1--", 0 },
};

Test(lists, filters)
{
	make("Filtered", 10);
	for (size_t i = 0; i < ARRAY_LEN(filtered); i++) {
		struct answer	*a = CALL(.path = "/voters", .token = VIEWER,
				    .query = arena_printf(&memory,
				    "last_name=FILTERED%s",
				    filtered[i].query));

		cr_expect_eq(a->status, 200, "%s: %s", filtered[i].query,
		    a->body);
		cr_expect_eq(number_at(a, "total_voters"), filtered[i].n,
		    "%s: %lld", filtered[i].query,
		    (long long)number_at(a, "total_voters"));
		cr_expect_eq(length_at(a, "voters"), (size_t)filtered[i].n);
	}
}

Test(lists, fields_limits_the_columns)
{
	struct answer	*a;

	make("Thin", 1);
	a = CALL(.path = "/voters", .token = VIEWER,
	    .query = "last_name=Thin&fields=last_name,voter_id,tags");
	expect_status(a, 200);
	cr_expect_eq(json_object_object_length(at(a, "voters.0")), 3);
	expect_text(a, "voters.0.last_name", "Thin");
	cr_expect_gt(number_at(a, "voters.0.voter_id"), 0);
}

Test(lists, of_campaigns_have_pages_and_sorting)
{
	struct answer	*a = CALL(.path = "/campaigns", .token = ADMIN,
			    .query = "sort=-campaign_name&per_page=1");
	struct answer	*b;

	expect_status(a, 200);
	cr_expect_eq(length_at(a, "campaigns"), 1);
	cr_assert_neq(*text_at(a, "next_cursor"), '\0');
	b = CALL(.path = "/campaigns", .token = ADMIN, .query = arena_printf(
	    &memory, "cursor=%s", text_at(a, "next_cursor")));
	expect_status(b, 200);
	cr_expect_neq(number_at(b, "campaigns.0.campaign_id"),
	    number_at(a, "campaigns.0.campaign_id"));
}

/* Lists of every kind, each with two rows that campaign 1 can see. */
static const struct { const char *path, *rows, *sort, *other; } kinds[] = {
	{ "/campaigns", "campaigns", "-campaign_name", "campaign_name" },
	{ "/users", "users", "-user_id", "user_id" },
	{ "/interactions", "interactions", "-interaction_date",
	  "interaction_id" },
	{ "/surveys/questions", "questions", "-question_id", "question_id" },
	{ "/voters/%lld/interactions", "interactions", "interaction_id",
	  "-interaction_id" },
	{ "/voters/%lld/consents", "consents", "-created_at", "created_at" },
	{ "/voters/segments", "segments", "-segment_id", "segment_id" },
	{ "/voters/layouts", "layouts", "-layout_id", "layout_id" },
	{ "/donations", "donations", "-amount", "amount" },
	{ "/audit", "entries", "-audit_id", "audit_id" },
};

Test(lists, a_cursor_accepts_only_its_own_sort_in_every_list)
{
	long long	 id = (long long)sql_number("INSERT INTO voters "
			    "(first_name, last_name) VALUES ('C', 'Cursor') "
			    "RETURNING voter_id");

	sql("INSERT INTO campaign_voters VALUES (1, %lld)", id);
	for (int i = 0; i < 2; i++) {
		sql("INSERT INTO interactions (voter_id, campaign_id, "
		    "interaction_type) VALUES (%lld, 1, 'Call')", id);
		sql("INSERT INTO consents (voter_id, campaign_id, channel, "
		    "granted, source) VALUES (%lld, 1, 'email', true, 'Test')",
		    id);
		sql("INSERT INTO survey_questions (campaign_id, question_text, "
		    "question_type) VALUES (1, 'Why?', 'open_text')");
		sql("INSERT INTO segments (campaign_id, segment_name, filter) "
		    "VALUES (1, 'Cursor %d', '{}')", i);
		sql("INSERT INTO saved_layouts (campaign_id, name) "
		    "VALUES (1, 'Cursor-%d')", i);
		sql("INSERT INTO donations (campaign_id, amount) "
		    "VALUES (1, 500)");
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char	*path = strstr(kinds[i].path, "%lld") == NULL ?
				    kinds[i].path : arena_printf(&memory,
				    "/voters/%lld%s", id,
				    strrchr(kinds[i].path, '/'));
		struct answer	*a = CALL(.path = path, .token = ADMIN,
				    .query = arena_printf(&memory,
				    "per_page=1&sort=%s", kinds[i].sort));
		const char	*cursor = text_at(a, "next_cursor");

		cr_assert_eq(a->status, 200, "%s: %s", path, a->body);
		cr_assert_neq(*cursor, '\0', "%s: %s", path, a->body);
		a = CALL(.path = path, .token = ADMIN, .query = arena_printf(
		    &memory, "per_page=1&sort=%s&cursor=%s", kinds[i].sort,
		    cursor));
		cr_expect_eq(a->status, 200, "%s: %s", path, a->body);
		cr_expect_eq(length_at(a, kinds[i].rows), 1, "%s: %s", path,
		    a->body);
		a = CALL(.path = path, .token = ADMIN, .query = arena_printf(
		    &memory, "per_page=1&sort=%s&cursor=%s", kinds[i].other,
		    cursor));
		cr_expect_eq(a->status, 400, "%s: %s", path, a->body);
		expect_names(a, "sort", "conflict");
	}
}

Test(lists, all_have_the_same_members)
{
	static const struct { const char *path, *many; } lists[] = {
		{ "/voters", "voters" },
		{ "/voters/{voter}/interactions", "interactions" },
		{ "/voters/{voter}/donations", "donations" },
		{ "/voters/{voter}/survey-responses", "responses" },
		{ "/voters/{voter}/consents", "consents" },
		{ "/voters/consents", "consents" },
		{ "/voters/imports", "imports" },
		{ "/voters/segments", "segments" },
		{ "/voters/layouts", "layouts" },
		{ "/voters/opt-outs", "opt_outs" },
		{ "/voters/opt-outs/contacts", "contacts" },
		{ "/voters/duplicates", "duplicates" },
		{ "/voters/merges", "merges" },
		{ "/campaigns", "campaigns" },
		{ "/campaigns/1/members", "members" },
		{ "/interactions", "interactions" },
		{ "/surveys/questions", "questions" },
		{ "/surveys/responses", "responses" },
		{ "/donations", "donations" },
		{ "/users", "users" },
		{ "/audit", "entries" },
		{ "/auth/api-keys", "api_keys" },
	};
	const char	*one = arena_printf(&memory, "%lld",
			    (long long)voter("List", "Form"));

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		const char	*hole = strstr(lists[i].path, "{voter}");
		struct answer	*a = CALL(.token = ADMIN, .query = "per_page=1",
				    .path = hole == NULL ? lists[i].path :
				    arena_printf(&memory, "%.*s%s%s",
				    (int)(hole - lists[i].path), lists[i].path,
				    one, hole + strlen("{voter}")));
		int64_t		 total = number_at(a, arena_printf(&memory,
				    "total_%s", lists[i].many));

		assert_status(a, 200);
		cr_expect(json_object_is_type(at(a, lists[i].many),
		    json_type_array), "%s: %s", lists[i].path, a->body);
		cr_expect_geq(total, 0, "%s: %s", lists[i].path, a->body);
		expect_number(a, "total_pages", total);
		expect_number(a, "current_page", 1);
		expect_number(a, "per_page", 1);
		cr_expect(total > 1 ? *text_at(a, "next_cursor") != '\0' :
		    is_null_at(a, "next_cursor"), "%s: %s", lists[i].path,
		    a->body);
	}
}

Test(lists, duplicates_are_read_by_page_and_by_cursor)
{
	int64_t		 campaign = sql_number("INSERT INTO campaigns"
			    " (campaign_name) VALUES (gen_random_uuid())"
			    " RETURNING campaign_id");
	const char	*query = arena_printf(&memory,
			    "campaign_id=%lld&min_score=1",
			    (long long)campaign);
	const char	*pair[10] = { NULL }, *cursor = NULL;
	struct answer	*a;
	size_t		 n = 0;

	/* Four people with one name are six pairs with the same score. */
	sql("WITH v AS (INSERT INTO voters (first_name, last_name,"
	    " zip_code) SELECT 'Twin', 'Pair', '10001' FROM"
	    " generate_series(1, 4) RETURNING voter_id)"
	    " INSERT INTO campaign_voters SELECT %lld, voter_id FROM v",
	    (long long)campaign);
	a = CALL(.path = "/voters/duplicates", .token = ADMIN, .query = query);
	assert_status(a, 200);
	expect_number(a, "total_duplicates", 6);
	cr_expect_eq(length_at(a, "duplicates"), 6);
	cr_expect(is_null_at(a, "next_cursor"));
	for (int page = 1; page < 5 && n < ARRAY_LEN(pair); page++) {
		a = CALL(.path = "/voters/duplicates", .token = ADMIN,
		    .query = cursor == NULL ? arena_printf(&memory,
		    "%s&per_page=2", query) : arena_printf(&memory,
		    "%s&cursor=%s", query, cursor));
		assert_status(a, 200);
		expect_number(a, "total_duplicates", 6);
		expect_number(a, "total_pages", 3);
		expect_number(a, "current_page", page);
		for (size_t i = 0; i < length_at(a, "duplicates"); i++)
			pair[n++] = json_object_to_json_string(at(a,
			    arena_printf(&memory, "duplicates.%zu.voter_ids",
			    i)));
		if (is_null_at(a, "next_cursor"))
			break;
		cr_expect_not_null(header(a, "Link"));
		cursor = text_at(a, "next_cursor");
	}
	cr_expect_eq(n, 6);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(pair[i], pair[k]);
	a = CALL(.path = "/voters/duplicates", .token = ADMIN, .query =
	    arena_printf(&memory, "%s&page=9&per_page=2", query));
	expect_number(a, "total_duplicates", 6);
	cr_expect_eq(length_at(a, "duplicates"), 0);
	/* A cursor of another list. */
	a = CALL(.path = "/voters", .token = ADMIN, .query = "per_page=1");
	a = CALL(.path = "/voters/duplicates", .token = ADMIN, .query =
	    arena_printf(&memory, "cursor=%s", text_at(a, "next_cursor")));
	expect_problem(a, 400, "invalid_fields");
	expect_names(a, "cursor", "invalid_cursor");
	sql("DELETE FROM voters WHERE last_name = 'Pair'"
	    " AND first_name = 'Twin'");
	sql("DELETE FROM campaigns WHERE campaign_id = %lld",
	    (long long)campaign);
}
