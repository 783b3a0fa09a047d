/*
 * Sends requests to the site, for cerberus check: whether the web server runs
 * the programs, and passes them the headers that they need.
 */
#include "config.h"

#include <curl/curl.h>

#include "check_site.h"
#include "core/buf.h"
#include "record/json.h"

#define TIMEOUT		15L	/* seconds */
#define BODY_MAX	4096
#define CERTIFICATE	14	/* days that it is valid at least */
#define DAY		(24 * 3600)

struct answer {
	struct buf	 body;
	long		 status;	/* 0: none */
	bool		 problem;	/* a problem document of our programs */
	bool		 untrusted;	/* the certificate is not trusted */
	char		 code[64];	/* of a problem document, or "" */
	char		 version[64];	/* of health.cgi's answer, or "" */
	char		 error[CURL_ERROR_SIZE];
	int64_t		 date;		/* 0: no header */
	int64_t		 certified;	/* until when; 0: no certificate */
};

static size_t
on_body(char *p, size_t size, size_t n, void *ctx)
{
	struct answer	*a = ctx;

	/* The beginning tells what it is. */
	if (a->body.len < BODY_MAX)
		buf_add(&a->body, p, size * n < BODY_MAX - a->body.len ?
		    size * n : BODY_MAX - a->body.len);
	return size * n;
}

static size_t
on_header(char *p, size_t size, size_t n, void *ctx)
{
	struct answer	*a = ctx;
	char		 line[128];

	snprintf(line, sizeof(line), "%.*s", (int)(size * n), p);
	if (strncasecmp(line, "Date:", 5) == 0)
		a->date = curl_getdate(line + 5, NULL);
	return size * n;
}

/* Copy the text of a member into out; "" if there is none. */
static void
member(struct json_object *o, const char *name, char *out, size_t size)
{
	struct json_object	*v;

	if (json_object_object_get_ex(o, name, &v) &&
	    json_object_is_type(v, json_type_string))
		snprintf(out, size, "%s", json_object_get_string(v));
}

/* The end of the first certificate of the chain to expire. */
static void
read_certificates(CURL *curl, struct answer *a)
{
	static const char	 label[] = "Expire date:";
	struct curl_certinfo	*chain = NULL;
	int64_t			 end;

	if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) != CURLE_OK ||
	    chain == NULL)
		return;
	for (int i = 0; i < chain->num_of_certs; i++)
		for (struct curl_slist *l = chain->certinfo[i]; l != NULL;
		    l = l->next) {
			if (strncmp(l->data, label, strlen(label)) != 0)
				continue;
			end = curl_getdate(l->data + strlen(label), NULL);
			if (end > 0 && (a->certified == 0 ||
			    end < a->certified))
				a->certified = end;
		}
}

static void
read_answer(CURL *curl, struct answer *a)
{
	struct json_object	*o = NULL;
	struct err		 e = { 0 };
	const char		*type = NULL;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &a->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	read_certificates(curl, a);
	if (json_parse(buf_str(&a->body), a->body.len, &o, &e) != 0)
		return;
	member(o, "code", a->code, sizeof(a->code));
	member(o, "version", a->version, sizeof(a->version));
	a->problem = type != NULL && a->code[0] != '\0' &&
	    strncmp(type, "application/problem+json", 24) == 0;
	json_object_put(o);
}

/* Make one request, without trust in the certificate if verify is false. */
static CURLcode
request(CURL *curl, const char *method, const char *url, const char *header,
    bool verify, struct answer *a)
{
	struct curl_slist	*headers = header != NULL ?
				    curl_slist_append(NULL, header) : NULL;
	CURLcode		 rc;

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify ? 2L : 0L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, a->error);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, a);
	rc = curl_easy_perform(curl);
	if (rc == CURLE_OK)
		read_answer(curl, a);
	else if (a->error[0] == '\0')
		snprintf(a->error, sizeof(a->error), "%s",
		    curl_easy_strerror(rc));
	curl_slist_free_all(headers);
	return rc;
}

/*
 * Ask with a method and one header or NULL.  A certificate that is not trusted
 * is noted, and the answer read all the same.  The caller releases the body.
 */
static void
ask(const char *method, const char *base, const char *path, const char *header,
    struct answer *a)
{
	struct arena	 arena = { 0 };
	const char	*url = arena_printf(&arena, "%s%s", base, path);
	CURL		*curl = NULL;

	*a = (struct answer){ .status = 0 };
	buf_init(&a->body, BODY_MAX + 1);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		curl = curl_easy_init();
	if (curl == NULL)
		snprintf(a->error, sizeof(a->error), "there is no memory");
	else if (request(curl, method, url, header, true, a) ==
	    CURLE_PEER_FAILED_VERIFICATION) {
		a->untrusted = true;
		(void)request(curl, method, url, header, false, a);
	}
	curl_easy_cleanup(curl);
	arena_release(&arena);
}

