/* auth.cgi: signing in and out, sessions, passwords, second factors, keys. */
#include <openssl/crypto.h>

#include "account/api_key.h"
#include "account/invitation.h"
#include "account/login.h"
#include "account/password_change.h"
#include "account/second_factor.h"
#include "account/session.h"
#include "account/user.h"
#include "http/browser.h"
#include "http/endpoint.h"
#include "record/json.h"

/* Return a required text of the body, or NULL with the error set. */
static const char *
member(struct json_object *json, const char *name, struct err *e)
{
	struct json_object	*v;

	if (!json_object_object_get_ex(json, name, &v) || v == NULL ||
	    (json_object_is_type(v, json_type_string) &&
	    json_object_get_string_len(v) == 0)) {
		err_field(e, name, "required", "%s is required.", name);
		return NULL;
	}
	if (!json_object_is_type(v, json_type_string) ||
	    strlen(json_object_get_string(v)) !=
	    (size_t)json_object_get_string_len(v)) {
		err_field(e, name, "invalid_type", "%s must be a text.", name);
		return NULL;
	}
	return json_object_get_string(v);
}

/* Overwrite every text of an object, so that no password stays in memory. */
static void
wipe(struct json_object *json)
{
	struct json_object_iterator	 at, end;
	struct json_object		*v;

	if (!json_object_is_type(json, json_type_object))
		return;
	at = json_object_iter_begin(json);
	end = json_object_iter_end(json);
	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
		v = json_object_iter_peek_value(&at);
		if (json_object_is_type(v, json_type_string))
			OPENSSL_cleanse((void *)(uintptr_t)
			    json_object_get_string(v),
			    (size_t)json_object_get_string_len(v));
	}
}

/* Refuse a body that is not an object, or has members besides names. */
static int
check_members(struct json_object *json, const char *const *names, struct err *e)
{
	int	 rc = 0;

	if (!json_object_is_type(json, json_type_object))
		return err_set(e, ERR_MALFORMED,
		    "The body must be a JSON object.");
	json_object_object_foreach(json, key, value) {
		bool	 known = false;

		(void)value;
		for (const char *const *n = names; *n != NULL; n++)
			known |= strcmp(*n, key) == 0;
		if (!known)
			rc = err_field(e, key, "unknown_field",
			    "There is no field of this name.");
	}
	return rc;
}

/* Read an optional code: NULL if it is missing, -1 if it is not a text. */
static int
code_of(struct json_object *json, const char **code, struct err *e)
{
	*code = NULL;
	if (!json_object_object_get_ex(json, "code", NULL))
		return 0;
	*code = member(json, "code", e);
	return *code != NULL ? 0 : -1;
}

/*
 * Sign in with a JSON body or with HTTP Basic; with the latter the body may
 * contain the code of the second factor.
 */
static int
sign_in(struct req *rq, struct resp *rs, bool browser, struct err *e)
{
	static const char *const	 names[] = { "username", "password",
					    "code", NULL };
	struct json_object		*json = NULL;
	const char			*name, *password, *code = NULL;
	int				 rc = -1;

	if (rq->basic_name != NULL && rq->raw->len == 0)
		return login_by_password(rq, rs, rq->basic_name,
		    rq->basic_password, NULL, browser, e);
	if (rq->raw->len == 0)
		return err_slug(e, ERR_MALFORMED, "invalid_json",
		    "Invalid or empty JSON payload");
	if (json_parse(rq->raw->data, rq->raw->len, &json, e) != 0)
		return -1;
	if (check_members(json, names, e) != 0 &&
	    !json_object_is_type(json, json_type_object))
		goto out;
	if (rq->basic_name != NULL &&
	    !json_object_object_get_ex(json, "username", NULL)) {
		name = rq->basic_name;
		password = rq->basic_password;
	} else {
		name = member(json, "username", e);
		password = member(json, "password", e);
	}
	if (code_of(json, &code, e) == 0 && e->code == ERR_NONE)
		rc = login_by_password(rq, rs, name, password, code, browser,
		    e);
out:
	wipe(json);
	json_object_put(json);
	return rc;
}

/* POST /login: 200 with a token. */
static int
login(struct req *rq, struct resp *rs, struct err *e)
{
	return sign_in(rq, rs, false, e);
}

/* POST /session: 200 and a cookie, for the site's own pages. */
static int
session(struct req *rq, struct resp *rs, struct err *e)
{
	/* Another site's page must not sign its visitors in to an account. */
	if ((rq->fetch_site != NULL || rq->origin != NULL ||
	    browser_shared(rq)) && browser_check(rq, e) != 0)
		return -1;
	return sign_in(rq, rs, true, e);
}

static int
sessions(struct req *rq, struct resp *rs, struct err *e)
{
	return session_list(rq, rs, e);
}

static int
session_over(struct req *rq, struct resp *rs, struct err *e)
{
	return session_end(rq, rs, rq->path_id[0], e);
}

