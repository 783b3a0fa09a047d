/* The validation of field values. */
#include <criterion/criterion.h>

#include "campaign/campaign.h"
#include "people/signup.h"
#include "people/voter.h"
#include "record/rec.h"

static struct arena	 a;
static struct err	 e;

static void
finish(void)
{
	arena_release(&a);
}

TestSuite(field, .fini = finish);

/* Return the normalised value, "(null)" if blank, "!slug" if refused. */
static const char *
checked(const struct field *f, const char *text, size_t n)
{
	const char	*out = "untouched";
	/* A copy of exactly n bytes shows reads past the end. */
	char		*copy = malloc(n > 0 ? n : 1);
	int		 rc;

	memcpy(copy, text, n);
	memset(&e, 0, sizeof(e));
	rc = field_check(f, &a, copy, n, &out, &e);
	free(copy);
	if (rc != 0) {
		cr_expect_eq(e.nfields, 1);
		cr_expect_str_eq(e.field[0].name, f->name);
		cr_expect_neq(e.field[0].msg[0], '\0');
		cr_expect_eq(err_kind(e.code)->status, 400);
		return arena_printf(&a, "!%s", e.field[0].slug);
	}
	return out == NULL ? "(null)" : out;
}

struct row {
	const char	*in, *out;
};

static void
expect_rows(const struct field *f, const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char	*got = checked(f, t[i].in, strlen(t[i].in));

		cr_expect_str_eq(got, t[i].out, "'%s': '%s', not '%s'",
		    t[i].in, got, t[i].out);
	}
}

#define expect_all(f, t)	expect_rows(&(f), (t), ARRAY_LEN(t))

Test(field, text_is_trimmed_and_checked)
{
	static const struct field	 f = { .name = "f", .kind = KIND_TEXT,
					    .max = 5 };
	static const struct row		 t[] = {
		{ "", "(null)" }, { "   ", "(null)" },
		{ "\xc2\xa0", "(null)" },
		{ " ab ", "ab" }, { "abcde", "abcde" },
		{ "abcdef", "!too_long" },
		{ "N\xc3\xba\xc3\xb1" "ez", "N\xc3\xba\xc3\xb1" "ez" },
		{ "a\nb", "a b" },
		{ "a \r\n\t b\tc", "a b c" }, { "a  b", "a  b" },
		{ "a\vb", "!invalid_text" }, { "a\x1b", "!invalid_text" },
		{ "a\xff", "!invalid_text" },
		{ "\xed\xa0\x80", "!invalid_text" },
		{ "a\x7f" "b", "!invalid_text" },
	};

	expect_all(f, t);
	cr_expect_str_eq(checked(&f, "a\0b", 3), "!invalid_text");
}

Test(field, text_with_lines_may_have_line_breaks)
{
	static const struct field	 f = { .name = "f", .kind = KIND_TEXT,
					    .flags = F_LINES };
	static const struct row		 t[] = {
		{ "a\r\n\tb\n", "a\r\n\tb" }, { "a\x07", "!invalid_text" },
	};

	expect_all(f, t);
}

Test(field, integer_is_read_within_its_range)
{
	static const struct field	 f = { .name = "f", .kind = KIND_INT,
					    .low = -5, .high = 100 };
	static const struct field	 any = { .name = "f",
					    .kind = KIND_INT };
	static const struct row		 t[] = {
		{ "7", "7" }, { " 007 ", "7" }, { "-5", "-5" },
		{ "100", "100" }, { "-6", "!out_of_range" },
		{ "101", "!out_of_range" }, { "1.5", "!invalid_integer" },
		{ "x", "!invalid_integer" }, { "", "(null)" },
		{ "99999999999999999999", "!invalid_integer" },
	};

	expect_all(f, t);
	cr_expect_str_eq(checked(&any, "9223372036854775807", 19),
	    "9223372036854775807");
}

Test(field, boolean_accepts_common_words)
{
	static const struct field	 f = { .name = "f", .kind = KIND_BOOL };
	static const struct row		 t[] = {
		{ "yes", "t" }, { "on", "t" }, { "0", "f" }, { "False", "f" },
		{ "", "(null)" }, { "2", "!invalid_boolean" },
		{ "nope", "!invalid_boolean" },
	};

	expect_all(f, t);
}

