/* The second factor of signing in. */
#include <openssl/crypto.h>
#include <time.h>

#include "access/password.h"
#include "access/seal.h"
#include "access/token.h"
#include "access/totp.h"
#include "core/text.h"
#include "db/db.h"
#include "totp.h"

static const char sql_begin[] =
    "SELECT way, wait, user_id, username, secret, is_confirmed"
    " FROM cerberus.totp_begin($1, $2)";

static const char sql_start[] = "SELECT cerberus.totp_start($1, $2, $3)";

static const char sql_confirm[] =
    "SELECT cerberus.totp_confirm($1, $2, $3, $4)";

static const char sql_end[] = "SELECT cerberus.totp_end($1, $2, $3, $4)";

/* Who wants to change their factor: the columns of sql_begin. */
struct holder {
	char		 token[TOKEN_HASH];
	const char	*way;
	const char	*user_id;
	const char	*name;
	const char	*sealed;
	bool		 confirmed;
};

static const char *
text_of(struct req *rq, const PGresult *res, int col)
{
	return PQgetisnull(res, 0, col) ? NULL :
	    arena_strdup(rq->arena, PQgetvalue(res, 0, col));
}

static int
find_holder(struct req *rq, struct holder *h, struct err *e)
{
	const char	*param[2] = { h->token };
	PGresult	*res;
	int64_t		 wait;

	if (rq->cfg->secret_key == NULL)
		return err_slug(e, ERR_UNAVAILABLE, "totp_unavailable",
		    "A second factor needs [cerberus] secret_key in the "
		    "service's configuration.");
	if (!token_hash(rq->token, h->token))
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	if (rq->cfg->rate_limit)
		param[1] = arena_printf(rq->arena, "%lld",
		    (long long)rq->cfg->login_tries);
	if (db_one(rq->db, sql_begin, 2, param, &res, e) != 0)
		return -1;
	h->way = text_of(rq, res, 0);
	wait = db_int64(res, 1);
	h->user_id = text_of(rq, res, 2);
	h->name = text_of(rq, res, 3);
	h->sealed = text_of(rq, res, 4);
	h->confirmed = db_true(res, 5);
	PQclear(res);
	if (h->user_id == NULL)
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	if (wait == 0)
		return 0;
	e->retry_after = (int)wait;
	return err_slug(e, ERR_RATE, "too_many_attempts", "Too many failed "
	    "attempts; wait before the next one.");
}

/* A user's key, so that one user's secret is of no use to another. */
static void
key_of(struct req *rq, const char *user_id, unsigned char key[SEAL_KEY])
{
	seal_key(arena_printf(rq->arena, "cerberus totp\n%s\n%s",
	    rq->cfg->secret_key != NULL ? rq->cfg->secret_key : "", user_id),
	    key);
}

