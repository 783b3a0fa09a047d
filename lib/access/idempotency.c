/*
 * The store of responses by Idempotency-Key: keys, hashes of requests, sealed
 * responses.  http/replay.c decides when to claim a key and when to store.
 */
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "core/text.h"
#include "idempotency.h"

#define ANSWER_MAX	(33 * 1024 * 1024)	/* bytes of a stored response */

static const char sql_claim[] =
    "SELECT state, request_hash, answer, wait"
    " FROM cerberus.idempotency_claim($1, $2, $3)";

static const char sql_store[] =
    "SELECT cerberus.idempotency_store($1, $2, $3, $4)";

static void
hex_of(const unsigned char digest[32], char out[IDEM_HASH])
{
	memcpy(out, "\\x", 2);
	text_hex(digest, 32, out + 2);
}

int
idem_init(struct idem *i, struct arena *a, const char *key,
    const char *secret, const char *remote, struct err *e)
{
	unsigned char	 digest[SHA256_DIGEST_LENGTH];
	size_t		 n = strlen(key);
	const char	*text;

	memset(i, 0, sizeof(*i));
	if (n == 0 || n > IDEM_KEY_MAX || text_has_control(key, n, false))
		return err_slug(e, ERR_MALFORMED, "invalid_idempotency_key",
		    "Idempotency-Key must have 1 to %d characters, none of "
		    "them a control character.", IDEM_KEY_MAX);
	i->arena = a;
	i->remote = remote;
	SHA256((const unsigned char *)key, n, digest);
	hex_of(digest, i->key_hash);
	text = arena_printf(a, "cerberus answer\n%s\n%s",
	    secret != NULL ? secret : "", key);
	seal_key(text, i->seal);
	if ((i->digest = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(i->digest, EVP_sha256(), NULL) != 1)
		return err_detail(e, ERR_INTERNAL, "EVP_DigestInit_ex");
	return 0;
}

void
idem_release(struct idem *i)
{
	EVP_MD_CTX_free(i->digest);
	i->digest = NULL;
	OPENSSL_cleanse(i->seal, sizeof(i->seal));
}

void
idem_add(struct idem *i, const char *text)
{
	/* The NUL separates: "a", "bc" must differ from "ab", "c". */
	EVP_DigestUpdate(i->digest, text, strlen(text) + 1);
}

void
idem_add_bytes(void *ctx, const void *p, size_t n)
{
	struct idem	*i = ctx;

	EVP_DigestUpdate(i->digest, p, n);
}

void
idem_complete(struct idem *i)
{
	unsigned char	 digest[EVP_MAX_MD_SIZE];

	EVP_DigestFinal_ex(i->digest, digest, NULL);
	hex_of(digest, i->request_hash);
	i->complete = true;
}

/*
 * Parse a stored response: status, type, etag and head, each followed by a NUL,
 * then the body.
 */
static bool
unpack(char *p, size_t n, struct idem_answer *a)
{
	const char	*end = p + n;
	const char	*part[4];
	int64_t		 status;

	for (size_t k = 0; k < ARRAY_LEN(part); k++) {
		part[k] = p;
		p += strlen(p) + 1;
		if (p > end)
			return false;
	}
	if (!text_int64(part[0], strlen(part[0]), &status))
		return false;
	*a = (struct idem_answer){
		.status = (int)status, .type = part[1], .etag = part[2],
		.head = part[3], .body = p, .len = (size_t)(end - p),
	};
	return true;
}

/* Decrypt the stored response of the row. */
static int
open_answer(struct idem *i, const struct rows *r, struct idem_answer *a,
    const char **request_hash, struct err *e)
{
	const unsigned char	*sealed;
	char			*plain = NULL;
	size_t			 n;

	sealed = rows_bytea(r, 0, "answer", i->arena, &n);
	if (sealed != NULL)
		plain = unseal(i->arena, i->seal, sealed, n, &n);
	if (plain == NULL || !unpack(plain, n, a))
		return err_detail(e, ERR_INTERNAL, "a stored response cannot "
		    "be decrypted; was [cerberus] secret_key changed?");
	*request_hash = rows_text(r, 0, "request_hash");
	return 1;
}

int
idem_claim(struct idem *i, struct db *db, int seconds,
    struct idem_answer *a, const char **request_hash, struct err *e)
{
	const char	*param[] = { i->remote, i->key_hash,
			    seconds > 0 ? arena_printf(i->arena, "%d",
			    seconds) : NULL };
	const char	*state;
	struct rows	*r;

	if (db_select(db, sql_claim, ARRAY_LEN(param), param, &r, e) != 0)
		return -1;
	state = rows_text(r, 0, "state");
	if (strcmp(state, "answered") == 0)
		return open_answer(i, r, a, request_hash, e);
	if (strcmp(state, "refused") == 0)
		return err_set(e, ERR_FORBIDDEN, "You have lost a role since "
		    "the first request with this Idempotency-Key; its response "
		    "is not sent again.");
	if (strcmp(state, "running") == 0) {
		e->retry_after = (int)rows_int64(r, 0, "wait");
		return err_slug(e, ERR_CONFLICT, "idempotency_in_progress",
		    "The first request with this Idempotency-Key is still "
		    "running.");
	}
	return 0;
}

int
idem_same(const struct idem *i, const char *request_hash, struct err *e)
{
	if (strcmp(i->request_hash, request_hash) == 0)
		return 0;
	return err_slug(e, ERR_UNPROCESSABLE, "idempotency_mismatch",
	    "This Idempotency-Key was used with another request.");
}

/* Append what unpack() reads. */
static void
pack(struct buf *b, const struct idem_answer *a)
{
	buf_addf(b, "%d", a->status);
	buf_addc(b, '\0');
	buf_add(b, a->type, strlen(a->type) + 1);
	buf_add(b, a->etag, strlen(a->etag) + 1);
	buf_add(b, a->head, strlen(a->head) + 1);
	buf_add(b, a->body, a->len);
}

/*
 * Return the response encrypted, as PostgreSQL reads a bytea, in the arena;
 * NULL if it is too large or OpenSSL fails.
 */
static const char *
seal_answer(struct idem *i, const struct idem_answer *a)
{
	struct buf	 b;
	unsigned char	*sealed = NULL;
	char		*hex = NULL;

	buf_init(&b, ANSWER_MAX);
	pack(&b, a);
	if (!b.failed)
		sealed = seal(i->arena, i->seal, b.data, b.len);
	if (sealed != NULL) {
		hex = arena_alloc(i->arena, 2 * (b.len + SEAL_EXTRA) + 3);
		memcpy(hex, "\\x", 2);
		text_hex(sealed, b.len + SEAL_EXTRA, hex + 2);
	}
	if (b.data != NULL)
		OPENSSL_cleanse(b.data, b.len);
	buf_release(&b);
	return hex;
}

int
idem_store(struct idem *i, struct db *db, const struct idem_answer *a,
    struct err *e)
{
	const char	*param[4] = { i->remote, i->key_hash };
	struct rows	*r;

	if (a != NULL) {
		param[2] = i->request_hash;
		param[3] = seal_answer(i, a);
		if (param[3] == NULL)
			return err_detail(e, ERR_INTERNAL,
			    "cannot encrypt the response");
	}
	return db_select(db, sql_store, ARRAY_LEN(param), param, &r, e);
}