Test(field, email_address_is_checked)
{
	static const struct field	 f = { .name = "f", .kind = KIND_EMAIL,
					    .max = 254 };
	static const struct row		 t[] = {
		{ "Ana@Example.ORG", "ana@example.org" },
		{ " a@b.co ", "a@b.co" },
		{ "first.last+tag@sub.example.org",
		  "first.last+tag@sub.example.org" },
		{ "o'hara@example.org", "o'hara@example.org" },
		{ "j\xc3\xb6rg@m\xc3\xbcller.de",
		  "j\xc3\xb6rg@m\xc3\xbcller.de" },
		{ "plain", "!invalid_email" }, { "@b.co", "!invalid_email" },
		{ "a@", "!invalid_email" }, { "a@b", "!invalid_email" },
		{ "a@b.", "!invalid_email" }, { "a@.co", "!invalid_email" },
		{ "a@b..co", "!invalid_email" },
		{ ".a@b.co", "!invalid_email" },
		{ "a.@b.co", "!invalid_email" },
		{ "a..b@c.co", "!invalid_email" },
		{ "a@b@c.co", "!invalid_email" },
		{ "a b@c.co", "!invalid_email" },
		{ "a@-b.co", "!invalid_email" },
		{ "a@b-.co", "!invalid_email" },
		{ "a@b.co-", "!invalid_email" },
		{ "a@b_c.co", "!invalid_email" },
		{ "<a@b.co>", "!invalid_email" },
		{ "a@b.co\r\nBcc: x@y.z", "!invalid_email" },
	};
	char	 longest[300];

	expect_all(f, t);
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + 64, "@b.co", 6);
	cr_expect_str_eq(checked(&f, longest, 69), longest);
	memset(longest, 'a', sizeof(longest));
	memcpy(longest + 65, "@b.co", 6);
	cr_expect_str_eq(checked(&f, longest, 70), "!invalid_email");
	memset(longest, 'a', sizeof(longest));
	cr_expect_str_eq(checked(&f, longest, 255), "!too_long");
}

Test(field, phone_number_is_normalised_to_e164)
{
	static const struct field	 f = { .name = "f", .kind = KIND_PHONE,
					    .max = 32 };
	static const struct row		 t[] = {
		{ "919-555-1234", "+19195551234" },
		{ "(919) 555.1234", "+19195551234" },
		{ "1 919 555 1234", "+19195551234" },
		{ "+1 919 555 1234", "+19195551234" },
		{ "+49 30 1234567", "+49301234567" },
		/* not in the North American plan: kept unchanged */
		{ "119-555-1234", "119-555-1234" },
		{ "919-155-1234", "919-155-1234" },
		{ "555-1234", "555-1234" },
		{ "919-555-1234 ext 5", "919-555-1234 ext 5" },
		{ "+0 30 1234567", "+0 30 1234567" },
		{ "+1234567890123456", "+1234567890123456" },
		{ "++19195551234", "++19195551234" },
		{ "1+9195551234", "1+9195551234" },
		{ "(999) 555-1234", "(999) 555-1234" },
		{ "911-555-1234", "911-555-1234" },
		{ "919-911-1234", "919-911-1234" },
		{ "000-000-0000", "000-000-0000" },
		{ "2222222222", "2222222222" },
		{ "n/a", "n/a" },
		{ "", "(null)" },
		{ "123456789012345678901234567890123", "!too_long" },
	};

	expect_all(f, t);
}

Test(field, state_is_normalised_to_its_code)
{
	static const struct field	 f = { .name = "f", .kind = KIND_STATE,
					    .max = 32 };
	static const struct row		 t[] = {
		{ "GA", "GA" },
		{ "ga", "GA" },
		{ " Georgia ", "GA" },
		{ "north  CAROLINA", "NC" },
		{ "D.C.", "DC" },
		{ "Virginia", "VA" },
		{ "West Virginia", "WV" },
		/* not a state: kept unchanged */
		{ "Georgian", "Georgian" },
		{ "qq", "qq" },
		{ "", "(null)" },
	};

	expect_all(f, t);
}

Test(field, zip_code_is_normalised)
{
	static const struct field	 f = { .name = "f", .kind = KIND_ZIP,
					    .max = 20 };
	static const struct row		 t[] = {
		{ "27601", "27601" }, { "27601-1234", "27601-1234" },
		{ "276011234", "27601-1234" }, { "", "(null)" },
		{ "SW1A 1AA", "SW1A 1AA" },
		{ "123456789012345678901", "!too_long" },
	};

	expect_all(f, t);
}

