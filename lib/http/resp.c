/* The answer. */
#include <openssl/crypto.h>

#include "core/log.h"
#include "record/json.h"
#include "resp.h"

#define KEEP	(256 * 1024)	/* memory a FastCGI process keeps for it */

void
resp_init(struct resp *rs, struct io *io)
{
	*rs = (struct resp){ .io = io, .status = 200 };
	buf_init(&rs->head, 16 * 1024);
	buf_init(&rs->body, RESP_BODY_MAX);
}

void
resp_clear(struct resp *rs, struct io *io)
{
	buf_clear(&rs->head, KEEP);
	buf_clear(&rs->body, KEEP);
	rs->io = io;
	rs->status = 200;
	rs->type = rs->etag = NULL;
	rs->no_body = rs->secret = rs->started = rs->broken = false;
}

void
resp_release(struct resp *rs)
{
	buf_release(&rs->head);
	buf_release(&rs->body);
}

void
resp_header(struct resp *rs, const char *name, const char *value)
{
	if (strpbrk(value, "\r\n") != NULL)
		return;
	buf_adds(&rs->head, name);
	buf_add(&rs->head, ": ", 2);
	buf_adds(&rs->head, value);
	buf_add(&rs->head, "\r\n", 2);
}

struct buf *
resp_json(struct resp *rs, int status)
{
	rs->status = status;
	rs->type = "application/json";
	buf_clear(&rs->body, KEEP);
	return &rs->body;
}

/* The head as RFC 3875 section 6.3 has it. */
static void
make_head(struct resp *rs, struct buf *out, bool with_length)
{
	buf_addf(out, "Status: %d\r\n", rs->status);
	if (rs->type != NULL)
		buf_addf(out, "Content-Type: %s\r\n", rs->type);
	if (rs->etag != NULL)
		buf_addf(out, "ETag: %s\r\n", rs->etag);
	buf_add(out, rs->head.data, rs->head.len);
	if (with_length)
		buf_addf(out, "Content-Length: %zu\r\n", rs->body.len);
	buf_add(out, "\r\n", 2);
}

int
resp_stream(struct resp *rs, int status, const char *type)
{
	struct buf	 head;

	rs->status = status;
	rs->type = type;
	buf_init(&head, 32 * 1024);
	make_head(rs, &head, false);
	rs->started = true;
	if (head.failed || rs->io->write(rs->io, head.data, head.len) != 0)
		rs->broken = true;
	buf_release(&head);
	return rs->broken ? -1 : 0;
}

int
resp_write(struct resp *rs, const void *p, size_t n)
{
	if (rs->no_body)
		return 0;
	if (!rs->broken && rs->io->write(rs->io, p, n) != 0)
		rs->broken = true;
	return rs->broken ? -1 : 0;
}

void
resp_send(struct resp *rs)
{
	struct buf	 out;

	if (rs->started)
		return;
	if (rs->body.failed || rs->head.failed) {
		log_line("the answer is larger than %d bytes", RESP_BODY_MAX);
		resp_clear(rs, rs->io);
		rs->status = 500;
	}
	buf_init(&out, rs->body.len + 64 * 1024);
	make_head(rs, &out, rs->type != NULL);
	if (!rs->no_body && rs->type != NULL)
		buf_add(&out, rs->body.data, rs->body.len);
	rs->started = true;
	if (out.failed || rs->io->write(rs->io, out.data, out.len) != 0)
		rs->broken = true;
	if (rs->secret && out.data != NULL) {
		OPENSSL_cleanse(out.data, out.len);
		OPENSSL_cleanse(rs->body.data, rs->body.len);
	}
	buf_release(&out);
}

