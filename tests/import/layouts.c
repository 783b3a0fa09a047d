/* Layouts that campaigns save, values that a mapping knows, fixed widths. */
#include <criterion/criterion.h>

#include "form.h"
#include "sql.h"

/* Save a layout of campaign 1 as its editor. */
static struct answer *
save(const char *body)
{
	return CALL(.path = "/voters/layouts", .token = EDITOR, .body = body);
}

static const char *
status_of(const char *last_name)
{
	return sql("SELECT registration_status FROM cerberus.voters "
	    "WHERE last_name = '%s'", last_name);
}

Test(layouts, a_saved_layout_is_used_by_its_name)
{
	struct answer	*a = save("{\"campaign_id\":1,\"name\":\"county\","
			    "\"mapping\":{\"first_name\":1,\"last_name\":2,"
			    "\"voter_registration_id\":3,\"date_of_birth\":4,"
			    "\"registration_status\":{\"column\":5,\"values\":"
			    "{\"V\":\"Active\",\"A\":\"Inactive\"}}},"
			    "\"options\":{\"has_header\":false,\"delimiter\":"
			    "\"semicolon\",\"date_order\":\"dmy\","
			    "\"registration_state\":\"QZ\"}}");

	assert_status(a, 201);
	expect_text(a, "name", "county");
	a = upload_text(EDITOR, "Saved;Valid;77;31.12.1970;V\n"
	    "Saved;Turned;78;30.12.1970;a\nSaved;Common;79;;Cancelled\n",
	    LIST("campaign_id=1", "layout=county"));
	assert_status(a, 200);
	expect_text(a, "layout", "county");
	expect_number(a, "created", 3);
	cr_expect_str_eq(status_of("Valid"), "Active");
	cr_expect_str_eq(status_of("Turned"), "Inactive");
	cr_expect_str_eq(status_of("Common"), "Cancelled");
	cr_expect_str_eq(sql("SELECT registration_state || date_of_birth FROM "
	    "cerberus.voters WHERE last_name = 'Valid'"), "QZ1970-12-31");
	/* Another campaign does not have it. */
	a = upload_text(ADMIN, "Saved;Valid;77;31.12.1970;V\n",
	    LIST("campaign_id=2", "layout=county"));
	expect_status(a, 400);
	expect_names(a, "layout", "not_found");
}

Test(layouts, a_saved_layout_is_recognised_by_its_headings)
{
	struct answer	*a = save("{\"campaign_id\":1,\"name\":\"mine\","
			    "\"headers\":[\"N1\",\"n 2\",\"STAT\"],\"mapping\":"
			    "{\"first_name\":\"N1\",\"last_name\":\"N2\","
			    "\"registration_status\":{\"column\":\"STAT\","
			    "\"values\":{\"V\":\"Active\",\"*\":\"Pending\"}}}"
			    "}");
	int64_t		 id = number_at(a, "layout_id");

	assert_status(a, 201);
	/* Columns that it does not name are found by their headings. */
	a = upload_text(EDITOR, "n1,N2,town,stat\nRec,Ognised,Cary,v\n"
	    "Rec,Any,Cary,?\n", LIST("campaign_id=1"));
	assert_status(a, 200);
	expect_text(a, "layout", "mine");
	cr_expect_str_eq(status_of("Ognised"), "Active");
	cr_expect_str_eq(status_of("Any"), "Pending");
	cr_expect_str_eq(sql("SELECT city FROM cerberus.voters "
	    "WHERE last_name = 'Any'"), "Cary");
	/* Without one of the headings, or for another campaign, it is not. */
	expect_status(upload_text(EDITOR, "n1,N2\nRec,Not\n",
	    LIST("campaign_id=1")), 422);
	expect_status(upload_text(ADMIN, "n1,N2,stat\nRec,Not,V\n",
	    LIST("campaign_id=2")), 422);
	a = CALL(.method = "DELETE", .path = arena_printf(&memory,
	    "/voters/layouts/%lld", (long long)id), .token = EDITOR);
	assert_status(a, 200);
	expect_status(upload_text(EDITOR, "n1,N2,stat\nRec,Not,V\n",
	    LIST("campaign_id=1")), 422);
}