Test(field, date_must_be_a_calendar_date)
{
	static const struct field	 f = { .name = "f", .kind = KIND_DATE };
	static const struct row		 t[] = {
		{ "2026-01-31", "2026-01-31" }, { "2024-02-29", "2024-02-29" },
		{ "2000-02-29", "2000-02-29" }, { "9999-12-31", "9999-12-31" },
		{ "0001-01-01", "0001-01-01" },
		{ "2023-02-29", "!invalid_date" },
		{ "1900-02-29", "!invalid_date" },
		{ "2026-04-31", "!invalid_date" },
		{ "2026-13-01", "!invalid_date" },
		{ "2026-00-10", "!invalid_date" },
		{ "2026-01-00", "!invalid_date" },
		{ "0000-01-01", "!invalid_date" },
		{ "2026-1-1", "!invalid_date" },
		{ "01/31/2026", "!invalid_date" },
		{ "2026-01-31T00:00:00Z", "!invalid_date" },
		{ "2026-01-3x", "!invalid_date" }, { "now", "!invalid_date" },
		{ "infinity", "!invalid_date" }, { "", "(null)" },
	};

	expect_all(f, t);
}

Test(field, time_is_read_with_its_offset)
{
	static const struct field	 f = { .name = "f", .kind = KIND_TIME };
	static const struct row		 t[] = {
		{ "2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z" },
		{ "2026-01-31t09:30:00z", "2026-01-31T09:30:00Z" },
		{ "2026-01-31 09:30:00", "2026-01-31T09:30:00Z" },
		{ "2026-01-31T09:30:00.123456Z",
		  "2026-01-31T09:30:00.123456Z" },
		{ "2026-01-31T09:30:00+02:00", "2026-01-31T09:30:00+02:00" },
		{ "2026-01-31T09:30:00 02:00", "2026-01-31T09:30:00+02:00" },
		{ "2026-01-31T09:30:00-05:30", "2026-01-31T09:30:00-05:30" },
		{ "2026-01-31 09:30:00.5+00", "2026-01-31T09:30:00.5+00:00" },
		{ "2026-01-31", "2026-01-31T00:00:00Z" },
		{ "2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z" },
		{ "2026-01-31T24:00:00Z", "!invalid_time" },
		{ "2026-01-31T09:60:00Z", "!invalid_time" },
		{ "2026-01-31T09:30:61Z", "!invalid_time" },
		{ "2026-01-31T09:30Z", "!invalid_time" },
		{ "2026-02-30T09:30:00Z", "!invalid_time" },
		{ "2026-01-31T09:30:00.Z", "!invalid_time" },
		{ "2026-01-31T09:30:00+2", "!invalid_time" },
		{ "2026-01-31T09:30:00+99:00", "!invalid_time" },
		{ "2026-01-31T09:30:00Z Z", "!invalid_time" },
		{ "2026-01-31X09:30:00Z", "!invalid_time" },
		{ "yesterday", "!invalid_time" },
		{ "1769851800", "!invalid_time" },
	};

	expect_all(f, t);
}

Test(field, past_flag_refuses_future_dates_and_times)
{
	static const struct field	 day = { .name = "f",
					    .kind = KIND_DATE,
					    .flags = F_PAST };
	static const struct field	 when = { .name = "f",
					    .kind = KIND_TIME,
					    .flags = F_PAST };
	char				 today[11];

	date_today(today);
	cr_expect_str_eq(checked(&day, today, 10), today);
	cr_expect_str_eq(checked(&day, "9999-01-01", 10), "!in_the_future");
	cr_expect_str_eq(checked(&when, "9999-01-01T00:00:00Z", 20),
	    "!in_the_future");
	cr_expect_str_eq(checked(&when, "2020-01-01T00:00:00Z", 20),
	    "2020-01-01T00:00:00Z");
}

Test(field, choice_ignores_case)
{
	static const struct field	 f = { .name = "f",
					    .kind = KIND_CHOICE,
					    .choices = voter_statuses };
	static const struct row		 t[] = {
		{ "Active", "Active" }, { "aCTIVE", "Active" },
		{ "", "(null)" }, { "Dead", "!invalid_choice" },
		{ "Activ", "!invalid_choice" },
	};

	expect_all(f, t);
	checked(&f, "Dead", 4);
	cr_expect(strstr(e.field[0].msg, "Inactive") != NULL, "%s",
	    e.field[0].msg);
}

Test(field, url_is_checked)
{
	static const struct field	 f = { .name = "f", .kind = KIND_URL,
					    .max = 60 };
	static const struct row		 t[] = {
		{ "https://example.org/a?b=c#d",
		  "https://example.org/a?b=c#d" },
		{ "HTTP://example.org", "HTTP://example.org" },
		{ "https://example.org/@user", "https://example.org/@user" },
		{ "ftp://example.org", "!invalid_url" },
		{ "javascript:alert(1)", "!invalid_url" },
		{ "//example.org", "!invalid_url" },
		{ "https://", "!invalid_url" },
		{ "https:///a", "!invalid_url" },
		{ "https://user@example.org", "!invalid_url" },
		{ "https://good.org\\@evil.org", "!invalid_url" },
		{ "https://a b.org", "!invalid_url" },
		{ "https://a.org/\"onload", "!invalid_url" },
		{ "https://a.org/<b>", "!invalid_url" },
		{ "https://a.org\r\nSet-Cookie: x", "!invalid_url" },
	};

	expect_all(f, t);
}