/* Does the web server run the programs at all? */
static bool
check_runs(const struct check *k, const struct answer *a, const char *site)
{
	if (a->status == 0)
		return check_report(k, false, "web server", "%s cannot be "
		    "reached: %s. Is site_url right, and does the web server "
		    "run?", site, a->error);
	if (strncmp(buf_str(&a->body), "\177ELF", 4) == 0)
		return check_report(k, false, "web server", "it hands out the "
		    "programs as files. Take them off the web at once; see "
		    "docs/deploy.md for the handler that runs them");
	if (a->version[0] != '\0' && strcmp(a->version, PACKAGE_VERSION) != 0)
		return check_report(k, false, "web server",
		    "it runs version %s, "
		    "and this is %s. Install the programs again, and restart "
		    "it", a->version, PACKAGE_VERSION);
	if (a->version[0] == '\0' && !a->problem)
		return check_report(k, false, "web server",
		    "%s/api/v1/health is "
		    "answered with %ld, and not by the program. See its error "
		    "log, and docs/deploy.md for how it runs the programs",
		    site, a->status);
	if (a->status != 200)
		return check_report(k, false, "web server",
		    "%s/api/v1/health is "
		    "answered with %ld, %s. See the programs' log", site,
		    a->status, a->code);
	return true;
}

static bool
check_path_info(const struct check *k, const char *site)
{
	struct answer	 a;
	bool		 ok;

	ask("GET", site, "/api/v1/health/nothing", NULL, &a);
	ok = a.status == 404 && a.problem;
	buf_release(&a.body);
	return ok || check_report(k, false, "web server", "it does not hand on "
	    "the path behind a program's name, PATH_INFO. With Apache, set "
	    "AcceptPathInfo On for the programs");
}

static bool
check_authorization(const struct check *k, const char *site)
{
	struct answer	 a;
	bool		 ok;

	ask("GET", site, "/api/v1/auth/me", "Authorization: Bearer "
	    "cb_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &a);
	ok = a.status == 401 && strcmp(a.code, "invalid_token") == 0;
	buf_release(&a.body);
	return ok || check_report(k, false, "web server", "it does not hand on "
	    "the header Authorization, so that nobody can sign in. With "
	    "Apache, set CGIPassAuth On for the programs; see "
	    "apache/htaccess.sample");
}

static bool
check_methods(const struct check *k, const char *site)
{
	static const char *const	 methods[] = { "PUT", "PATCH",
		"DELETE" };
	struct answer			 a;
	char				 refused[32] = "";

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		ask(methods[i], site, "/api/v1/health", NULL, &a);
		if (a.status != 405 || !a.problem)
			snprintf(refused + strlen(refused), sizeof(refused) -
			    strlen(refused), "%s%s", *refused != '\0' ? ", " :
			    "", methods[i]);
		buf_release(&a.body);
	}
	return *refused == '\0' || check_report(k, false, "web server", "it "
	    "refuses the methods %s, so that staff cannot change anything. "
	    "With Apache, set Require all granted for the programs", refused);
}

static bool
check_certificate(const struct check *k, const struct answer *a)
{
	int64_t	 days = (a->certified - time(NULL)) / DAY;
	bool	 ok = true;

	if (a->untrusted)
		ok = check_report(k, false, "certificate",
		    "browsers do not trust "
		    "it. Get one for this host from an authority, with the "
		    "chain, for example by certbot");
	if (a->certified != 0 && days < CERTIFICATE)
		ok = check_report(k, false, "certificate", days < 0 ?
		    "it has expired (%lld days). Renew it" :
		    "it ends in %lld days. Renew it, and see to it that this "
		    "happens by itself: certbot renew", (long long)days);
	if (ok && a->certified != 0)
		check_report(k, true, "certificate", "%s", "");
	return ok;
}

bool
check_site(const struct check *k, const struct cfg *c)
{
	struct answer	 a;
	bool		 ok;

	if (c->site_url == NULL) {
		check_note(k, "web server", "set site_url to have it checked");
		return true;
	}
	ask("GET", c->site_url, "/api/v1/health", NULL, &a);
	ok = check_runs(k, &a, c->site_url);
	if (ok) {
		ok &= check_path_info(k, c->site_url);
		ok &= check_authorization(k, c->site_url);
		ok &= check_methods(k, c->site_url);
		if (ok)
			check_report(k, true, "web server", "%s", "");
	}
	ok &= check_certificate(k, &a);
	buf_release(&a.body);
	return ok;
}

bool
check_stripe_clock(const struct check *k, const struct cfg *c)
{
	struct answer	 a;
	bool		 ok = true;

	if (c->stripe.secret_key == NULL && c->stripe.next == NULL)
		return true;
	ask("GET", c->stripe_api_base, "/v1", NULL, &a);
	if (a.status == 0)
		ok = check_report(k, false, "stripe",
		    "%s cannot be reached: %s. "
		    "Does a firewall or a proxy stand in between?",
		    c->stripe_api_base, a.error);
	else if (a.date > 0)
		ok = check_clock(k, "Stripe", a.date);
	buf_release(&a.body);
	return ok;
}