Test(layouts, a_saved_layout_may_have_fixed_widths)
{
	struct answer	*a = save("{\"campaign_id\":1,\"name\":\"wide\","
			    "\"mapping\":{\"first_name\":\"#1-6\","
			    "\"last_name\":\"#7-14\",\"city\":[\"#15-18\","
			    "\"#20\"]},\"options\":{\"format\":\"fixed\"}}");

	assert_status(a, 201);
	a = upload_text(EDITOR, "Wil   Wide    CaryxN\nZo\xc3\xab   Narrow\n",
	    LIST("campaign_id=1", "layout=wide"));
	assert_status(a, 200);
	expect_number(a, "created", 2);
	cr_expect_str_eq(sql("SELECT city FROM cerberus.voters "
	    "WHERE last_name = 'Wide'"), "Cary N");
	cr_expect_str_eq(sql("SELECT first_name FROM cerberus.voters "
	    "WHERE last_name = 'Narrow'"), "Zo\xc3\xab");
}

/* What is wrong with each body, and the field that the answer names. */
static const struct { const char *body, *field; } wrong[] = {
	{ "{\"campaign_id\":1,\"name\":\"two words\"}", "name" },
	{ "{\"campaign_id\":1,\"name\":\"\"}", "name" },
	{ "{\"campaign_id\":1}", "name" },
	{ "{\"name\":\"n\"}", "campaign_id" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"mapping\":{\"town\":\"T\"}}",
	  "mapping" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"mapping\":{\"city\":0}}",
	  "mapping" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"mapping\":{\"city\":{\"column\":"
	  "\"C\",\"value\":7}}}", "mapping" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"mapping\":[]}", "mapping" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"mapping\":{\"city\":\"Town\"},"
	  "\"options\":{\"format\":\"fixed\"}}", "mapping" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"options\":{\"dry_run\":true}}",
	  "options" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"options\":{\"format\":\"csv\"}}",
	  "options" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"options\":{\"delimiter\":\"x\"}"
	  "}", "delimiter" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"options\":{\"encoding\":\"x\"}}",
	  "options" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"headers\":\"A\"}", "headers" },
	{ "{\"campaign_id\":1,\"name\":\"n\",\"title\":\"A\"}", "title" },
};

Test(layouts, a_layout_with_a_mistake_is_not_saved)
{
	struct answer	*a;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		a = save(wrong[i].body);
		expect_status(a, 400);
		cr_expect(names(a, wrong[i].field, NULL), "%s: %s",
		    wrong[i].body, a->body);
	}
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.saved_layouts "
	    "WHERE name = 'n'"), 0);
}

Test(layouts, the_names_of_shipped_layouts_are_taken)
{
	struct answer	*a;
	bool		 found = false;

	expect_problem(save("{\"campaign_id\":1,\"name\":\"NC\"}"), 409,
	    "conflict");
	a = save("{\"campaign_id\":1,\"name\":\"twice\"}");
	assert_status(a, 201);
	expect_status(save("{\"campaign_id\":1,\"name\":\"twice\"}"), 409);
	a = CALL(.method = "PUT", .path = arena_printf(&memory,
	    "/voters/layouts/%lld", (long long)number_at(a, "layout_id")),
	    .token = EDITOR, .body = "{\"name\":\"van\"}");
	expect_status(a, 409);

	a = CALL(.path = "/voters/layouts", .token = VIEWER,
	    .query = "campaign_id=1&name=twice");
	assert_status(a, 200);
	expect_number(a, "total_layouts", 1);
	expect_text(a, "layouts.0.name", "twice");
	for (size_t i = 0; i < length_at(a, "shipped"); i++)
		if (strcmp(text_at(a, arena_printf(&memory,
		    "shipped.%zu.name", i)), "tx-fixed") == 0)
			found = *text_at(a, arena_printf(&memory,
			    "shipped.%zu.title", i)) != '\0';
	cr_expect(found, "%s", a->body);
}

/* Without a layout: common words, and codes that need a value map. */
Test(layouts, common_words_need_no_layout)
{
	struct answer	*a = upload_text(EDITOR, "first_name,last_name,status,"
			    "party,gender\nW,Wordone,ACT,GOP,Female\n"
			    "W,Wordtwo,canceled,no party,\n"
			    "W,Wordthree,Z9,Independent,x\n",
			    LIST("campaign_id=1"));

	assert_status(a, 200);
	expect_number(a, "created", 3);
	cr_expect_str_eq(sql("SELECT string_agg(concat_ws('/', "
	    "registration_status, party_affiliation, gender), ' ' ORDER BY "
	    "voter_id) FROM cerberus.voters WHERE first_name = 'W'"),
	    "Active/Republican/F Cancelled/Unaffiliated "
	    "Other/Independent/X");
}
