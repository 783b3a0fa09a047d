/*
 * Bearer tokens.
 *
 * SHA-256 comes from libcrypto's low-level functions, although version 3 marks
 * them as deprecated: the newer ones look up a provider and read openssl.cnf
 * first, which takes four fifths of the CPU time of a CGI process.
 */
#define OPENSSL_API_COMPAT	0x10101000L

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "core/text.h"
#include "token.h"

bool
token_hash(const char *token, char out[TOKEN_HASH])
{
	unsigned char	 digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX	 hash;
	size_t		 n = strlen(token);

	/* RFC 6750 section 2.1: b64token */
	if (n < 20 || n > TOKEN_MAX || token[strspn(token,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	    "-._~+/=")] != '\0')
		return false;
	SHA256_Init(&hash);
	SHA256_Update(&hash, token, n);
	SHA256_Final(digest, &hash);
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

int
token_issue(char token[TOKEN_MAX], char hash[TOKEN_HASH], struct err *e)
{
	if (!token_new(token) || !token_hash(token, hash))
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	return 0;
}