/* The secret as PostgreSQL reads a bytea; NULL when the library fails. */
static char *
seal_secret(struct req *rq, const char *user_id,
    const unsigned char secret[TOTP_SECRET])
{
	unsigned char	 key[SEAL_KEY], *sealed;
	char		*hex = NULL;

	key_of(rq, user_id, key);
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

/* The step of a code of six digits, with a sealed secret; -1: none. */
static int
step_of(struct req *rq, const char *user_id, const char *sealed,
    const char *code, int64_t *step, struct err *e)
{
	unsigned char	 key[SEAL_KEY], *raw;
	char		*secret;
	size_t		 n;

	key_of(rq, user_id, key);
	raw = PQunescapeBytea((const unsigned char *)sealed, &n);
	secret = raw == NULL ? NULL : unseal(rq->arena, key, raw, n, &n);
	PQfreemem(raw);
	OPENSSL_cleanse(key, sizeof(key));
	if (secret == NULL)
		return err_detail(e, ERR_INTERNAL, "a second factor cannot be "
		    "opened; was [cerberus] secret_key changed?");
	*step = totp_step((unsigned char *)secret, n, code,
	    (int64_t)time(NULL));
	OPENSSL_cleanse(secret, n);
	return 0;
}

int
totp_look(struct req *rq, const char *user_id, const char *sealed,
    const char *code, struct totp_given *g, struct err *e)
{
	char	*hash = arena_alloc(rq->arena, TOTP_HASH);
	int64_t	 step = -1;

	*g = (struct totp_given){ .coded = code != NULL ? "t" : "f" };
	if (code == NULL || sealed == NULL)
		return 0;
	if (totp_recovery_hash(code, hash)) {
		g->hash = hash;
		return 0;
	}
	if (step_of(rq, user_id, sealed, code, &step, e) != 0)
		return -1;
	if (step > 0)
		g->step = arena_printf(rq->arena, "%lld", (long long)step);
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

/* The proof of the password, for those who have one. */
static int
prove(const struct holder *h, const char *password,
    char proof[PASSWORD_PROOF], struct err *e)
{
	if (h->way == NULL || strlen(password) > PASSWORD_MAX)
		return wrong_password(e);
	return password_proof(h->way, password, strlen(password), proof, e);
}

/* RFC 3986 section 2.1, for what the app shows beside the code. */
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
	struct holder	 h;
	unsigned char	 secret[TOTP_SECRET];
	char		 proof[PASSWORD_PROOF], text[TOTP_BASE32];
	const char	*param[3];
	struct buf	*b;
	PGresult	*res;
	bool		 done;

	if (find_holder(rq, &h, e) != 0)
		return -1;
	if (h.confirmed)
		return err_slug(e, ERR_CONFLICT, "totp_active", "There is a "
		    "second factor already; remove it with DELETE /auth/totp "
		    "first.");
	if (prove(&h, password, proof, e) != 0)
		return -1;
	if (!totp_secret(secret))
		return err_detail(e, ERR_INTERNAL, "no random bytes");
	param[0] = h.token;
	param[1] = proof;
	if ((param[2] = seal_secret(rq, h.user_id, secret)) == NULL)
		return err_detail(e, ERR_INTERNAL, "cannot seal a secret");
	if (db_one(rq->db, sql_start, 3, param, &res, e) != 0)
		return -1;
	done = db_true(res, 0);
	PQclear(res);
	OPENSSL_cleanse(proof, sizeof(proof));
	if (!done)
		return wrong_password(e);
	totp_base32(secret, sizeof(secret), text);
	b = resp_json(rs, 200);
	buf_addf(b, "{\"secret\":\"%s\",\"otpauth_url\":"
	    "\"otpauth://totp/Cerberus:", text);
	add_escaped(b, h.name);
	buf_addf(b, "?secret=%s&issuer=Cerberus\"}", text);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(text, sizeof(text));
	return 0;
}

int
totp_confirm(struct req *rq, struct resp *rs, const char *code,
    struct err *e)
{
	struct holder	 h;
	char		 codes[TOTP_RECOVERY][TOTP_RECOVERY_TEXT];
	char		 hash[TOTP_HASH];
	const char	*param[4];
	struct buf	 hashes, *b;
	PGresult	*res;
	int64_t		 step = -1;
	bool		 done;

	if (find_holder(rq, &h, e) != 0)
		return -1;
	if (h.sealed == NULL || h.confirmed)
		return err_slug(e, ERR_CONFLICT, "totp_not_begun", "Begin "
		    "with POST /auth/totp.");
	if (step_of(rq, h.user_id, h.sealed, code, &step, e) != 0)
		return -1;
	if (step < 1)
		return wrong_code(e);
	buf_init(&hashes, 4096);
	for (size_t i = 0; i < TOTP_RECOVERY; i++) {
		if (!totp_recovery(codes[i]) ||
		    !totp_recovery_hash(codes[i], hash)) {
			buf_release(&hashes);
			return err_detail(e, ERR_INTERNAL, "no random bytes");
		}
		/* In an array's text a backslash is written twice. */
		buf_addf(&hashes, "%s\"\\%s\"", i == 0 ? "{" : ",", hash);
	}
	buf_addc(&hashes, '}');
	param[0] = h.token;
	param[1] = arena_printf(rq->arena, "%lld", (long long)step);
	param[2] = arena_strdup(rq->arena, buf_str(&hashes));
	param[3] = arena_printf(rq->arena, "%lld",
	    (long long)rq->cfg->session_hours * 3600);
	buf_release(&hashes);
	if (db_one(rq->db, sql_confirm, 4, param, &res, e) != 0)
		return -1;
	done = db_true(res, 0);
	PQclear(res);
	if (!done)
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
	struct holder		 h;
	struct totp_given	 given;
	char			 proof[PASSWORD_PROOF];
	const char		*param[4];
	PGresult		*res;
	int			 rc = 0;

	if (find_holder(rq, &h, e) != 0)
		return -1;
	if (!h.confirmed)
		return err_set(e, ERR_NOT_FOUND, "There is no second factor.");
	if (prove(&h, password, proof, e) != 0 ||
	    totp_look(rq, h.user_id, h.sealed, code, &given, e) != 0)
		return -1;
	param[0] = h.token;
	param[1] = proof;
	param[2] = given.step;
	param[3] = given.hash;
	if (db_one(rq->db, sql_end, 4, param, &res, e) != 0)
		return -1;
	if (PQgetisnull(res, 0, 0))
		rc = wrong_password(e);
	else if (!db_true(res, 0))
		rc = wrong_code(e);
	else
		buf_adds(resp_json(rs, 200), "{\"message\":\"The second "
		    "factor is removed.\"}");
	PQclear(res);
	OPENSSL_cleanse(proof, sizeof(proof));
	return rc;
}
