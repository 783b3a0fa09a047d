/* Which new passwords are accepted; that every byte of a password matters. */
#include <criterion/criterion.h>

#include "access/password.h"

/* Check the first n bytes of s, or n times 'x' if s is NULL. */
static int
checked(const char *s, size_t n)
{
	static char	 text[PASSWORD_MAX + 2];
	struct err	 e = { 0 };

	memset(text, 'x', sizeof(text));
	if (s != NULL)
		memcpy(text, s, n);
	text[n] = '\0';
	return password_check("password", text, n, &e);
}

Test(password, has_10_characters_to_1024_bytes)
{
	cr_expect_eq(checked(NULL, 9), -1);
	cr_expect_eq(checked(NULL, 10), 0);
	cr_expect_eq(checked(NULL, 64), 0);
	cr_expect_eq(checked(NULL, 1024), 0);
	cr_expect_eq(checked(NULL, 1025), -1);
	/* Characters are counted, not bytes. */
	cr_expect_eq(checked("\u00e4\u00e4\u00e4\u00e4\u00e4", 10), -1);
}

Test(password, may_contain_any_characters)
{
	static const char *const	 good[] = {
		"aaaaaaaaaa", "0123456789", "          ", "!\"$%&/()=?",
		"\u00fcber den Wolken",
		"\u65e5\u672c\u8a9e \u5408\u8a00\u8449\u3067\u3059\u3088",
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		cr_expect_eq(checked(good[i], strlen(good[i])), 0, "%s",
		    good[i]);
	cr_expect_eq(checked("not\xffUTF-8 text", 14), -1);
}

/* Nothing is cut or folded: every byte, case and white space matter. */
Test(password, matters_to_its_last_byte)
{
	static const char	 phc[] =
	    "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA";
	char			 text[PASSWORD_MAX + 1];
	char			 verifier[PASSWORD_VERIFIER];
	char			 other[PASSWORD_VERIFIER];
	struct err		 e = { 0 };

	memset(text, 'x', sizeof(text));
	cr_assert_eq(password_verifier(phc, text, PASSWORD_MAX, verifier,
	    &e), 0);
	cr_assert_eq(password_verifier(phc, text, PASSWORD_MAX - 1, other, &e),
	    0);
	cr_expect_str_neq(verifier, other);
	for (size_t i = 0; i < PASSWORD_MAX; i += PASSWORD_MAX - 1)
		for (const char *c = "Xy "; *c != '\0'; c++) {
			text[i] = *c;
			cr_assert_eq(password_verifier(phc, text, PASSWORD_MAX,
			    other, &e), 0);
			cr_expect_str_neq(verifier, other);
			text[i] = 'x';
		}
}
