/* Calls to Stripe's API and to other services, through libcurl. */
#include "config.h"

#include <curl/curl.h>
#include <openssl/crypto.h>
#include <sys/random.h>

#include "api.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/text.h"
#include "encode.h"
#include "record/json.h"

#define ANSWER_MAX	(16 * 1024 * 1024)
#define FORM_MAX	(64 * 1024)
#define BACKOFF_MS	250	/* doubled each time */
#define BACKOFF_MAX_MS	4000

/* One call of the API, and the outcome of its latest attempt. */
struct call {
	const struct cfg	*cfg;
	const struct cfg_stripe	*keys;
	const char		*base;		/* scheme and host */
	const char		*path;
	const char		*key;		/* Idempotency-Key, or NULL */
	bool			 post;
	bool			 remove;	/* DELETE */
	bool			 foreign;	/* not Stripe: no headers of its
						 * API */
	int64_t			 total_ms;
	int64_t			 retries;
	struct buf		 form;		/* body, or query of a GET */
	struct buf		 answer;
	struct json_object	*json;		/* NULL: not a JSON object */
	CURLcode		 curl;
	long			 status;
	int			 should_retry;	/* 1, 0, or -1: no header */
	int64_t			 retry_after_ms; /* -1: no header */
	char			 curl_error[CURL_ERROR_SIZE];
};

/*
 * Return the process's only handle.  Under FastCGI its connection to Stripe
 * stays open between requests; curl_easy_reset() clears everything else.
 */
static CURL *
curl_handle(void)
{
	static CURL	*curl;

	if (curl == NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == 0)
		curl = curl_easy_init();
	else if (curl != NULL)
		curl_easy_reset(curl);
	return curl;
}

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct call	*c = ctx;

	buf_add(&c->answer, p, size * n);
	return c->answer.failed ? 0 : size * n;
}

/* If the line is the header called name, set *value to its trimmed value. */
static bool
is_header(const char *line, size_t n, const char *name, const char **value,
    size_t *len)
{
	size_t	 k = strlen(name);

	if (n <= k || line[k] != ':' || !text_is(line, k, name))
		return false;
	*value = line + k + 1;
	*len = n - k - 1;
	text_trim(value, len);
	return true;
}

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct call	*c = ctx;
	const char	*value;
	size_t		 len;
	int64_t		 seconds;
	bool		 truth;

	if (is_header(p, size * n, "Stripe-Should-Retry", &value, &len) &&
	    text_bool(value, len, &truth))
		c->should_retry = truth;
	/* A date instead of a number of seconds is ignored. */
	if (is_header(p, size * n, "Retry-After", &value, &len) &&
	    text_int64(value, len, &seconds) && seconds >= 0 &&
	    seconds < 86400)
		c->retry_after_ms = seconds * 1000;
	return size * n;
}

static struct curl_slist *
headers(const struct call *c, struct arena *a)
{
	struct curl_slist	*list = NULL, *more;
	const char		*line[] = {
		c->foreign ? NULL :
		    arena_printf(a, "Authorization: Bearer %s",
		    c->keys->secret_key),
		"Stripe-Version: " STRIPE_VERSION,
		/* Send small bodies without waiting for 100 (Continue). */
		"Expect:",
		c->key == NULL ? NULL :
		    arena_printf(a, "Idempotency-Key: %s", c->key),
	};

	for (size_t i = c->foreign ? 2 : 0;
	    i < ARRAY_LEN(line) && line[i] != NULL; i++) {
		if ((more = curl_slist_append(list, line[i])) == NULL) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = more;
	}
	return list;
}

/* Free the headers; the copies of the secret key are wiped first. */
static void
free_headers(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l != NULL; l = l->next)
		OPENSSL_cleanse(l->data, strlen(l->data));
	curl_slist_free_all(list);
}

/* Forget the outcome of the attempt before. */
static void
clear(struct call *c)
{
	buf_clear(&c->answer, SIZE_MAX);
	json_object_put(c->json);
	c->json = NULL;
	c->status = 0;
	c->should_retry = -1;
	c->retry_after_ms = -1;
	c->curl_error[0] = '\0';
	c->curl = CURLE_FAILED_INIT;
}

/* Options that are the same for each call: how far it may go. */
static void
set_limits(CURL *curl, const struct call *c, int64_t remaining_ms)
{
	curl_easy_setopt(curl, CURLOPT_USERAGENT,
	    "cerberus/" PACKAGE_VERSION);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
	    strncmp(c->base, "http://", 7) == 0 ? "http" : "https");
	/* One request a connection gains nothing from HTTP/2. */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
	    (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	/* HTTP_PROXY may have come from a client's header "Proxy". */
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)c->cfg->stripe_connect_ms);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)remaining_ms);
	curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)ANSWER_MAX);
}

