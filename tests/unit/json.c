/* Reading and writing JSON. */
#include <criterion/criterion.h>

#include "campaign/campaign.h"
#include "people/signup.h"
#include "people/voter.h"
#include "record/json.h"

static struct arena		 a;
static struct err		 e;
static struct json_object	*in;
static struct rec		 r;

static void
finish(void)
{
	json_object_put(in);
	arena_release(&a);
}

TestSuite(json, .fini = finish);

static int
parse(const char *s, size_t n)
{
	json_object_put(in);
	in = NULL;
	memset(&e, 0, sizeof(e));
	return json_parse(s, n, &in, &e);
}

/* Read a voter from JSON; -1 also if the text is not JSON. */
static int
read_voter(const char *s)
{
	if (parse(s, strlen(s)) != 0)
		return -1;
	rec_init(&r, &voter_schema, &a);
	return rec_from_json(&r, in, UNKNOWN_REFUSE, NULL, &e);
}

Test(json, parses_every_kind_of_value)
{
	static const char *const good[] = {
		"{}", "[]", "null", "true", "1", "-0", "1.5e3", "\"x\"",
		" {\"a\": [1, 2, {\"b\": null}]} \r\n\t", "{\"a\":\"\\u00fa\"}",
		"\"\\ud83d\\ude00\"",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		cr_expect_eq(parse(good[i], strlen(good[i])), 0, "%s: %s",
		    good[i], e.msg);
}

Test(json, refuses_invalid_json)
{
	static const char *const bad[] = {
		"", " ", "{", "}", "{\"a\"}", "{\"a\":}", "{a:1}", "{'a':1}",
		"{\"a\":1,}", "[1,]", "[1 2]", "nul", "TRUE", "01", "1.",
		"1.e5", "1e", "1e+", "-", ".5", "-.5", "[1.]", "{\"a\":1.}",
		"{\"a\":NaN}", "{\"a\":-Infinity}", "[infinity]", "[nan]",
		"+1", "NaN", "Infinity", "\"a", "\"\n\"", "{} {}", "{}x",
		"{}\f", "/* */{}", "{\"a\":1}//", "\"\\x\"", "\"\\u12\"",
		"{\"a\\u0000b\":1}", "{\"\\u0000\" :1}",
		"{\"a\":1 \"b\":2}", "\xef\xbb\xbf{", "\"\xff\"",
		"\"\xed\xa0\x80\"", "\"\xc0\xaf\"",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		cr_expect_eq(parse(bad[i], strlen(bad[i])), -1, "%s", bad[i]);
		cr_expect_eq(err_kind(e.code)->status, 400, "%s", bad[i]);
		cr_expect(in == NULL);
	}
	cr_expect_eq(parse("{}\0", 3), -1);
	cr_expect_eq(parse("\"a\0b\"", 5), -1);
}

Test(json, limits_nesting)
{
	char	 deep[200001];

	memset(deep, '[', 100000);
	memset(deep + 100000, ']', 100000);
	cr_expect_eq(parse(deep + 100000 - 20, 40), 0);
	cr_expect_eq(parse(deep + 100000 - 40, 80), -1);
	cr_expect(strstr(e.msg, "deep") != NULL, "%s", e.msg);
	cr_expect_eq(parse(deep, 200000), -1);
	cr_expect_eq(err_kind(e.code)->status, 400);
}

/* Each row breaks one rule; the error must name the field. */
static const struct { const char *json, *field, *code; } bad_voters[] = {
	{ "{\"last_name\":7}", "last_name", "invalid_type" },
	{ "{\"last_name\":true}", "last_name", "invalid_type" },
	{ "{\"last_name\":[]}", "last_name", "invalid_type" },
	{ "{\"last_name\":{}}", "last_name", "invalid_type" },
	{ "{\"last_name\":\"a\\u0000b\"}", "last_name", "invalid_text" },
	{ "{\"last_name\":\"a\\u001bb\"}", "last_name", "invalid_text" },
	{ "{\"last_name\":\"a\\u0007b\"}", "last_name", "invalid_text" },
	{ "{\"last_name\":\"a\\u0085b\"}", "last_name", "invalid_text" },
	{ "{\"engagement_score\":2500.5}", "engagement_score",
	  "invalid_integer" },
	{ "{\"engagement_score\":1e300}", "engagement_score",
	  "invalid_integer" },
	{ "{\"engagement_score\":3000000000}", "engagement_score",
	  "out_of_range" },
	{ "{\"engagement_score\":true}", "engagement_score", "invalid_type" },
	{ "{\"engagement_score\":\"x\"}", "engagement_score",
	  "invalid_integer" },
	{ "{\"contact_email\":1}", "contact_email", "invalid_type" },
	{ "{\"contact_email\":\"yes\"}", "contact_email", "invalid_type" },
	{ "{\"date_of_birth\":20260131}", "date_of_birth", "invalid_type" },
	{ "{\"date_of_birth\":\"9999-01-01\"}", "date_of_birth",
	  "in_the_future" },
	{ "{\"birth_year\":1849}", "birth_year", "out_of_range" },
	{ "{\"custom_fields\":[]}", "custom_fields", "invalid_type" },
	{ "{\"custom_fields\":\"{}\"}", "custom_fields", "invalid_type" },
	{ "{\"custom_fields\":{\"a\":[\"\\u0000\"]}}", "custom_fields",
	  "invalid_text" },
	{ "{\"custom_fields\":{\"a\":{\"b\":\"x\\u0000\"}}}", "custom_fields",
	  "invalid_text" },
	{ "{\"tags\":\"a\"}", "tags", "invalid_type" },
	{ "{\"tags\":[1]}", "tags", "invalid_type" },
	{ "{\"tags\":[\"a\\u0000\"]}", "tags", "invalid_text" },
	{ "{\"custom_fields\":{\"a\":[9223372036854775808]}}",
	    "custom_fields", "out_of_range" },
	{ "{\"custom_fields\":{\"a\":-99999999999999999999}}",
	    "custom_fields", "out_of_range" },
	{ "{\"custom_fields\":{\"a\":1e20000}}", "custom_fields",
	    "out_of_range" },
	{ "{\"custom_fields\":{\"a\":1.5E-20000}}", "custom_fields",
	    "out_of_range" },
	{ "{\"registration_status\":\"Dead\"}", "registration_status",
	  "invalid_choice" },
	{ "{\"email_address\":\"li.at\"}", "email_address", "invalid_email" },
	{ "{\"shoe_size\":43}", "shoe_size", "unknown_field" },
	{ "{\"Last_Name\":\"Li\"}", "Last_Name", "unknown_field" },
	{ "{\"\":1}", "", "unknown_field" },
};

Test(json, errors_name_the_bad_field)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_voters); i++) {
		cr_expect_eq(read_voter(bad_voters[i].json), -1, "%s",
		    bad_voters[i].json);
		cr_assert_eq(e.nfields, 1, "%s: %s", bad_voters[i].json,
		    e.msg);
		cr_expect_str_eq(e.field[0].name, bad_voters[i].field);
		cr_expect_str_eq(e.field[0].slug, bad_voters[i].code, "%s",
		    bad_voters[i].json);
	}
}

