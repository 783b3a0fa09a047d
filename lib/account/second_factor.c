/*
 * The endpoints of the second factor, and the check of a code.  access/totp.c
 * computes codes.
 */
#include <openssl/crypto.h>
#include <time.h>

#include "access/password.h"
#include "access/seal.h"
#include "access/token.h"
#include "access/totp.h"
#include "attempt.h"
#include "core/text.h"
#include "rest/doc.h"
#include "second_factor.h"

static const char sql_begin[] =
    "SELECT phc, wait, user_id, username, secret, is_confirmed"
    " FROM cerberus.totp_begin($1, $2)";

static const char sql_start[] =
    "SELECT cerberus.totp_start($1, $2, $3) AS done";

static const char sql_confirm[] =
    "SELECT cerberus.totp_confirm($1, $2, $3, $4) AS done";

static const char sql_end[] =
    "SELECT cerberus.totp_end($1, $2, $3, $4) AS done";

/*
 * Set *user to the one row of sql_begin for the user of the request's token,
 * and token to its hash.
 */
static int
begin(struct req *rq, char token[TOKEN_HASH], struct rows **user,
    struct err *e)
{
	const char	*param[] = { token, attempt_limit(rq) };

	if (rq->cfg->secret_key == NULL)
		return err_slug(e, ERR_UNAVAILABLE, "totp_unavailable",
		    "A second factor needs [cerberus] secret_key in the "
		    "service's configuration.");
	if (!token_hash(rq->token, token))
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	if (attempt_begin(rq, sql_begin, 2, param, user, e) != 0)
		return -1;
	if (rows_is_null(*user, 0, "user_id"))
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	return 0;
}

/*
 * Derive the key of one user's secret: a secret that is copied to another
 * user's row cannot be decrypted there.
 */
static void
derive_key(struct req *rq, const char *user_id, unsigned char key[SEAL_KEY])
{
	seal_key(arena_printf(rq->arena, "cerberus totp\n%s\n%s",
	    rq->cfg->secret_key != NULL ? rq->cfg->secret_key : "", user_id),
	    key);
}

/*
 * Return the secret encrypted, as PostgreSQL reads a bytea, in the arena; NULL
 * if OpenSSL fails.
 */
static char *
seal_secret(struct req *rq, const char *user_id,
    const unsigned char secret[TOTP_SECRET])
{
	unsigned char	 key[SEAL_KEY], *sealed;
	char		*hex = NULL;

	derive_key(rq, user_id, key);
	sealed = seal(rq->arena, key, (const char *)secret, TOTP_SECRET);
	if (sealed != NULL) {
		hex = arena_alloc(rq->arena,
		    2 * (TOTP_SECRET + SEAL_EXTRA) + 3);
		memcpy(hex, "\\x", 2);
		text_hex(sealed, TOTP_SECRET + SEAL_EXTRA, hex + 2);
	}
	OPENSSL_cleanse(key, sizeof(key));
	return hex;
}

/*
 * Set *step to the time step of a six-digit code, or to -1 if the code is
 * wrong, for the user of the row.
 */
static int
find_step(struct req *rq, const struct rows *user, const char *code,
    int64_t *step, struct err *e)
{
	const unsigned char	*sealed;
	unsigned char		 key[SEAL_KEY];
	char			*secret;
	size_t			 n;

	sealed = rows_bytea(user, 0, "secret", rq->arena, &n);
	derive_key(rq, rows_text(user, 0, "user_id"), key);
	secret = unseal(rq->arena, key, sealed, n, &n);
	OPENSSL_cleanse(key, sizeof(key));
	if (secret == NULL)
		return err_detail(e, ERR_INTERNAL, "a second factor cannot be "
		    "decrypted; was [cerberus] secret_key changed?");
	*step = totp_step((unsigned char *)secret, n, code,
	    (int64_t)time(NULL));
	OPENSSL_cleanse(secret, n);
	return 0;
}

int
totp_check(struct req *rq, const struct rows *user, const char *code,
    struct totp_given *g, struct err *e)
{
	char	*hash = arena_alloc(rq->arena, TOTP_HASH);
	int64_t	 step = -1;

	*g = (struct totp_given){ .step = NULL };
	if (code == NULL || rows_is_null(user, 0, "secret"))
		return 0;
	if (totp_recovery_hash(code, hash)) {
		g->hash = hash;
		return 0;
	}
	if (find_step(rq, user, code, &step, e) != 0)
		return -1;
	if (step > 0)
		g->step = doc_id(rq->arena, step);
	return 0;
}

static int
wrong_password(struct err *e)
{
	return err_slug(e, ERR_FORBIDDEN, "wrong_password",
	    "The password is wrong.");
}

static int
wrong_code(struct err *e)
{
	return err_slug(e, ERR_FORBIDDEN, "wrong_code", "The code is wrong, "
	    "or was used already.");
}

/* Compute the verifier of the password for the user of the row. */
static int
verifier_of(const struct rows *user, const char *password,
    char verifier[PASSWORD_VERIFIER], struct err *e)
{
	const char	*phc = rows_text(user, 0, "phc");

	if (phc == NULL || strlen(password) > PASSWORD_MAX)
		return wrong_password(e);
	return password_verifier(phc, password, strlen(password), verifier, e);
}