/* What is asked, and where the answer goes. */
static void
set_request(CURL *curl, struct call *c)
{
	if (c->post) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE,
		    (long)c->form.len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_str(&c->form));
	}
	if (c->remove)
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "DELETE");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, c->curl_error);
}

/* Parse the answer; what is not an object is none. */
static void
parse_answer(struct call *c)
{
	struct err	 ignored = { 0 };

	if (json_parse(buf_str(&c->answer), c->answer.len, &c->json,
	    &ignored) == 0 && json_object_is_type(c->json, json_type_object))
		return;
	json_object_put(c->json);
	c->json = NULL;
}

/* Make one attempt, and store its outcome in the call. */
static void
attempt(struct call *c, int64_t remaining_ms)
{
	struct arena		 a = { 0 };
	struct curl_slist	*list = NULL;
	const char		*url;
	CURL			*curl = curl_handle();

	clear(c);
	if (curl == NULL || (list = headers(c, &a)) == NULL)
		goto out;
	url = arena_printf(&a, "%s%s%s%s", c->base, c->path,
	    !c->post && c->form.len > 0 ? "?" : "",
	    !c->post ? buf_str(&c->form) : "");
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	set_limits(curl, c, remaining_ms);
	set_request(curl, c);
	c->curl = curl_easy_perform(curl);
	if (c->curl == CURLE_OK) {
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &c->status);
		parse_answer(c);
	}
	curl_easy_reset(curl);
out:
	free_headers(list);
	arena_release(&a);
}

/*
 * Return true if another attempt may succeed; the idempotency key makes it
 * safe.
 */
static bool
worth_retrying(const struct call *c)
{
	if (c->curl != CURLE_OK)
		/* These errors are permanent. */
		return c->curl != CURLE_PEER_FAILED_VERIFICATION &&
		    c->curl != CURLE_SSL_CACERT_BADFILE &&
		    c->curl != CURLE_UNSUPPORTED_PROTOCOL &&
		    c->curl != CURLE_URL_MALFORMAT &&
		    c->curl != CURLE_FAILED_INIT &&
		    c->curl != CURLE_WRITE_ERROR &&
		    c->curl != CURLE_FILESIZE_EXCEEDED;
	if (c->should_retry != -1)
		return c->should_retry == 1;
	return c->status == 409 || c->status == 429 || c->status >= 500 ||
	    (c->status == 200 && c->json == NULL);
}

/*
 * Return how long to wait after attempt n, counted from 1: a random time
 * between half and all of the back-off, or longer if Retry-After asks for it.
 */
static int64_t
pause_ms(const struct call *c, int64_t n)
{
	int64_t		 most = BACKOFF_MS << (n < 8 ? n - 1 : 7);
	uint32_t	 random = 0;

	if (most > BACKOFF_MAX_MS)
		most = BACKOFF_MAX_MS;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) !=
	    sizeof(random))
		random = UINT32_MAX / 2;
	most = most / 2 + (int64_t)(random % (uint64_t)(most / 2 + 1));
	return c->retry_after_ms > most ? c->retry_after_ms : most;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec	 t = { .tv_sec = ms / 1000,
			    .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) != 0)
		continue;
}

/* Attempt the call until it is done, hopeless, or out of tries or time. */
static void
attempt_until_done(struct call *c)
{
	int64_t	 start = clock_ms(), left, wait;

	for (int64_t tries = 1; ; tries++) {
		left = c->total_ms - (clock_ms() - start);
		attempt(c, left > 1 ? left : 1);
		if (tries > c->retries || !worth_retrying(c))
			return;
		wait = pause_ms(c, tries);
		if (clock_ms() - start + wait >= c->total_ms)
			return;
		sleep_ms(wait);
	}
}

const char *
stripe_text(struct json_object *o, const char *key)
{
	struct json_object	*v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return NULL;
	return json_object_get_string(v);
}

/*
 * Translate a failure into e and why, and return -1.  The detail for the log
 * holds only Stripe's type and code, never keys or personal data.
 */
