/* Bearer tokens. */
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "core/text.h"
#include "token.h"

bool
token_hash(const char *token, char out[TOKEN_HASH])
{
	unsigned char	 digest[SHA256_DIGEST_LENGTH];
	size_t		 n = strlen(token);

	/* RFC 6750 section 2.1: b64token */
	if (n < 20 || n > TOKEN_MAX || token[strspn(token,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "-._~+/=")] != '\0')
		return false;
	SHA256((const unsigned char *)token, n, digest);
	memcpy(out, "\\x", 2);
	text_hex(digest, sizeof(digest), out + 2);
	return true;
}

bool
token_new(char *out)
{
	unsigned char	 random[32];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return false;
	memcpy(out, TOKEN_PREFIX, strlen(TOKEN_PREFIX));
	text_base64url(random, sizeof(random), out + strlen(TOKEN_PREFIX));
	OPENSSL_cleanse(random, sizeof(random));
	return true;
}
