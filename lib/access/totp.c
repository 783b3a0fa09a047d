/*
 * Time-based one-time passwords (RFC 6238), and recovery codes.  The endpoints
 * and the encryption of secrets are in account/second_factor.c.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "core/text.h"
#include "totp.h"

#define DIGITS		6
#define RECOVERY_BYTES	10	/* of a code: 16 characters of base32 */

bool
totp_secret(unsigned char out[TOTP_SECRET])
{
	return getrandom(out, TOTP_SECRET, 0) == TOTP_SECRET;
}

void
totp_base32(const unsigned char *p, size_t n, char *out)
{
	static const char	 digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned		 bits = 0, held = 0;

	for (size_t i = 0; i < n; i++) {
		held = held << 8 | p[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*out++ = digits[held >> (bits - 5) & 31];
	}
	if (bits > 0)
		*out++ = digits[held << (5 - bits) & 31];
	*out = '\0';
}

uint32_t
totp_code(const unsigned char *secret, size_t n, uint64_t step,
    unsigned digits)
{
	unsigned char	 counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned	 len = 0, at;
	uint32_t	 code, limit = 1;

	for (int i = 7; i >= 0; i--, step >>= 8)
		counter[i] = (unsigned char)(step & 0xff);
	if (HMAC(EVP_sha1(), secret, (int)n, counter, sizeof(counter), mac,
	    &len) == NULL)
		return UINT32_MAX;
	at = mac[len - 1] & 0x0f;
	code = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
	    (uint32_t)mac[at + 2] << 8 | mac[at + 3];
	for (unsigned i = 0; i < digits; i++)
		limit *= 10;
	return code % limit;
}

int64_t
totp_step(const unsigned char *secret, size_t n, const char *code,
    int64_t now)
{
	int64_t	 step = now / TOTP_PERIOD, found = -1;
	char	 text[16];

	if (strlen(code) != DIGITS || strspn(code, "0123456789") != DIGITS)
		return -1;
	/* Compare all three, so that the time does not depend on the match. */
	for (int64_t s = step - 1; s <= step + 1; s++) {
		snprintf(text, sizeof(text), "%06u", totp_code(secret, n,
		    (uint64_t)s, DIGITS));
		if (CRYPTO_memcmp(text, code, DIGITS) == 0)
			found = s;
	}
	return found;
}

bool
totp_recovery(char out[TOTP_RECOVERY_TEXT])
{
	unsigned char	 random[RECOVERY_BYTES];
	char		 text[RECOVERY_BYTES * 8 / 5 + 1];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	totp_base32(random, sizeof(random), text);
	text_lower(text, strlen(text));
	snprintf(out, TOTP_RECOVERY_TEXT, "%.4s-%.4s-%.4s-%.4s", text,
	    text + 4, text + 8, text + 12);
	OPENSSL_cleanse(random, sizeof(random));
	OPENSSL_cleanse(text, sizeof(text));
	return true;
}

bool
totp_recovery_hash(const char *code, char out[TOTP_HASH])
{
	unsigned char	 digest[SHA256_DIGEST_LENGTH];
	char		 text[RECOVERY_BYTES * 8 / 5 + 1];
	size_t		 n = 0;

	for (; *code != '\0'; code++) {
		if (*code == '-' || *code == ' ')
			continue;
		if (n == sizeof(text) - 1)
			return false;
		text[n++] = *code;
	}
	if (n != sizeof(text) - 1)
		return false;
	text[n] = '\0';
	text_lower(text, n);
	SHA256((const unsigned char *)text, n, digest);
	memcpy(out, "\\x", 2);
	text_hex(digest, sizeof(digest), out + 2);
	OPENSSL_cleanse(text, sizeof(text));
	return true;
}
