/* Sign in and create a session.  session.c lists and ends sessions. */
#include <openssl/crypto.h>

#include "access/password.h"
#include "access/token.h"
#include "attempt.h"
#include "http/address.h"
#include "http/browser.h"
#include "login.h"
#include "record/json.h"
#include "rest/doc.h"
#include "second_factor.h"
#include "user.h"

#define AGENT_MAX	100	/* characters of User-Agent that are stored */
#define SETUP_SECONDS	900	/* of a token that may only set up a factor */

static const char sql_begin[] =
    "SELECT phc, wait, user_id, secret"
    " FROM cerberus.login_begin($1, $2, $3, $4)";

/* The user's columns follow expires_at, in the order of user_schema. */
static const char sql_finish[] =
    "SELECT expires_at, user_id, username, email_address, full_name, role,"
    " is_active, last_login_at, created_at, updated_at, state"
    " FROM cerberus.login_finish($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
    " $11, $12, $13)";

/* The parameters of sql_finish. */
enum {
	FINISH_name, FINISH_network, FINISH_device, FINISH_verifier,
	FINISH_hash, FINISH_token, FINISH_prefix, FINISH_seconds, FINISH_agent,
	FINISH_coded, FINISH_step, FINISH_recovery, FINISH_require,
	FINISH__MAX
};

static int
refuse(struct err *e)
{
	return err_slug(e, ERR_UNAUTHORIZED, "invalid_credentials",
	    "The username or the password is wrong.");
}

/*
 * Return the hash of the token that the request carries, NULL if there is none.
 * Failures of a device that is signed in are counted apart from those of
 * others: see login_begin() in sql/deploy/sign_in.sql.
 */
static const char *
device(struct req *rq)
{
	struct err	*ignored = arena_zalloc(rq->arena, sizeof(*ignored));
	char		*hash = arena_alloc(rq->arena, TOKEN_HASH);
	const char	*token = rq->token;

	if (token == NULL && rq->cookie != NULL &&
	    browser_check(rq, ignored) == 0)
		token = rq->cookie;
	return token != NULL && token_hash(token, hash) ? hash : NULL;
}

/*
 * Return the printable characters of User-Agent, by which the owner recognises
 * the session; NULL if there is none.
 */
static const char *
agent(struct req *rq)
{
	char	*out, *p;

	if (rq->user_agent == NULL)
		return NULL;
	p = out = arena_alloc(rq->arena, AGENT_MAX + 1);
	for (const char *s = rq->user_agent; *s != '\0' &&
	    p < out + AGENT_MAX; s++)
		if (*s >= ' ' && *s <= '~')
			*p++ = *s;
	*p = '\0';
	return out;
}

/* A browser gets the token in a cookie, which its scripts cannot read. */
static void
show_session(struct req *rq, struct resp *rs, const char *token,
    bool browser, const struct rows *r)
{
	struct buf	*b = resp_json(rs, 200);
	const char	*expires = rows_text(r, 0, "expires_at");
	bool		 setup = strcmp(rows_text(r, 0, "state"), "setup") == 0;

	if (browser)
		browser_cookie(rq, rs, token, setup ? SETUP_SECONDS :
		    rq->cfg->session_hours * 3600);
	else
		buf_addf(b, "{\"token\":\"%s\",\"token_type\":\"Bearer\"",
		    token);
	buf_adds(b, browser ? "{\"expires_at\":" : ",\"expires_at\":");
	json_add_value(b, KIND_TIME, expires, strlen(expires));
	buf_adds(b, ",\"user\":");
	doc_row(b, &user_schema, r, 0, 1, 0);
	if (setup)
		buf_adds(b, ",\"totp_setup_required\":true");
	buf_addc(b, '}');
}

/* Answer according to what login_finish() returned. */
static int
finish(struct req *rq, struct resp *rs, const char *token, const char *code,
    bool browser, const struct rows *r, struct err *e)
{
	if (rows_count(r) == 0)
		return refuse(e);
	if (strcmp(rows_text(r, 0, "state"), "totp") == 0)
		return err_slug(e, ERR_UNAUTHORIZED, "totp_required",
		    code == NULL ? "Signing in needs the code of your second "
		    "factor as well: code." :
		    "The code is wrong, or was used already.");
	show_session(rq, rs, token, browser, r);
	return 0;
}

int
login_by_password(struct req *rq, struct resp *rs, const char *name,
    const char *password, const char *code, bool browser, struct err *e)
{
	/* By network: the owner of one IPv6 network has 2^64 addresses. */
	const char	*begin[] = { name,
			    client_network(rq->arena, rq->remote),
			    attempt_limit(rq), device(rq) };
	const char	*param[FINISH__MAX] = { name, begin[1], begin[3] };
	struct totp_given given;
	char		 verifier[PASSWORD_VERIFIER], hash[PASSWORD_HASH];
	char		 token[TOKEN_MAX], digest[TOKEN_HASH];
	size_t		 n = strlen(password);
	const char	*phc;
	struct rows	*r;
	int		 rc;

	if (n > PASSWORD_MAX)
		return refuse(e);
	if (attempt_begin(rq, sql_begin, 4, begin, &r, e) != 0)
		return -1;
	phc = rows_text(r, 0, "phc");
	if (phc != NULL && password_outdated(phc)) {
		if (password_hash(password, n, hash, e) != 0)
			return -1;
		param[FINISH_hash] = hash;
	}
	if (totp_check(rq, r, code, &given, e) != 0 ||
	    token_issue(token, digest, e) != 0 ||
	    password_verifier(phc, password, n, verifier, e) != 0)
		return -1;
	param[FINISH_verifier] = verifier;
	param[FINISH_token] = digest;
	param[FINISH_prefix] = arena_strndup(rq->arena, token, TOKEN_SHOWN);
	param[FINISH_seconds] = doc_id(rq->arena,
	    rq->cfg->session_hours * 3600);
	param[FINISH_agent] = agent(rq);
	param[FINISH_coded] = code != NULL ? "t" : "f";
	param[FINISH_step] = given.step;
	param[FINISH_recovery] = given.hash;
	param[FINISH_require] = rq->cfg->require_totp;
	rc = db_select(rq->db, sql_finish, FINISH__MAX, param, &r, e);
	if (rc == 0)
		rc = finish(rq, rs, token, code, browser, r, e);
	OPENSSL_cleanse(verifier, sizeof(verifier));
	OPENSSL_cleanse(token, sizeof(token));
	return rc;
}