Test(json, errors_name_all_bad_fields_at_once)
{
	cr_expect_eq(read_voter("{\"last_name\":7,\"city\":false,"
	    "\"x\":1,\"birth_year\":1,\"email_address\":\"@\"}"), -1);
	cr_expect_eq(e.nfields, 5);
}

/* Each value as it is sent to PostgreSQL. */
static const struct { const char *json; size_t field; const char *value; }
good_voters[] = {
	{ "{\"last_name\":\" Li \"}", VOTER_last_name, "Li" },
	{ "{\"last_name\":\"\"}", VOTER_last_name, NULL },
	{ "{\"last_name\":null}", VOTER_last_name, NULL },
	{ "{\"engagement_score\":2500.0}", VOTER_engagement_score, "2500" },
	{ "{\"engagement_score\":-0.0}", VOTER_engagement_score, "0" },
	{ "{\"engagement_score\":\"17\"}", VOTER_engagement_score, "17" },
	{ "{\"engagement_score\":1e3}", VOTER_engagement_score, "1000" },
	{ "{\"contact_sms\":false}", VOTER_contact_sms, "f" },
	{ "{\"contact_sms\":true}", VOTER_contact_sms, "t" },
	{ "{\"custom_fields\":{\"a\":[1,\"/\"]}}", VOTER_custom_fields,
	  "{\"a\":[1,\"/\"]}" },
	{ "{\"tags\":[]}", VOTER_tags, "{}" },
	{ "{\"tags\":[\"a\",\"b\",\" a\",\"A\",\"a,\",\",\",\"b\"]}",
	  VOTER_tags, "{\"a\",\"b\",\"A\",\"a,\",\",\"}" },
	{ "{\"tags\":[\"a\",\" b c \",\"q\\\"\\\\,{}\",\"NULL\",\"\"]}",
	  VOTER_tags, "{\"a\",\"b c\",\"q\\\"\\\\,{}\",\"NULL\"}" },
	{ "{\"last_name\":\"a\",\"last_name\":\"b\"}", VOTER_last_name, "b" },
};

Test(json, good_values_are_normalised)
{
	for (size_t i = 0; i < ARRAY_LEN(good_voters); i++) {
		size_t		 f = good_voters[i].field;
		const char	*want = good_voters[i].value;

		cr_assert_eq(read_voter(good_voters[i].json), 0, "%s",
		    good_voters[i].json);
		cr_expect(rec_has(&r, f), "%s", good_voters[i].json);
		cr_expect(want == NULL ? rec_get(&r, f) == NULL :
		    rec_get(&r, f) != NULL && strcmp(rec_get(&r, f), want) ==
		    0, "%s: %s", good_voters[i].json, rec_get(&r, f));
	}
}

Test(json, fields_that_only_the_server_writes_are_ignored)
{
	cr_assert_eq(read_voter("{\"voter_id\":\"x\",\"created_at\":7,"
	    "\"updated_at\":[],\"city\":\"A\"}"), 0);
	cr_expect(!rec_has(&r, VOTER_voter_id));
	cr_expect(!rec_has(&r, VOTER_created_at));
	cr_expect(!rec_has(&r, VOTER_updated_at));
	cr_expect(rec_has(&r, VOTER_city));
	cr_expect(!rec_has(&r, VOTER_last_name));
}

