/*
 * Encryption of stored texts with AES-256-GCM.  Which texts are encrypted, and
 * with which key, is decided by the callers: idempotency.c and
 * account/second_factor.c.
 */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include "seal.h"

#define NONCE	12
#define TAG	16

void
seal_key(const char *text, unsigned char key[SEAL_KEY])
{
	SHA256((const unsigned char *)text, strlen(text), key);
}

unsigned char *
seal(struct arena *a, const unsigned char key[SEAL_KEY], const char *p,
    size_t n)
{
	EVP_CIPHER_CTX	*c = EVP_CIPHER_CTX_new();
	unsigned char	*o = arena_alloc(a, NONCE + n + TAG);
	int		 len;
	bool		 done;

	done = c != NULL && getrandom(o, NONCE, 0) == NONCE &&
	    EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, o) == 1 &&
	    EVP_EncryptUpdate(c, o + NONCE, &len,
	    (const unsigned char *)p, (int)n) == 1 &&
	    EVP_EncryptFinal_ex(c, o + NONCE + len, &len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG,
	    o + NONCE + n) == 1;
	EVP_CIPHER_CTX_free(c);
	return done ? o : NULL;
}

char *
unseal(struct arena *a, const unsigned char key[SEAL_KEY],
    const unsigned char *p, size_t n, size_t *out_len)
{
	EVP_CIPHER_CTX	*c;
	unsigned char	*o, tag[TAG];
	int		 len;
	bool		 done;

	if (n < NONCE + TAG || (c = EVP_CIPHER_CTX_new()) == NULL)
		return NULL;
	n -= NONCE + TAG;
	o = arena_alloc(a, n + 1);
	memcpy(tag, p + NONCE + n, TAG);
	done = EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, p) == 1 &&
	    EVP_DecryptUpdate(c, o, &len, p + NONCE, (int)n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, o + len, &len) == 1;
	EVP_CIPHER_CTX_free(c);
	o[n] = '\0';
	*out_len = n;
	return done ? (char *)o : NULL;
}
