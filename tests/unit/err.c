/* Errors, and the table of what responses say about them. */
#include <criterion/criterion.h>

#include "core/err.h"

/* Each code has a row: an error status, a unique slug, a title. */
Test(err, every_code_has_a_row)
{
	static const int	 allowed[] = { 400, 401, 402, 403, 404, 405,
				    406, 408, 409, 411, 412, 413, 415, 422,
				    429, 500, 502, 503 };
	bool			 met[ARRAY_LEN(allowed)] = { false };

	for (int c = ERR_NONE + 1; c < ERR__MAX; c++) {
		const struct err_kind	*k = err_kind((enum err_code)c);
		bool			 known = false;

		for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
			if (allowed[i] == k->status)
				known = met[i] = true;
		cr_expect(known, "code %d has status %d", c, k->status);
		cr_assert(k->slug != NULL && k->title != NULL, "%d", c);
		cr_expect_eq(k->slug[strspn(k->slug,
		    "abcdefghijklmnopqrstuvwxyz_")], '\0', "%s", k->slug);
		cr_expect(k->title[0] >= 'A' && k->title[0] <= 'Z');
		for (int d = ERR_NONE; d < c; d++)
			cr_expect_str_neq(err_kind((enum err_code)d)->slug,
			    k->slug);
	}
	for (size_t i = 0; i < ARRAY_LEN(allowed); i++)
		cr_expect(met[i], "no code answers %d", allowed[i]);
	cr_expect_eq(err_kind(ERR_NONE)->status, 200);
}

Test(err, a_code_out_of_range_is_internal)
{
	cr_expect_eq(err_kind((enum err_code)99)->status, 500);
}

Test(err, setters_return_minus_one)
{
	struct err	 e = { 0 };

	cr_expect_eq(err_set(&e, ERR_CONFLICT, "%d rows", 3), -1);
	cr_expect_eq(e.code, ERR_CONFLICT);
	cr_expect_str_eq(e.msg, "3 rows");
	cr_expect_eq(err_slug(&e, ERR_RATE, "slow", "Slow down."), -1);
	cr_expect_str_eq(e.slug, "slow");
	cr_expect_eq(err_set(&e, ERR_CONFLICT, "x"), -1);
	cr_expect(e.slug == NULL);
}

Test(err, detail_keeps_the_first_code_and_drops_line_breaks_at_its_end)
{
	struct err	 e = { 0 };

	err_set(&e, ERR_CONFLICT, "taken");
	cr_expect_eq(err_detail(&e, ERR_INTERNAL, "words\n\n"), -1);
	cr_expect_eq(e.code, ERR_CONFLICT);
	cr_expect_str_eq(e.detail, "words");
	cr_expect_str_eq(e.msg, "taken");
}

Test(err, keeps_every_bad_field_up_to_the_limit)
{
	struct err	 e = { 0 };

	cr_expect(!err_only_missing(&e));
	for (int i = 0; i < ERR_FIELDS + 10; i++)
		cr_expect_eq(err_field(&e, "last_name", "required",
		    "last_name is required."), -1);
	cr_expect_eq(e.nfields, ERR_FIELDS);
	cr_expect_eq(e.code, ERR_INVALID);
	cr_expect(err_only_missing(&e));
	err_clear(&e);
	err_field(&e, "a", "required", "x");
	err_field(&e, "b", "too_long", "x");
	cr_expect(!err_only_missing(&e));
}

Test(err, long_texts_are_cut)
{
	struct err	 e = { 0 };
	char		 text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&e, ERR_INVALID, "%s", text);
	err_detail(&e, ERR_INVALID, "%s", text);
	err_field(&e, text, "required", "%s", text);
	cr_expect_eq(strlen(e.msg), sizeof(e.msg) - 1);
	cr_expect_eq(strlen(e.detail), sizeof(e.detail) - 1);
	cr_expect_eq(strlen(e.field[0].name), sizeof(e.field[0].name) - 1);
	cr_expect_eq(strlen(e.field[0].msg), sizeof(e.field[0].msg) - 1);
}

Test(err, clear_resets_everything)
{
	struct err	 e = { 0 };

	err_slug(&e, ERR_RATE, "slow", "Slow down.");
	err_detail(&e, ERR_RATE, "bucket");
	err_field(&e, "a", "b", "c");
	e.retry_after = 3;
	err_clear(&e);
	cr_expect_eq(e.code, ERR_NONE);
	cr_expect(e.slug == NULL && e.msg[0] == '\0' && e.detail[0] == '\0');
	cr_expect(e.retry_after == 0 && e.nfields == 0);
}