/* POST /totp: requires the password, as a token may be stolen. */
static int
totp(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 names[] = { "password", NULL };
	const char			*password;
	int				 rc = -1;

	if (check_members(rq->json, names, e) != 0 &&
	    !json_object_is_type(rq->json, json_type_object))
		return -1;
	password = member(rq->json, "password", e);
	if (e->code == ERR_NONE)
		rc = totp_begin(rq, rs, password, e);
	wipe(rq->json);
	return rc;
}

static int
totp_confirmed(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 names[] = { "code", NULL };
	const char			*code;

	if (check_members(rq->json, names, e) != 0 &&
	    !json_object_is_type(rq->json, json_type_object))
		return -1;
	code = member(rq->json, "code", e);
	return e->code != ERR_NONE ? -1 : totp_confirm(rq, rs, code, e);
}

static int
totp_over(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 names[] = { "password", "code",
					    NULL };
	const char			*password, *code;
	int				 rc = -1;

	if (check_members(rq->json, names, e) != 0 &&
	    !json_object_is_type(rq->json, json_type_object))
		return -1;
	password = member(rq->json, "password", e);
	code = member(rq->json, "code", e);
	if (e->code == ERR_NONE)
		rc = totp_end(rq, rs, password, code, e);
	wipe(rq->json);
	return rc;
}

/* POST /invitation: the token of the invitation identifies the caller. */
static int
invitation(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 names[] = { "token", "password",
					    NULL };
	const char			*token, *password;
	int				 rc = -1;

	if (check_members(rq->json, names, e) != 0 &&
	    !json_object_is_type(rq->json, json_type_object))
		return -1;
	token = member(rq->json, "token", e);
	password = member(rq->json, "password", e);
	if (e->code == ERR_NONE)
		rc = invitation_redeem(rq, rs, token, password, e);
	wipe(rq->json);
	return rc;
}

static int
logout(struct req *rq, struct resp *rs, struct err *e)
{
	return session_logout(rq, rs, e);
}

static int
me(struct req *rq, struct resp *rs, struct err *e)
{
	return user_me(rq, rs, e);
}

/* POST /password: change the caller's password; the old one is required. */
static int
password(struct req *rq, struct resp *rs, struct err *e)
{
	static const char *const	 names[] = { "current_password",
					    "new_password", NULL };
	const char			*old, *new;
	int				 rc = -1;

	if (check_members(rq->json, names, e) != 0 &&
	    !json_object_is_type(rq->json, json_type_object))
		return -1;
	old = member(rq->json, "current_password", e);
	new = member(rq->json, "new_password", e);
	if (e->code == ERR_NONE)
		rc = password_change(rq, rs, old, new, e);
	wipe(rq->json);
	return rc;
}

static int
keys(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_list(rq, rs, e);
}

static int
key_create(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_create(rq, rs, e);
}

static int
key_revoke(struct req *rq, struct resp *rs, struct err *e)
{
	return api_key_revoke(rq, rs, rq->path_id[0], 0, e);
}

/* clang-format off */
static const struct route routes[] = {
	{ M_POST,   "/login",    ACCESS_PUBLIC | ROUTE_SECRET | ROUTE_OUTSIDE |
	  ROUTE_UNLIMITED, BODY_RAW, NULL, NULL, login },
	{ M_POST,   "/session",  ACCESS_PUBLIC | ROUTE_SECRET | ROUTE_OUTSIDE |
	  ROUTE_UNLIMITED, BODY_RAW, NULL, NULL, session },
	{ M_GET,    "/sessions", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, sessions },
	{ M_DELETE, "/sessions/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  session_over },
	{ M_POST,   "/totp",     ACCESS_SETUP | ROUTE_SECRET | ROUTE_OUTSIDE,
	  BODY_JSON, NULL, NULL, totp },
	{ M_POST,   "/totp/confirm", ACCESS_SETUP | ROUTE_SECRET |
	  ROUTE_OUTSIDE, BODY_JSON, NULL, NULL, totp_confirmed },
	{ M_DELETE, "/totp",     ACCESS_SETUP | ROUTE_SECRET | ROUTE_OUTSIDE,
	  BODY_JSON, NULL, NULL, totp_over },
	{ M_POST,   "/invitation", ACCESS_PUBLIC | ROUTE_SECRET | ROUTE_OUTSIDE,
	  BODY_JSON, NULL, NULL, invitation },
	{ M_POST,   "/logout",   ACCESS_STAFF, BODY_NONE, NULL, NULL, logout },
	{ M_GET,    "/me",       ACCESS_STAFF, BODY_NONE, NULL, NULL, me },
	{ M_POST,   "/password", ACCESS_STAFF | ROUTE_SECRET | ROUTE_OUTSIDE,
	  BODY_JSON, NULL, NULL, password },
	{ M_GET,    "/api-keys", ACCESS_STAFF, BODY_NONE, route_own_params,
	  NULL, keys },
	{ M_POST,   "/api-keys", ACCESS_STAFF | ROUTE_SECRET, BODY_JSON, NULL,
	  NULL, key_create },
	{ M_DELETE, "/api-keys/:id", ACCESS_STAFF, BODY_NONE, NULL, NULL,
	  key_revoke },
};
/* clang-format on */

int
main(void)
{
	return endpoint_main(routes, ARRAY_LEN(routes));
}