Test(json, unknown_keys_are_ignored_with_unknown_ignore)
{
	static const char	 s[] =
	    "{\"utm_source\":1,\"last_name\":\"Li\"}";
	static const char *const extra[] = { "utm_source", NULL };

	cr_assert_eq(parse(s, sizeof(s) - 1), 0);
	rec_init(&r, &signup_schema, &a);
	cr_expect_eq(rec_from_json(&r, in, UNKNOWN_IGNORE, NULL, &e), 0);
	rec_init(&r, &voter_schema, &a);
	cr_expect_eq(rec_from_json(&r, in, UNKNOWN_REFUSE, extra, &e), 0);
	cr_expect_eq(rec_from_json(&r, in, UNKNOWN_REFUSE, NULL, &e), -1);
}

Test(json, a_record_must_be_an_object)
{
	static const char *const other[] = { "[]", "1", "null", "\"x\"" };

	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		cr_expect_eq(read_voter(other[i]), -1);
		cr_expect_eq(e.code, ERR_MALFORMED);
	}
}

Test(json, escapes_strings)
{
	static const struct {
		const char	*s;
		size_t		 n;
		const char	*out;
	} t[] = {
		{ "a", 1, "\"a\"" },
		{ "", 0, "\"\"" },
		{ "\"\\/", 3, "\"\\\"\\\\/\"" },
		{ "\n\r\t\x01\x1f\0", 6, "\"\\n\\r\\t\\u0001\\u001f\\u0000\"" },
		{ "\xc3\xba</script>", 11, "\"\xc3\xba</script>\"" },
	};
	struct buf	 b;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		buf_init(&b, 1000);
		json_add_string(&b, t[i].s, t[i].n);
		cr_expect_str_eq(buf_str(&b), t[i].out);
		buf_release(&b);
	}
	buf_init(&b, 4);
	json_add_string(&b, "abcdef", 6);
	cr_expect(b.failed);
	buf_release(&b);
}

/* The limit is for the text as it is written, not for six times the text. */
Test(json, takes_a_long_text_that_fits)
{
	static char	 text[5000];
	struct buf	 b;

	memset(text, 'a', sizeof(text));
	memcpy(text + 100, "\n\"\x01", 3);
	buf_init(&b, 2 + sizeof(text) + 7);
	json_add_string(&b, text, sizeof(text));
	cr_expect_eq(b.len, 2 + sizeof(text) + 7);
	cr_expect_eq(strncmp(buf_str(&b) + 99, "aa\\n\\\"\\u0001a", 13), 0);
	buf_release(&b);
	buf_init(&b, 2 + sizeof(text) + 6);
	json_add_string(&b, text, sizeof(text));
	cr_expect(b.failed);
	buf_release(&b);
}

Test(json, writes_values_of_every_kind)
{
	static const struct { enum kind kind; const char *in, *out; } t[] = {
		{ KIND_INT, "7", "7" }, { KIND_BOOL, "t", "true" },
		{ KIND_BOOL, "f", "false" }, { KIND_TEXT, "a\"", "\"a\\\"\"" },
		{ KIND_TEXT, NULL, "null" }, { KIND_INT, NULL, "null" },
		{ KIND_DATE, "2026-01-31", "\"2026-01-31\"" },
		{ KIND_OBJECT, "{\"a\": 1}", "{\"a\": 1}" },
		{ KIND_TEXTS, "[\"a\"]", "[\"a\"]" },
		{ KIND_TIME, "2026-01-31 09:30:00.5+00",
		  "\"2026-01-31T09:30:00.5Z\"" },
		{ KIND_TIME, "2026-01-31 09:30:00+00",
		  "\"2026-01-31T09:30:00Z\"" },
		{ KIND_TIME, "infinity", "\"infinity\"" },
	};
	struct buf	 b;

	for (size_t i = 0; i < ARRAY_LEN(t); i++) {
		buf_init(&b, 1000);
		json_add_value(&b, t[i].kind, t[i].in, t[i].in != NULL ?
		    strlen(t[i].in) : 0);
		cr_expect_str_eq(buf_str(&b), t[i].out);
		buf_release(&b);
	}
}

Test(campaign, does_not_end_before_it_starts)
{
	struct rec	 c;
	struct err	 bad = { 0 };

	rec_init(&c, &campaign_schema, &a);
	cr_expect_eq(campaign_check(&c, &bad), 0);
	rec_put(&c, CAMPAIGN_start_date, "2026-02-01");
	cr_expect_eq(campaign_check(&c, &bad), 0);
	rec_put(&c, CAMPAIGN_end_date, "2026-02-01");
	cr_expect_eq(campaign_check(&c, &bad), 0);
	rec_put(&c, CAMPAIGN_end_date, "2026-01-31");
	cr_expect_eq(campaign_check(&c, &bad), -1);
	cr_expect_str_eq(bad.field[0].name, "end_date");
}
