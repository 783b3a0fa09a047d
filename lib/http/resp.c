/* Building a response and writing it.  Errors become responses in problem.c. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/log.h"
#include "resp.h"

#define KEEP	(256 * 1024)	/* bytes of memory kept between requests */

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
	rs->style[0] = '\0';
	rs->no_body = rs->secret = rs->problem = false;
	rs->started = rs->broken = false;
	rs->yield = (struct yield){ 0 };
}

void
resp_undo(struct resp *rs, size_t mark)
{
	rs->head.len = mark;
	if (rs->head.data != NULL)
		rs->head.data[mark] = '\0';
	buf_clear(&rs->body, SIZE_MAX);
	rs->type = rs->etag = NULL;
	rs->problem = false;
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

/* Append the head of a CGI response (RFC 3875 section 6.3). */
static void
make_head(struct resp *rs, struct buf *out, bool with_length)
{
	buf_addf(out, "Status: %d\r\n", rs->status);
	if (rs->type != NULL)
		buf_addf(out, "Content-Type: %s\r\n", rs->type);
	if (rs->etag != NULL)
		buf_addf(out, "ETag: %s\r\n", rs->etag);
	if (rs->style[0] == '\0')
		buf_adds(out, RESP_POLICY(""));
	else
		buf_addf(out, RESP_POLICY("style-src 'sha256-%s'; "),
		    rs->style);
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
	int64_t	 pause_us;

	if (rs->no_body)
		return 0;
	if (!rs->broken && rs->io->write(rs->io, p, n) != 0)
		rs->broken = true;
	if (rs->broken)
		return -1;
	pause_us = yield_sent(&rs->yield, n, clock_us());
	if (pause_us > 0) {
		usleep((useconds_t)pause_us);
		yield_go_on(&rs->yield, clock_us());
	}
	return 0;
}

void
resp_send(struct resp *rs)
{
	struct buf	 out;

	if (rs->started)
		return;
	if (rs->body.failed || rs->head.failed) {
		log_line("the response is larger than %d bytes", RESP_BODY_MAX);
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

void
html_add(struct buf *b, const char *s)
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

struct buf *
resp_html(struct resp *rs, int status, const char *title, const char *css)
{
	struct buf	*b = resp_json(rs, status);
	unsigned char	 hash[32];

	rs->type = "text/html; charset=utf-8";
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>"
	    "<meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>");
	html_add(b, title);
	buf_adds(b, "</title>");
	if (css != NULL && EVP_Digest(css, strlen(css), hash, NULL,
	    EVP_sha256(), NULL) == 1) {
		EVP_EncodeBlock((unsigned char *)rs->style, hash,
		    sizeof(hash));
		buf_adds(b, "<style>");
		buf_adds(b, css);
		buf_adds(b, "</style>");
	}
	buf_adds(b, "</head>\n");
	return b;
}

struct buf *
resp_page_begin(struct resp *rs, int status, const char *title,
    const char *text)
{
	static const char	 css[] = ":root{color-scheme:light dark}"
	    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:36rem;"
	    "margin:3rem auto;padding:0 1rem}";
	struct buf		*b = resp_html(rs, status, title, css);

	buf_adds(b, "<body>\n<h1>");
	html_add(b, title);
	buf_adds(b, "</h1>\n<p>");
	html_add(b, text);
	buf_adds(b, "</p>\n");
	return b;
}

void
resp_page_end(struct buf *b)
{
	buf_adds(b, "</body>\n</html>\n");
}

void
resp_page(struct resp *rs, int status, const char *title, const char *text)
{
	resp_page_end(resp_page_begin(rs, status, title, text));
}