/* Append percent-encoded text (RFC 3986 section 2.1). */
static void
add_escaped(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst"
		    "uvwxyz0123456789-._~", *s) != NULL)
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned char)*s);
}

int
totp_begin(struct req *rq, struct resp *rs, const char *password,
    struct err *e)
{
	unsigned char	 secret[TOTP_SECRET];
	char		 token[TOKEN_HASH], verifier[PASSWORD_VERIFIER];
	char		 text[TOTP_BASE32];
	const char	*param[] = { token, verifier, NULL };
	struct rows	*user, *started;
	struct buf	*b;

	if (begin(rq, token, &user, e) != 0)
		return -1;
	if (rows_bool(user, 0, "is_confirmed"))
		return err_slug(e, ERR_CONFLICT, "totp_active", "There is a "
		    "second factor already; remove it with DELETE /auth/totp "
		    "first.");
	if (verifier_of(user, password, verifier, e) != 0)
		return -1;
	if (!totp_secret(secret))
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	param[2] = seal_secret(rq, rows_text(user, 0, "user_id"), secret);
	if (param[2] == NULL)
		return err_detail(e, ERR_INTERNAL, "cannot encrypt a secret");
	if (db_select(rq->db, sql_start, 3, param, &started, e) != 0)
		return -1;
	OPENSSL_cleanse(verifier, sizeof(verifier));
	if (!rows_bool(started, 0, "done"))
		return wrong_password(e);
	totp_base32(secret, sizeof(secret), text);
	b = resp_json(rs, 200);
	buf_addf(b, "{\"secret\":\"%s\",\"otpauth_url\":"
	    "\"otpauth://totp/Cerberus:", text);
	add_escaped(b, rows_text(user, 0, "username"));
	buf_addf(b, "?secret=%s&issuer=Cerberus\"}", text);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(text, sizeof(text));
	return 0;
}

/*
 * Generate recovery codes.  Return their hashes as PostgreSQL reads a bytea[],
 * in the arena, or NULL if there are no random bytes.
 */
static const char *
recovery_codes(struct req *rq, char codes[TOTP_RECOVERY][TOTP_RECOVERY_TEXT])
{
	const char	*array = "";
	char		 hash[TOTP_HASH];

	for (size_t i = 0; i < TOTP_RECOVERY; i++) {
		if (!totp_recovery(codes[i]) ||
		    !totp_recovery_hash(codes[i], hash))
			return NULL;
		/* In the text of an array a backslash is doubled. */
		array = arena_printf(rq->arena, "%s%s\"\\%s\"", array,
		    i == 0 ? "{" : ",", hash);
	}
	return arena_printf(rq->arena, "%s}", array);
}

int
totp_confirm(struct req *rq, struct resp *rs, const char *code,
    struct err *e)
{
	char		 token[TOKEN_HASH];
	char		 codes[TOTP_RECOVERY][TOTP_RECOVERY_TEXT];
	const char	*param[4] = { token };
	struct rows	*user, *confirmed;
	struct buf	*b;
	int64_t		 step = -1;

	if (begin(rq, token, &user, e) != 0)
		return -1;
	if (rows_is_null(user, 0, "secret") ||
	    rows_bool(user, 0, "is_confirmed"))
		return err_slug(e, ERR_CONFLICT, "totp_not_begun", "Begin "
		    "with POST /auth/totp.");
	if (find_step(rq, user, code, &step, e) != 0)
		return -1;
	if (step < 1)
		return wrong_code(e);
	param[1] = doc_id(rq->arena, step);
	param[2] = recovery_codes(rq, codes);
	param[3] = doc_id(rq->arena, rq->cfg->session_hours * 3600);
	if (param[2] == NULL)
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	if (db_select(rq->db, sql_confirm, 4, param, &confirmed, e) != 0)
		return -1;
	if (!rows_bool(confirmed, 0, "done"))
		return wrong_code(e);
	b = resp_json(rs, 200);
	buf_adds(b, "{\"recovery_codes\":[");
	for (size_t i = 0; i < TOTP_RECOVERY; i++)
		buf_addf(b, "%s\"%s\"", i > 0 ? "," : "", codes[i]);
	buf_adds(b, "]}");
	OPENSSL_cleanse(codes, sizeof(codes));
	return 0;
}

int
totp_end(struct req *rq, struct resp *rs, const char *password,
    const char *code, struct err *e)
{
	struct totp_given	 given;
	char			 token[TOKEN_HASH];
	char			 verifier[PASSWORD_VERIFIER];
	const char		*param[4] = { token, verifier };
	struct rows		*user, *ended;

	if (begin(rq, token, &user, e) != 0)
		return -1;
	if (!rows_bool(user, 0, "is_confirmed"))
		return err_set(e, ERR_NOT_FOUND, "There is no second factor.");
	if (verifier_of(user, password, verifier, e) != 0 ||
	    totp_check(rq, user, code, &given, e) != 0)
		return -1;
	param[2] = given.step;
	param[3] = given.hash;
	if (db_select(rq->db, sql_end, 4, param, &ended, e) != 0)
		return -1;
	OPENSSL_cleanse(verifier, sizeof(verifier));
	if (rows_is_null(ended, 0, "done"))
		return wrong_password(e);
	if (!rows_bool(ended, 0, "done"))
		return wrong_code(e);
	buf_adds(resp_json(rs, 200),
	    "{\"message\":\"The second factor was removed.\"}");
	return 0;
}
