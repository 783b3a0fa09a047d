/* HTTP requests through libcurl. */
#include <criterion/criterion.h>
#include <curl/curl.h>

#include "call.h"
#include "core/buf.h"

#define BODY_MAX	(64 * 1024 * 1024)

/* A request in progress. */
struct transfer {
	CURL			*curl;
	struct curl_slist	*headers;
	struct buf		 head;
	struct buf		 body;
	size_t			 i;
	bool			 busy;
};

bool
over_http(void)
{
	return getenv("CERBERUS_URL") != NULL;
}

struct answer *
call(const struct call *c)
{
	return over_http() ? call_server(c) : call_program(c);
}

static size_t
take(char *p, size_t size, size_t n, void *to)
{
	struct buf	*b = to;

	buf_add(b, p, size * n);
	return b->failed ? 0 : size * n;
}

/* Keep only the last header: 100 (Continue) has one of its own. */
static size_t
take_head(char *p, size_t size, size_t n, void *to)
{
	struct buf	*b = to;

	if (size * n > 5 && memcmp(p, "HTTP/", 5) == 0)
		buf_clear(b, SIZE_MAX);
	return take(p, size, n, to);
}

static void
add_header(struct transfer *t, const char *line)
{
	t->headers = curl_slist_append(t->headers, line);
}

static void
prepare(struct transfer *t, const struct call *c)
{
	const char	*base = getenv("CERBERUS_URL");
	const char	*method = c->method != NULL ? c->method :
			    c->body != NULL ? "POST" : "GET";
	CURL		*h = t->curl;

	cr_assert(base != NULL, "start the tests by make check");
	curl_easy_reset(h);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	buf_clear(&t->head, SIZE_MAX);
	buf_clear(&t->body, SIZE_MAX);
	curl_easy_setopt(h, CURLOPT_URL, arena_printf(&memory,
	    "%s/api/v1%s%s%s", base, c->path, c->query != NULL ? "?" : "",
	    c->query != NULL ? c->query : ""));
	curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(h, CURLOPT_PROXY, "");
	curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(h, CURLOPT_TIMEOUT, 60L);
	curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(h, CURLOPT_WRITEDATA, &t->body);
	curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_head);
	curl_easy_setopt(h, CURLOPT_HEADERDATA, &t->head);
	add_header(t, "Expect:");
	if (c->body != NULL) {
		curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)(c->len > 0 ? c->len : strlen(c->body)));
		curl_easy_setopt(h, CURLOPT_COPYPOSTFIELDS, c->body);
		add_header(t, arena_printf(&memory, "Content-Type: %s",
		    c->type != NULL ? c->type : "application/json"));
	}
	if (c->body == NULL && method[0] == 'P')
		/* Servers require a Content-Length even without a body. */
		curl_easy_setopt(h, CURLOPT_COPYPOSTFIELDS, "");
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, method);
	if (c->token != NULL)
		add_header(t, arena_printf(&memory, "Authorization: Bearer %s",
		    c->token));
	for (size_t i = 0; c->headers != NULL && c->headers[i] != NULL; i++)
		add_header(t, c->headers[i]);
	curl_easy_setopt(h, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(h, CURLOPT_PRIVATE, t);
}

static struct answer *
finish(struct transfer *t, CURLcode rc)
{
	struct answer	*a = answer_new(buf_str(&t->head), t->head.len,
			    buf_str(&t->body), t->body.len);
	long		 status = 0;

	if (rc == CURLE_OK)
		curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	else
		a->log = curl_easy_strerror(rc);
	a->status = (int)status;
	return a;
}

static void
transfer_init(struct transfer *t)
{
	memset(t, 0, sizeof(*t));
	t->curl = curl_easy_init();
	buf_init(&t->head, 64 * 1024);
	buf_init(&t->body, BODY_MAX);
}

static void
transfer_release(struct transfer *t)
{
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	buf_release(&t->head);
	buf_release(&t->body);
}

struct answer *
call_server(const struct call *c)
{
	struct transfer	 t;
	struct answer	*a;

	transfer_init(&t);
	prepare(&t, c);
	a = finish(&t, curl_easy_perform(t.curl));
	transfer_release(&t);
	return a;
}

void
call_many(size_t n, size_t at_once, void (*make)(size_t, struct call *),
    void (*seen)(size_t, const struct answer *))
{
	struct transfer		*t = calloc(at_once, sizeof(*t)), *done;
	CURLM			*multi = curl_multi_init();
	struct arena_mark	 mark;
	CURLMsg			*msg;
	CURLcode		 rc;
	size_t			 next = 0;
	bool			 finished = false;
	int			 busy = 0, left;

	cr_assert(t != NULL && multi != NULL);
	for (size_t k = 0; k < at_once; k++)
		transfer_init(&t[k]);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)at_once);
	arena_alloc(&memory, 1);
	mark = arena_mark(&memory);
	do {
		for (size_t k = 0; k < at_once && next < n; k++) {
			struct call	 c = { 0 };

			if (t[k].busy)
				continue;
			make(next, &c);
			prepare(&t[k], &c);
			arena_rewind(&memory, mark);
			t[k].i = next++;
			t[k].busy = true;
			curl_multi_add_handle(multi, t[k].curl);
		}
		finished = false;
		curl_multi_perform(multi, &busy);
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			struct answer	*a;

			if (msg->msg != CURLMSG_DONE)
				continue;
			rc = msg->data.result;
			curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE,
			    &done);
			curl_multi_remove_handle(multi, done->curl);
			done->busy = false;
			a = finish(done, rc);
			seen(done->i, a);
			json_object_put(a->json);
			arena_rewind(&memory, mark);
			finished = true;
		}
		/* After a response, start the next request before waiting. */
		if (!finished && busy > 0)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	} while (busy > 0 || finished || next < n);
	for (size_t k = 0; k < at_once; k++)
		transfer_release(&t[k]);
	curl_multi_cleanup(multi);
	free(t);
}
