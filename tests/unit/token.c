/* Bearer tokens. */
#include <criterion/criterion.h>

#include "access/token.h"

Test(token, is_hashed_with_sha256)
{
	char	 out[TOKEN_HASH];

	cr_assert(token_hash("abcdefghijklmnopqrstuvwxyz", out));
	cr_expect_str_eq(out, "\\x71c480df93d6ae2f1efad1447c66c9525e316218cf51f"
	    "c8d9ed832f2daf18b73");
}

Test(token, refuses_malformed_tokens)
{
	static const char *const bad[] = {
		"", "short", "nineteen-characters",
		"spaces are not allowed here", "quote'in-the-middle-of-it",
		"a-line-break-at-the-end\n",
		"caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9-caf\xc3\xa9",
	};
	char	 out[TOKEN_HASH], longest[TOKEN_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		cr_expect(!token_hash(bad[i], out), "%s", bad[i]);
	memset(longest, 'a', sizeof(longest));
	longest[TOKEN_MAX] = '\0';
	cr_expect(token_hash(longest, out));
	longest[TOKEN_MAX] = 'a';
	longest[TOKEN_MAX + 1] = '\0';
	cr_expect(!token_hash(longest, out));
}

Test(token, new_tokens_differ_and_are_well_formed)
{
	char	 a[TOKEN_MAX], b[TOKEN_MAX], out[TOKEN_HASH];

	cr_assert(token_new(a) && token_new(b));
	cr_expect_str_neq(a, b);
	cr_expect_eq(strlen(a), 3 + 43);
	cr_expect_eq(strncmp(a, TOKEN_PREFIX, 3), 0);
	cr_expect(token_hash(a, out));
}

Test(token, is_issued_with_its_hash)
{
	char		 token[TOKEN_MAX], hash[TOKEN_HASH], again[TOKEN_HASH];
	struct err	 e = { 0 };

	cr_assert_eq(token_issue(token, hash, &e), 0);
	cr_assert(token_hash(token, again));
	cr_expect_str_eq(hash, again);
	cr_expect_eq(strncmp(token, TOKEN_PREFIX, strlen(TOKEN_PREFIX)), 0);
}