/* "Missing required fields: a, b", or a sentence about what is not valid. */
static void
summary(const struct err *e, char *out, size_t n)
{
	size_t	 used;

	if (e->msg[0] != '\0') {
		snprintf(out, n, "%s", e->msg);
		return;
	}
	if (e->nfields == 0) {
		snprintf(out, n, "%s", e->code == ERR_UNAVAILABLE ?
		    "The database cannot be reached; try again shortly." :
		    "Something went wrong on the server; the request id "
		    "finds it in the log.");
		return;
	}
	if (err_only_missing(e))
		used = (size_t)snprintf(out, n, "Missing required fields: ");
	else if (e->nfields == 1) {
		snprintf(out, n, "%s%s%s", strcmp(e->field[0].slug,
		    "unknown_field") == 0 ? e->field[0].name : "",
		    strcmp(e->field[0].slug, "unknown_field") == 0 ?
		    ": " : "", e->field[0].msg);
		return;
	} else
		used = (size_t)snprintf(out, n, "These fields are not "
		    "valid: ");
	for (size_t i = 0; i < e->nfields && used < n; i++)
		used += (size_t)snprintf(out + used, n - used, "%s%s",
		    i > 0 ? ", " : "", e->field[i].name);
}

static void
member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
	json_add_string(b, value, strlen(value));
}

static void
problem_headers(struct resp *rs, const struct err *e)
{
	char	 seconds[16];

	if (e->code == ERR_UNAUTHORIZED)
		resp_header(rs, "WWW-Authenticate", "Bearer");
	if (e->retry_after > 0 || e->code == ERR_UNAVAILABLE) {
		snprintf(seconds, sizeof(seconds), "%d",
		    e->retry_after > 0 ? e->retry_after : 5);
		resp_header(rs, "Retry-After", seconds);
	}
}

static const char *
slug_of(const struct err *e)
{
	if (e->slug != NULL)
		return e->slug;
	return err_only_missing(e) ? "missing_fields" :
	    err_kind(e->code)->slug;
}

void
resp_problem(struct resp *rs, const struct err *e, const char *id)
{
	const struct err_kind	*kind = err_kind(e->code);
	struct buf		*b = resp_json(rs, kind->status);
	const char		*slug = slug_of(e);
	char			 text[1024];

	rs->type = "application/problem+json";
	rs->etag = NULL;
	problem_headers(rs, e);
	summary(e, text, sizeof(text));
	buf_addc(b, '{');
	buf_addf(b, "\"type\":\"urn:cerberus:problem:%s\"", slug);
	member(b, "title", kind->title);
	buf_addf(b, ",\"status\":%d", kind->status);
	member(b, "detail", text);
	member(b, "error", text);
	member(b, "code", slug);
	member(b, "request_id", id);
	if (e->nfields > 0) {
		buf_adds(b, ",\"errors\":[");
		for (size_t i = 0; i < e->nfields; i++) {
			buf_adds(b, i > 0 ? ",{\"field\":" : "{\"field\":");
			json_add_string(b, e->field[i].name,
			    strlen(e->field[i].name));
			member(b, "code", e->field[i].slug);
			member(b, "message", e->field[i].msg);
			buf_addc(b, '}');
		}
		buf_addc(b, ']');
	}
	buf_addc(b, '}');
}

static void
add_html(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		case '\'':
			buf_adds(b, "&#39;");
			break;
		default:
			buf_addc(b, *s);
		}
}

void
resp_page(struct resp *rs, int status, const char *title, const char *text)
{
	struct buf	*b = resp_json(rs, status);

	rs->type = "text/html; charset=utf-8";
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>"
	    "<meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>");
	add_html(b, title);
	buf_adds(b, "</title></head>\n<body>\n<h1>");
	add_html(b, title);
	buf_adds(b, "</h1>\n<p>");
	add_html(b, text);
	buf_adds(b, "</p>\n</body>\n</html>\n");
}

void
resp_problem_page(struct resp *rs, const struct err *e)
{
	char	 text[1024];

	summary(e, text, sizeof(text));
	problem_headers(rs, e);
	rs->etag = NULL;
	resp_page(rs, err_kind(e->code)->status, err_kind(e->code)->title,
	    text);
}
