/* One-time codes with the vectors of RFC 4226 and RFC 6238; encryption. */
#include <criterion/criterion.h>

#include "access/seal.h"
#include "access/totp.h"

static const unsigned char	 secret[] = "12345678901234567890";
#define N	(sizeof(secret) - 1)

/* RFC 6238 appendix B, SHA-1, eight digits. */
static const struct { int64_t time; uint32_t code; } vectors[] = {
	{ 59, 94287082 },
	{ 1111111109, 7081804 },
	{ 1111111111, 14050471 },
	{ 1234567890, 89005924 },
	{ 2000000000, 69279037 },
	{ INT64_C(20000000000), 65353130 },
};

Test(totp, codes_are_those_of_rfc_6238)
{
	for (size_t i = 0; i < ARRAY_LEN(vectors); i++)
		cr_expect_eq(totp_code(secret, N,
		    (uint64_t)vectors[i].time / TOTP_PERIOD, 8),
		    vectors[i].code, "at %lld", (long long)vectors[i].time);
}

/* RFC 4226 appendix D. */
Test(totp, codes_are_those_of_rfc_4226)
{
	static const uint32_t	 codes[] = { 755224, 287082, 359152, 969429,
				    338314, 254676, 287922, 162583, 399871,
				    520489 };

	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		cr_expect_eq(totp_code(secret, N, i, 6), codes[i]);
}

Test(totp, one_step_of_drift_is_allowed_each_way)
{
	int64_t	 step = 1111111109 / TOTP_PERIOD;

	cr_expect_eq(totp_step(secret, N, "081804", 1111111109), step);
	cr_expect_eq(totp_step(secret, N, "081804", 1111111109 + 30), step);
	cr_expect_eq(totp_step(secret, N, "081804", 1111111109 - 30), step);
	cr_expect_eq(totp_step(secret, N, "081804", 1111111109 + 60), -1);
	cr_expect_eq(totp_step(secret, N, "081804", 1111111109 - 60), -1);
	cr_expect_eq(totp_step(secret, N, "081805", 1111111109), -1);
	cr_expect_eq(totp_step(secret, N, "81804", 1111111109), -1);
	cr_expect_eq(totp_step(secret, N, "0818040", 1111111109), -1);
	cr_expect_eq(totp_step(secret, N, " 81804", 1111111109), -1);
	cr_expect_eq(totp_step(secret, N, "", 1111111109), -1);
}

/* RFC 4648 section 10, without padding. */
Test(totp, secrets_are_base32)
{
	static const struct { const char *text, *base32; } rows[] = {
		{ "", "" }, { "f", "MY" }, { "fo", "MZXQ" },
		{ "foo", "MZXW6" }, { "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" }, { "foobar", "MZXW6YTBOI" },
		{ "12345678901234567890", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" },
	};
	char	 out[TOTP_BASE32];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		totp_base32((const unsigned char *)rows[i].text,
		    strlen(rows[i].text), out);
		cr_expect_str_eq(out, rows[i].base32);
	}
}

Test(totp, recovery_codes_ignore_case_and_separators)
{
	char	 a[TOTP_RECOVERY_TEXT], b[TOTP_RECOVERY_TEXT];
	char	 hash[TOTP_HASH], other[TOTP_HASH];

	cr_assert(totp_recovery(a) && totp_recovery(b));
	cr_expect_str_neq(a, b);
	cr_expect_eq(strlen(a), (size_t)19);
	cr_expect(totp_recovery_hash(a, hash));
	cr_expect(totp_recovery_hash(b, other));
	cr_expect_str_neq(hash, other);
	cr_expect(totp_recovery_hash("abcd-efgh-ijkl-mnop", hash));
	cr_expect(totp_recovery_hash("ABCDEFGH IJKLMNOP ", other));
	cr_expect_str_eq(hash, other);
	cr_expect_not(totp_recovery_hash("123456", hash));
	cr_expect_not(totp_recovery_hash("abcd-efgh-ijkl-mnopq", hash));
	cr_expect_not(totp_recovery_hash("", hash));
}

Test(seal, only_the_same_key_decrypts)
{
	unsigned char	 key[SEAL_KEY], other[SEAL_KEY], *sealed;
	struct arena	 a = { 0 };
	size_t		 n = 0;
	char		*text;

	seal_key("one", key);
	seal_key("two", other);
	cr_assert_not_null(sealed = seal(&a, key, "secret", 6));
	cr_expect_not_null(text = unseal(&a, key, sealed, 6 + SEAL_EXTRA,
	    &n));
	cr_expect_eq(n, (size_t)6);
	cr_expect_str_eq(text, "secret");
	cr_expect_null(unseal(&a, other, sealed, 6 + SEAL_EXTRA, &n));
	cr_expect_null(unseal(&a, key, sealed, 5 + SEAL_EXTRA, &n));
	cr_expect_null(unseal(&a, key, sealed, 3, &n));
	sealed[14] ^= 1;
	cr_expect_null(unseal(&a, key, sealed, 6 + SEAL_EXTRA, &n));
	arena_release(&a);
}
