/*
 * First answers by Idempotency-Key.  The database knows the key's hash alone,
 * and keeps the answer sealed (AES-256-GCM) under the key itself and the
 * installation's secret: it may hold personal data, or a token that is shown
 * once.
 */
#ifndef ACCESS_IDEMPOTENCY_H
#define ACCESS_IDEMPOTENCY_H

#include <openssl/evp.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/db.h"
#include "seal.h"

#define IDEM_KEY_MAX	255

struct idem {
	struct arena	*arena;
	const char	*remote;	/* who calls, where nobody signed in */
	char		 key_hash[2 + 64 + 1];
	unsigned char	 seal[SEAL_KEY];
	EVP_MD_CTX	*digest;	/* of the request, so far */
	char		 request_hash[2 + 64 + 1];
	bool		 complete;	/* request_hash is there */
};

/* What is kept of an answer. */
struct idem_answer {
	int		 status;
	const char	*type;		/* "" for none */
	const char	*etag;		/* "" for none */
	const char	*head;		/* header lines */
	const char	*body;
	size_t		 len;
};

/* 400 for a key that is empty, too long or has control characters. */
int	 idem_init(struct idem *, struct arena *, const char *key,
	    const char *secret, const char *remote, struct err *) MUST_USE;
void	 idem_release(struct idem *);

/* Adds to what makes this request: a text, or bytes of the body as a tap. */
void	 idem_add(struct idem *, const char *text);
void	 idem_tap(void *idem, const void *, size_t);

/* All of the request has been seen. */
void	 idem_complete(struct idem *);

/*
 * Claims the key within the open transaction: 1 and the first answer when there
 * is one, 0 when this request is the first, -1 with 409 when the first is still
 * running, and with 403 when the caller has lost a role since its answer.  seconds: 0 when the effect follows in this same transaction; else
 * how long a claim that is committed before the work counts.
 */
int	 idem_claim(struct idem *, struct db *, int seconds,
	    struct idem_answer *, const char **request_hash, struct err *)
	    MUST_USE;

/* 422 unless the first request was the same as this one, which is complete. */
int	 idem_same(const struct idem *, const char *request_hash,
	    struct err *) MUST_USE;

/* Stores the answer; NULL gives the claim up. */
int	 idem_store(struct idem *, struct db *, const struct idem_answer *,
	    struct err *) MUST_USE;

#endif
