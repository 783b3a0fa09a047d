/*
 * Changing one's own password.  An admin's change is in user.c, the first
 * password in invitation.c, hashing in access/password.c.
 */
#include <openssl/crypto.h>

#include "access/password.h"
#include "attempt.h"
#include "password_change.h"

static const char sql_begin[] =
    "SELECT phc, wait FROM cerberus.password_begin($1)";

static const char sql_change[] =
    "SELECT cerberus.password_change($1, $2) AS api_keys";

void
password_add_result(struct resp *rs, const char *message, int64_t api_keys)
{
	struct buf	*b = &rs->body;

	/* Reopen the object: remove its closing brace. */
	if (b->len > 0)
		b->data[--b->len] = '\0';
	buf_addf(b, "%s\"message\":\"%s\",\"api_keys_remaining\":%lld}",
	    b->len > 1 ? "," : "", message, (long long)api_keys);
}

int
password_change(struct req *rq, struct resp *rs, const char *old,
    const char *new, struct err *e)
{
	const char	*begin[] = { attempt_limit(rq) }, *phc;
	char		 verifier[PASSWORD_VERIFIER], hash[PASSWORD_HASH];
	const char	*change[] = { verifier, hash };
	struct rows	*r;

	if (password_check("new_password", new, strlen(new), e) != 0 ||
	    attempt_begin(rq, sql_begin, 1, begin, &r, e) != 0)
		return -1;
	phc = rows_text(r, 0, "phc");
	if (phc == NULL)
		return err_slug(e, ERR_CONFLICT, "no_password", "This account "
		    "has no password yet; an admin sets one with PUT "
		    "/users/<id>.");
	if (strlen(old) > PASSWORD_MAX ||
	    password_verifier(phc, old, strlen(old), verifier, e) != 0 ||
	    password_hash(new, strlen(new), hash, e) != 0 ||
	    db_select(rq->db, sql_change, 2, change, &r, e) != 0)
		return -1;
	OPENSSL_cleanse(verifier, sizeof(verifier));
	if (rows_is_null(r, 0, "api_keys"))
		return err_slug(e, ERR_FORBIDDEN, "wrong_password",
		    "The current password is wrong.");
	buf_adds(resp_json(rs, 200), "{}");
	password_add_result(rs, "The password was changed and your other "
	    "sessions were ended.", rows_int64(r, 0, "api_keys"));
	return 0;
}