static int
set_error(const struct call *c, struct stripe_refusal *why, struct err *e)
{
	struct json_object	*o = NULL;
	const char		*type, *code, *message;

	if (c->curl != CURLE_OK)
		return err_detail(e, ERR_UPSTREAM, "stripe: %s",
		    c->curl_error[0] != '\0' ? c->curl_error :
		    curl_easy_strerror(c->curl));
	json_object_object_get_ex(c->json, "error", &o);
	type = stripe_text(o, "type");
	code = stripe_text(o, "code");
	message = stripe_text(o, "message");
	err_detail(e, ERR_NONE, "stripe: %ld %.60s %.60s", c->status,
	    type != NULL ? type : "", code != NULL ? code : "");
	/* The donor can only correct the card or the values.  401 and 403
	 * concern the campaign's key, idempotency_error and 404 this program;
	 * their messages do not go to the donor. */
	if (type == NULL || message == NULL || (c->status != 400 &&
	    c->status != 402) || (strcmp(type, "card_error") != 0 &&
	    strcmp(type, "invalid_request_error") != 0)) {
		e->code = ERR_UPSTREAM;
		return -1;
	}
	snprintf(why->code, sizeof(why->code), "%s",
	    code != NULL ? code : type);
	return err_slug(e, ERR_CARD, strcmp(type, "card_error") == 0 ?
	    "card_error" : "invalid_request_error", "%s", message);
}

/* Make the call: as stripe_post(). */
static int
perform(struct call *c, struct json_object *form, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	int	 rc = -1;

	memset(why, 0, sizeof(*why));
	buf_init(&c->form, FORM_MAX);
	buf_init(&c->answer, ANSWER_MAX);
	if (!c->foreign && c->keys->secret_key == NULL) {
		err_slug(e, ERR_UNAVAILABLE, "stripe_not_configured",
		    "Donations are not set up for this campaign.");
		goto out;
	}
	encode_form(&c->form, "", form);
	if (c->form.failed) {
		err_detail(e, ERR_INTERNAL, "stripe: the form is too long");
		goto out;
	}
	attempt_until_done(c);
	if (c->curl == CURLE_OK && c->status == 200 && c->json != NULL) {
		*out = c->json;
		c->json = NULL;
		rc = 0;
	} else {
		set_error(c, why, e);
		if (e->code == ERR_UPSTREAM && e->msg[0] == '\0')
			err_set(e, ERR_UPSTREAM, "The payment provider cannot "
			    "be reached; try again shortly.");
	}
out:
	json_object_put(c->json);
	buf_release(&c->answer);
	buf_release(&c->form);
	return rc;
}

/* Return a call of Stripe's API. */
static struct call
stripe_call(const struct cfg *cfg, const struct cfg_stripe *keys,
    const char *path)
{
	return (struct call){ .cfg = cfg, .keys = keys,
	    .base = cfg->stripe_api_base, .path = path,
	    .total_ms = cfg->stripe_total_ms, .retries = cfg->stripe_retries };
}

/* Make a call on one object, which Stripe may not have. */
static int
perform_on(struct call *c, struct json_object *query, struct json_object **out,
    struct stripe_refusal *why, struct err *e)
{
	int	 rc = perform(c, query, out, why, e);

	if (rc != 0 && c->curl == CURLE_OK && c->status == 404)
		err_set(e, ERR_NOT_FOUND, "Stripe does not have this object.");
	return rc;
}

int
stripe_post(const struct cfg *cfg, const struct cfg_stripe *keys,
    const char *path, struct json_object *form, const char *key,
    struct json_object **out, struct stripe_refusal *why, struct err *e)
{
	struct call	 c = stripe_call(cfg, keys, path);

	c.post = true;
	c.key = key;
	return perform(&c, form, out, why, e);
}

int
stripe_delete(const struct cfg *cfg, const struct cfg_stripe *keys,
    const char *path, struct json_object **out, struct stripe_refusal *why,
    struct err *e)
{
	struct call	 c = stripe_call(cfg, keys, path);

	c.remove = true;
	return perform_on(&c, NULL, out, why, e);
}

int
stripe_get(const struct cfg *cfg, const struct cfg_stripe *keys,
    const char *path, struct json_object *query, struct json_object **out,
    struct err *e)
{
	struct call		 c = stripe_call(cfg, keys, path);
	struct stripe_refusal	 why;

	return perform_on(&c, query, out, &why, e);
}

int
foreign_post(const struct cfg *cfg, const char *url, int64_t total_ms,
    struct json_object *form, struct json_object **out, struct err *e)
{
	struct call		 c = { .cfg = cfg, .base = url, .path = "",
				    .post = true, .foreign = true,
				    .total_ms = total_ms };
	struct stripe_refusal	 why;

	return perform(&c, form, out, &why, e);
}
