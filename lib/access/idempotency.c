/* First answers by Idempotency-Key. */
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "core/text.h"
#include "idempotency.h"

#define ANSWER_MAX	(33 * 1024 * 1024)

static const char sql_claim[] =
    "SELECT state, request_hash, answer, wait"
    " FROM cerberus.idempotency_claim($1, $2, $3)";

static const char sql_store[] =
    "SELECT cerberus.idempotency_store($1, $2, $3, $4)";

static void
hex_of(const unsigned char digest[32], char out[2 + 64 + 1])
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
	/* With its NUL, so that "a" "bc" is not "ab" "c". */
	EVP_DigestUpdate(i->digest, text, strlen(text) + 1);
}

void
idem_tap(void *ctx, const void *p, size_t n)
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

/* "201", type, etag, head, each with its NUL, then the body. */
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

/* The first answer, as the database has it. */
static int
open_answer(struct idem *i, const PGresult *res, struct idem_answer *a,
    const char **request_hash, struct err *e)
{
	unsigned char	*raw;
	char		*plain;
	size_t		 n;
	int		 rc = 1;

	*request_hash = arena_strdup(i->arena, PQgetvalue(res, 0, 1));
	raw = PQunescapeBytea((unsigned char *)PQgetvalue(res, 0, 2), &n);
	plain = raw == NULL ? NULL : unseal(i->arena, i->seal, raw, n, &n);
	if (plain == NULL || !unpack(plain, n, a))
		/* Another secret_key since then: nobody can read it. */
		rc = err_detail(e, ERR_INTERNAL, "a stored answer cannot be "
		    "opened; was [cerberus] secret_key changed?");
	PQfreemem(raw);
	return rc;
}

int
idem_claim(struct idem *i, struct db *db, int seconds,
    struct idem_answer *a, const char **request_hash, struct err *e)
{
	const char	*param[] = { i->remote, i->key_hash,
			    seconds > 0 ? arena_printf(i->arena, "%d",
			    seconds) : NULL };
	const char	*state;
	PGresult	*res;
	int		 rc = 0;

	if (db_one(db, sql_claim, ARRAY_LEN(param), param, &res, e) != 0)
		return -1;
	state = PQgetvalue(res, 0, 0);
	if (strcmp(state, "answered") == 0) {
		rc = open_answer(i, res, a, request_hash, e);
	} else if (strcmp(state, "refused") == 0) {
		rc = err_set(e, ERR_FORBIDDEN, "You have lost a role since "
		    "the first request with this Idempotency-Key; its answer "
		    "is not shown again.");
	} else if (strcmp(state, "running") == 0) {
		e->retry_after = (int)db_int64(res, 3);
		rc = err_slug(e, ERR_CONFLICT, "idempotency_in_progress",
		    "The first request with this Idempotency-Key is still "
		    "running.");
	}
	PQclear(res);
	return rc;
}

int
idem_same(const struct idem *i, const char *request_hash, struct err *e)
{
	if (strcmp(i->request_hash, request_hash) == 0)
		return 0;
	return err_slug(e, ERR_UNPROCESSABLE, "idempotency_mismatch",
	    "This Idempotency-Key was used with another request.");
}

int
idem_store(struct idem *i, struct db *db, const struct idem_answer *a,
    struct err *e)
{
	const char	*param[4] = { i->remote, i->key_hash };
	unsigned char	*sealed;
	struct buf	 b;
	PGresult	*res;
	char		*hex;
	int		 rc = -1;

	buf_init(&b, ANSWER_MAX);
	if (a != NULL) {
		buf_addf(&b, "%d", a->status);
		buf_addc(&b, '\0');
		buf_add(&b, a->type, strlen(a->type) + 1);
		buf_add(&b, a->etag, strlen(a->etag) + 1);
		buf_add(&b, a->head, strlen(a->head) + 1);
		buf_add(&b, a->body, a->len);
		if (b.failed || (sealed = seal(i->arena, i->seal, b.data,
		    b.len)) == NULL) {
			err_detail(e, ERR_INTERNAL, "cannot seal the answer");
			goto out;
		}
		hex = arena_alloc(i->arena, 2 * (b.len + SEAL_EXTRA) + 3);
		memcpy(hex, "\\x", 2);
		text_hex(sealed, b.len + SEAL_EXTRA, hex + 2);
		param[2] = i->request_hash;
		param[3] = hex;
	}
	if (db_one(db, sql_store, ARRAY_LEN(param), param, &res, e) != 0)
		goto out;
	PQclear(res);
	rc = 0;
out:
	if (b.data != NULL)
		OPENSSL_cleanse(b.data, b.len);
	buf_release(&b);
	return rc;
}
