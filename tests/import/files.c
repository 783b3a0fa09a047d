/* The sample files of tests/data: their import has the expected result. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <dirent.h>
#include <unistd.h>

#include "form.h"
#include "import/heading.h"
#include "import/layout_file.h"
#include "import/layout_history.h"
#include "record/json.h"
#include "sql.h"

struct sample {
	char	 name[32];	/* without the end, such as .csv */
	char	 layout[32];	/* chosen by name, or empty */
};

static struct json_object *
expectation(const char *name)
{
	struct err		 e = { 0 };
	struct json_object	*o;
	const char		*text;
	size_t			 n;

	text = data(arena_printf(&memory, "%s.expect.json", name), &n);
	cr_assert(json_parse(text, n, &o, &e) == 0, "%s", e.msg);
	return o;
}

/* Return the name of the sample file: NAME.txt, or else NAME.csv. */
static const char *
file_of(const char *name)
{
	const char	*dir = getenv("SRCDIR");
	const char	*path = arena_printf(&memory, "%s/tests/data/%s.txt",
			    dir != NULL ? dir : ".", name);

	return arena_printf(&memory, "%s.%s", name, access(path, R_OK) == 0 ?
	    "txt" : "csv");
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

/*
 * Check that exactly the rows that are to be warned of have a warning, each
 * about its column and with the cell as value.  Rows that may be rejected may
 * also be warned of.
 */
static void
check_warnings(struct json_object *expect, const struct answer *a)
{
	struct json_object	*rows = json_object_object_get(expect,
				    "rows_warned");
	int64_t			 warned = number_at(a, "warned");
	size_t			 n = json_object_array_length(rows);
	int64_t			 either = (int64_t)json_object_array_length(
				    json_object_object_get(expect,
				    "rows_either"));

	cr_expect(warned >= (int64_t)n && warned <= (int64_t)n + either,
	    "%lld rows are warned of, not %zu", (long long)warned, n);
	for (size_t i = 0; i < n; i++) {
		struct json_object	*row = json_object_array_get_idx(rows,
					    i);
		const char		*part = arena_printf(&memory,
					    "{\"line\":%lld,\"column\":"
					    "\"%s\",\"value\":\"",
					    (long long)number(row, "line"),
					    string(row, "column"));

		cr_expect_not_null(strstr(a->body, part), "%s", part);
	}
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

/* Return the folder of the layouts. */
static const char *
layouts(void)
{
	const char	*dir = getenv("SRCDIR");

	return arena_printf(&memory, "%s/etc/layouts", dir != NULL ? dir :
	    ".");
}

/* Is the layout chosen by the headings of a file? */
static bool
is_recognised(const char *name)
{
	struct layout	*l = arena_alloc(&memory, sizeof(*l));
	struct err	 e = { 0 };

	cr_assert(layout_load(l, &memory, layouts(), name, &e) == 0, "%s",
	    e.msg);
	return l->nrecognise > 0;
}

/* Two files without a layout, and one for each layout of etc/layouts. */
ParameterizedTestParameters(files, import_has_the_expected_result)
{
	static struct sample	 samples[64] = {
		{ .name = "simple" }, { .name = "full" },
	};
	size_t			 n = 2;
	const char		*end;
	struct dirent		*d;
	DIR			*folder;

	folder = opendir(layouts());
	cr_assert_not_null(folder, "%s", layouts());
	while ((d = readdir(folder)) != NULL && n < ARRAY_LEN(samples)) {
		end = strrchr(d->d_name, '.');
		/* tests/import/history.py tests the layouts of votes. */
		if (end == NULL || strcmp(end, ".conf") != 0 ||
		    strstr(d->d_name, "-history.") != NULL)
			continue;
		snprintf(samples[n].name, sizeof(samples[n].name), "%.*s",
		    (int)(end - d->d_name), d->d_name);
		memcpy(samples[n].layout, samples[n].name,
		    sizeof(samples[n].layout));
		n++;
	}
	closedir(folder);
	return cr_make_param_array(struct sample, samples, n);
}

ParameterizedTest(struct sample *s, files, import_has_the_expected_result)
{
	struct json_object	*expect = expectation(s->name);
	const char *const	*options = *s->layout != '\0' ?
				    LIST(arena_printf(&memory, "layout=%s",
				    s->layout)) : NULL;
	struct answer		*a;
	const char		*file;
	size_t			 n;
	int64_t			 taken, people;

	file = data(file_of(s->name), &n);
	a = upload(ADMIN, file, n, LIST("campaign_id=1"), options);
	assert_status(a, 200);
	expect_text(a, "message", "File processed successfully");
	expect_number(a, "rows", number(expect, "rows"));
	taken = check_rejects(expect, number_at(a, "import_id"));
	check_warnings(expect, a);
	people = number(expect, "persons") + taken;
	expect_number(a, "created", people);
	check_samples(expect);

	/* Of all layouts, the headings of the file choose its own. */
	if (*s->layout == '\0' || is_recognised(s->layout))
		options = NULL;
	a = upload(ADMIN, file, n, LIST("campaign_id=1"), options);
	assert_status(a, 200);
	expect_text(a, "layout", s->layout);
	expect_number(a, "created", 0);
	expect_number(a, "updated", 0);
	expect_number(a, "unchanged", people);
	json_object_put(expect);
}

struct known {
	struct layout	*l[64];
	size_t		 n;
};

static void
collect(struct layout *l, const struct err *e, void *ctx)
{
	struct known	*k = ctx;

	cr_assert_not_null(l, "%s", e->msg);
	cr_assert_lt(k->n, ARRAY_LEN(k->l));
	k->l[k->n] = arena_alloc(&memory, sizeof(*l));
	*k->l[k->n++] = *l;
}

/* Fold the headings of a sample; none of them contains a delimiter. */
static size_t
headings(const char *name, const char *folded[], size_t max)
{
	const char	*at;
	size_t		 n, k = 0;

	at = data(file_of(name), &n);
	if (strncmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	do {
		n = strcspn(at, "\t,|\r\n");
		cr_assert_lt(k, max);
		folded[k++] = heading_fold(&memory, at, n);
		at += n;
	} while (*at++ != '\r' && at[-1] != '\n');
	return k;
}

Test(files, each_sample_has_the_headings_of_one_layout)
{
	struct layout	*l = arena_alloc(&memory, sizeof(*l));
	struct known	 all = { .n = 0 };
	const char	*folded[512];

	cr_assert_eq(layout_each(l, &memory, layouts(), collect, &all), 0);
	for (size_t i = 0; i < all.n; i++) {
		size_t	 n = all.l[i]->nrecognise;

		if (n == 0)
			continue;
		/* Histories have no sample: take the headings they name. */
		if (all.l[i]->history != NULL && all.l[i]->history->rows)
			memcpy(folded, all.l[i]->recognise,
			    n * sizeof(*folded));
		else
			n = headings(all.l[i]->name, folded,
			    ARRAY_LEN(folded));
		for (size_t k = 0; k < all.n; k++) {
			size_t	 found = 0;

			while (found < all.l[k]->nrecognise &&
			    heading_find(folded, n,
			    all.l[k]->recognise[found]) != -1)
				found++;
			cr_expect((found > 0 && found ==
			    all.l[k]->nrecognise) == (i == k),
			    "%s and the sample of %s", all.l[k]->name,
			    all.l[i]->name);
		}
	}
}