Test(field, blank_value_is_null_for_every_kind)
{
	for (int k = 0; k < KIND__MAX; k++) {
		const struct field	 f = { .name = "f",
					    .kind = (enum kind)k };

		cr_expect_str_eq(checked(&f, " \t", 2), "(null)", "kind %d",
		    k);
	}
}

Test(rec, missing_required_fields_are_reported)
{
	struct rec	 r;
	struct err	 bad = { 0 };

	rec_init(&r, &voter_schema, &a);
	cr_expect_eq(rec_require(&r, true, &bad), -1);
	cr_expect_eq(bad.nfields, 2);
	cr_expect_str_eq(bad.field[0].name, "first_name");
	cr_expect_str_eq(bad.field[1].name, "last_name");
	cr_expect(err_only_missing(&bad));
	err_clear(&bad);
	cr_expect_eq(rec_require(&r, false, &bad), 0);
	rec_put(&r, VOTER_last_name, NULL);
	rec_put(&r, VOTER_engagement_score, NULL);
	rec_put(&r, VOTER_city, NULL);
	cr_expect_eq(rec_require(&r, false, &bad), -1);
	cr_expect_eq(bad.nfields, 2, "a city may be null");
	arena_release(&a);
}

Test(rec, a_bad_field_is_not_also_reported_as_missing)
{
	struct rec	 r;
	struct err	 bad = { 0 };

	rec_init(&r, &voter_schema, &a);
	rec_put(&r, VOTER_last_name, "Li");
	err_field(&bad, "first_name", "too_long", "x");
	cr_expect_eq(rec_require(&r, true, &bad), 0);
	cr_expect_eq(bad.nfields, 1);
	arena_release(&a);
}

/* Rules that hold for every schema, whichever columns are added. */
Test(schema, fields_are_consistent)
{
	static const struct schema *const all[] = {
		&voter_schema, &campaign_schema, &signup_schema
	};

	for (size_t k = 0; k < ARRAY_LEN(all); k++) {
		const struct schema	*s = all[k];

		cr_expect_leq(s->n, REC_MAX);
		for (size_t i = 0; i < s->n; i++) {
			const struct field	*f = &s->field[i];

			cr_expect_eq(schema_find(s, f->name, strlen(f->name)),
			    (int)i, "%s is listed twice", f->name);
			cr_expect((f->kind == KIND_CHOICE) ==
			    (f->choices != NULL), "%s", f->name);
			cr_expect(f->max > 0 || (f->kind != KIND_TEXT &&
			    f->kind != KIND_EMAIL && f->kind != KIND_PHONE &&
			    f->kind != KIND_ZIP && f->kind != KIND_URL) ||
			    strcmp(f->name, "website") == 0,
			    "%s has no limit", f->name);
			cr_expect_lt(strlen(f->name),
			    sizeof(e.field[0].name));
		}
	}
	cr_expect_str_eq(voter_schema.field[0].name, voter_schema.key);
	cr_expect_str_eq(campaign_schema.field[0].name, campaign_schema.key);
	cr_expect_eq(schema_find(&voter_schema, "nothing", 7), -1);
	cr_expect_eq(schema_find(&voter_schema, "last_name_x", 9), 7 - 4);
	cr_expect_eq(schema_find(&voter_schema, "last_nam", 8), -1);
}

/* An alias must not stand for two columns. */
Test(schema, voter_aliases_are_unique)
{
	const struct schema	*s = &voter_schema;

	for (size_t i = 0; i < s->n; i++) {
		const char	*p = s->field[i].aliases;

		while (p != NULL && *p != '\0') {
			size_t	 n = strcspn(p, " ");

			for (size_t k = i + 1; k < s->n; k++) {
				const char	*q = s->field[k].aliases;

				while (q != NULL && *q != '\0') {
					size_t	 m = strcspn(q, " ");

					cr_expect(n != m ||
					    memcmp(p, q, n) != 0,
					    "%.*s: %s and %s", (int)n, p,
					    s->field[i].name,
					    s->field[k].name);
					q += m + strspn(q + m, " ");
				}
			}
			p += n + strspn(p + n, " ");
		}
	}
	cr_assert_eq(s->n, VOTER__MAX);
}
