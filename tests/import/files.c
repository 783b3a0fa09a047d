/* The sample files of tests/data: their import has the expected result. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "form.h"
#include "record/json.h"
#include "sql.h"

struct sample {
	char	 name[24];
	char	 options[32];	/* a field after the file, or empty */
};

static struct json_object *
expectation(const char *name)
{
	struct err		 e = { 0 };
	struct json_object	*o;
	const char		*text;
	size_t			 n;

	text = data(arena_printf(&memory, "%.*s.expect.json",
	    (int)strcspn(name, "."), name), &n);
	cr_assert(json_parse(text, n, &o, &e) == 0, "%s", e.msg);
	return o;
}

static int64_t
number(struct json_object *o, const char *key)
{
	return json_object_get_int64(json_object_object_get(o, key));
}

static const char *
string(struct json_object *o, const char *key)
{
	return json_object_get_string(json_object_object_get(o, key));
}

/*
 * Check that exactly the bad rows were rejected, each with its column.  Rows
 * that may be accepted or rejected are counted: return the number accepted.
 */
static int64_t
check_rejects(struct json_object *expect, int64_t import)
{
	struct json_object	*bad = json_object_object_get(expect,
				    "rows_bad");
	struct json_object	*either = json_object_object_get(expect,
				    "rows_either");
	int64_t			 taken = 0, found = 0;

	for (size_t i = 0; i < json_object_array_length(bad); i++) {
		struct json_object	*row = json_object_array_get_idx(bad,
					    i);

		cr_expect_str_eq(sql("SELECT column_name FROM "
		    "cerberus.import_rejects WHERE import_id = %lld AND "
		    "line = %lld", (long long)import,
		    (long long)number(row, "line")), string(row, "column"),
		    "line %lld", (long long)number(row, "line"));
		found++;
	}
	for (size_t i = 0; i < json_object_array_length(either); i++)
		taken += sql_number("SELECT count(*) FROM "
		    "cerberus.import_rejects WHERE import_id = %lld AND "
		    "line = %lld", (long long)import, (long long)number(
		    json_object_array_get_idx(either, i), "line")) == 0;
	cr_expect_eq(sql_number("SELECT count(*) FROM cerberus.import_rejects "
	    "WHERE import_id = %lld", (long long)import), found +
	    (int64_t)json_object_array_length(either) - taken);
	return taken;
}

/* Is the value as expected?  An expected null also means the default. */
static bool
matches(struct json_object *want, struct json_object *got, const char *column)
{
	if (want != NULL && json_object_is_type(want, json_type_array))
		return json_object_equal(want, got);
	if (want != NULL && strcmp(column, "last_contacted_date") == 0)
		return strncmp(json_object_get_string(want),
		    json_object_get_string(got), 19) == 0;
	if (want != NULL)
		return json_object_equal(want, got);
	return got == NULL || json_object_get_int64(got) == 0;
}

/* Check the values of the sample rows. */
static void
check_samples(struct json_object *expect)
{
	struct json_object	*samples = json_object_object_get(expect,
				    "samples");

	for (size_t i = 0; i < json_object_array_length(samples); i++) {
		struct json_object	*s = json_object_array_get_idx(
					    samples, i), *row, *got;
		struct json_object	*key = json_object_object_get(s,
					    "key");
		struct err		 e = { 0 };
		const char		*column = "", *text;

		json_object_object_foreach(key, k, v) {
			column = arena_printf(&memory, "%s = '%s'", k,
			    json_object_get_string(v));
		}
		text = sql("SELECT row_to_json(t) FROM cerberus.voters t "
		    "WHERE %s", column);
		cr_assert(json_parse(text, strlen(text), &row, &e) == 0,
		    "%s: %s", column, text);
		json_object_object_foreach(json_object_object_get(s,
		    "values"), name, want) {
			got = json_object_object_get(row, name);
			cr_expect(matches(want, got, name),
			    "%s: %s is %s, not %s", column, name,
			    json_object_to_json_string(got),
			    json_object_to_json_string(want));
		}
		json_object_put(row);
	}
}

ParameterizedTestParameters(files, import_has_the_expected_result)
{
	static struct sample	 samples[] = {
		{ "simple.csv", "" }, { "full.csv", "" },
		{ "nc.txt", "layout=nc" }, { "oh.txt", "layout=oh" },
		{ "fl.txt", "layout=fl" }, { "wv.txt", "layout=wv" },
		{ "van.csv", "layout=van" },
		{ "nationbuilder.csv", "layout=nationbuilder" },
	};

	return cr_make_param_array(struct sample, samples,
	    sizeof(samples) / sizeof(samples[0]));
}

ParameterizedTest(struct sample *s, files, import_has_the_expected_result)
{
	struct json_object	*expect = expectation(s->name);
	const char *const	*options = *s->options != '\0' ?
				    LIST(s->options) : NULL;
	struct answer		*a;
	const char		*file;
	size_t			 n;
	int64_t			 taken, people;

	file = data(s->name, &n);
	a = upload(ADMIN, file, n, LIST("campaign_id=1"), options);
	assert_status(a, 200);
	expect_text(a, "message", "File processed successfully");
	expect_number(a, "rows", number(expect, "rows"));
	taken = check_rejects(expect, number_at(a, "import_id"));
	people = number(expect, "persons") + taken;
	expect_number(a, "created", people);
	check_samples(expect);

	a = upload(ADMIN, file, n, LIST("campaign_id=1"), options);
	assert_status(a, 200);
	expect_number(a, "created", 0);
	expect_number(a, "updated", 0);
	expect_number(a, "unchanged", people);
	json_object_put(expect);
}
