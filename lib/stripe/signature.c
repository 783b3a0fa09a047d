/*
 * Verification of the Stripe-Signature header.  event.c stores what was signed.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "core/text.h"
#include "signature.h"

#define DIGEST		32
#define HEX		(DIGEST * 2)
#define SIGNED_MAX	16	/* v1 entries that are read */

/* The parsed header. */
struct parts {
	const char	*time;		/* the text of t, which is signed */
	size_t		 time_len;
	int64_t		 at;		/* the same as a number */
	unsigned char	 mac[SIGNED_MAX][DIGEST];
	size_t		 n;
};

static bool
unhex(const char *s, size_t n, unsigned char *out)
{
	int	 high, low;

	if (n != HEX)
		return false;
	for (size_t i = 0; i < DIGEST; i++) {
		high = text_hex_digit(s[2 * i]);
		low = text_hex_digit(s[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/*
 * Parse the header.  Schemes other than v1 are ignored, as Stripe's
 * documentation requires.  False if there is not exactly one t, or no v1.
 */
static bool
split(const char *header, struct parts *p)
{
	const char	*at = header;
	size_t		 n;

	memset(p, 0, sizeof(*p));
	for (; *at != '\0'; at += n + (at[n] == ',')) {
		at += strspn(at, " \t");
		n = strcspn(at, ",");
		if (n > 2 && memcmp(at, "t=", 2) == 0) {
			if (p->time != NULL ||
			    !text_int64(at + 2, n - 2, &p->at))
				return false;
			p->time = at + 2;
			p->time_len = n - 2;
		} else if (n > 3 && memcmp(at, "v1=", 3) == 0 &&
		    p->n < SIGNED_MAX && unhex(at + 3, n - 3, p->mac[p->n])) {
			p->n++;
		}
	}
	return p->time != NULL && p->n > 0;
}

/* Compute HMAC-SHA256 of "<t>.<body>" without copying the body. */
static bool
sign(const struct parts *p, const void *body, size_t n, const char *secret,
    unsigned char out[DIGEST])
{
	EVP_PKEY	*key = NULL;
	EVP_MD_CTX	*ctx = NULL;
	size_t		 len = DIGEST;
	bool		 done;

	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL,
	    (const unsigned char *)secret, strlen(secret));
	ctx = EVP_MD_CTX_new();
	done = key != NULL && ctx != NULL &&
	    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	    EVP_DigestSignUpdate(ctx, p->time, p->time_len) == 1 &&
	    EVP_DigestSignUpdate(ctx, ".", 1) == 1 &&
	    EVP_DigestSignUpdate(ctx, body, n) == 1 &&
	    EVP_DigestSignFinal(ctx, out, &len) == 1 && len == DIGEST;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return done;
}

enum signature
signature_check(const char *header, const void *body, size_t n,
    const struct cfg_list *secrets, time_t now)
{
	struct parts	 p;
	unsigned char	 mac[DIGEST];
	bool		 good = false;

	if (header == NULL || !split(header, &p))
		return SIGNATURE_MISSING;
	for (size_t i = 0; i < secrets->n; i++) {
		if (!sign(&p, body, n, secrets->word[i], mac))
			continue;
		for (size_t k = 0; k < p.n; k++)
			good |= CRYPTO_memcmp(mac, p.mac[k], DIGEST) == 0;
	}
	OPENSSL_cleanse(mac, sizeof(mac));
	if (!good)
		return SIGNATURE_WRONG;
	if (p.at < (int64_t)now - SIGNATURE_TOLERANCE ||
	    p.at > (int64_t)now + SIGNATURE_TOLERANCE)
		return SIGNATURE_OLD;
	return SIGNATURE_GOOD;
}
