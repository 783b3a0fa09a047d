/*
 * Idempotency-Key: the store of first responses.  A request that repeats an
 * earlier one with the same key gets the stored response and has no second
 * effect.  http/replay.c calls these functions while it serves a request.
 *
 * The database knows only the hash of the key.  It stores the response
 * encrypted with the key itself and the installation's secret_key, because a
 * response may contain personal data or a token that is shown once.
 */
#ifndef ACCESS_IDEMPOTENCY_H
#define ACCESS_IDEMPOTENCY_H

#include <openssl/evp.h>

#include "core/arena.h"
#include "core/buf.h"
#include "db/db.h"
#include "seal.h"

#define IDEM_KEY_MAX	255		/* bytes of an Idempotency-Key */
#define IDEM_HASH	(2 + 64 + 1)	/* "\x", hexadecimal digits, NUL */

/* The key of one request, and what identifies the request. */
struct idem {
	struct arena	*arena;
	const char	*remote;	/* address of an anonymous caller */
	char		 key_hash[IDEM_HASH];
	unsigned char	 seal[SEAL_KEY];
	EVP_MD_CTX	*digest;	/* of the request bytes added so far;
					 * NULL: no Idempotency-Key */
	char		 request_hash[IDEM_HASH];
	bool		 complete;	/* request_hash is set */
};

/* The stored part of a response. */
struct idem_answer {
	int		 status;
	const char	*type;		/* "" for none */
	const char	*etag;		/* "" for none */
	const char	*head;		/* header lines */
	const char	*body;
	size_t		 len;
};

/*
 * Start a request whose Idempotency-Key header is key.  secret is [cerberus]
 * secret_key, or NULL.  arena and remote must outlive the struct.  Return 0, or
 * -1: 400 for a key that is empty, too long or contains control characters.
 */
int	 idem_init(struct idem *, struct arena *, const char *key,
	    const char *secret, const char *remote, struct err *) MUST_USE;

/* Free the digest and clear the encryption key; harmless if zeroed. */
void	 idem_release(struct idem *);

/*
 * Add to the hash that identifies the request: a text, or n bytes of the body.
 * idem_add_bytes() has the signature of on_read in struct body; idem is a
 * struct idem *.
 */
void	 idem_add(struct idem *, const char *text);
void	 idem_add_bytes(void *idem, const void *, size_t n);

/* Set request_hash.  Call it when the whole request was added. */
void	 idem_complete(struct idem *);

/*
 * Claim the key within the open transaction.  Return
 *	 1  if there is a stored response: *answer and *request_hash are set, in
 *	    the arena or until db_forget();
 *	 0  if this request is the first;
 *	-1  with 409 while the first request is running, and with 403 if the
 *	    caller lost a role since the stored response was written.
 *
 * seconds is 0 if the claim and the request's effect are committed in one
 * transaction.  Otherwise the claim is committed before the handler runs, and
 * expires after so many seconds.
 */
int	 idem_claim(struct idem *, struct db *, int seconds,
	    struct idem_answer *answer, const char **request_hash,
	    struct err *) MUST_USE;

/*
 * Compare this request, which is complete, with the hash of the first one.
 * Return 0 if they are equal, or -1 (422).
 */
int	 idem_same(const struct idem *, const char *request_hash,
	    struct err *) MUST_USE;

/*
 * Store the response within the open transaction, or, with NULL, release the
 * claim so that the request can be repeated.
 * Return 0, or -1.
 */
int	 idem_store(struct idem *, struct db *, const struct idem_answer *,
	    struct err *) MUST_USE;

#endif
