/* Problem documents and error pages, made from a struct err. */
#include "problem.h"
#include "record/json.h"
#include "route.h"

/*
 * Write one sentence about the error to out, which has n bytes: its message, or
 * "Missing required fields: a, b", or which fields are not valid.
 */
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

/* Append one member of a JSON object. */
static void
member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", name);
	json_add_string(b, value, strlen(value));
}

/* Add the headers that the status asks for. */
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
problem_json(struct resp *rs, const struct err *e, const char *id)
{
	const struct err_kind	*kind = err_kind(e->code);
	struct buf		*b = resp_json(rs, kind->status);
	const char		*slug = slug_of(e);
	char			 text[1024];

	rs->type = "application/problem+json";
	rs->etag = NULL;
	rs->problem = true;
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

void
problem_page(struct resp *rs, const struct err *e)
{
	const struct err_kind	*kind = err_kind(e->code);
	struct buf		*b;
	char			 text[1024];

	summary(e, text, sizeof(text));
	problem_headers(rs, e);
	rs->etag = NULL;
	rs->problem = true;
	b = resp_page_begin(rs, kind->status, kind->title, text);
	if (e->nfields > 1) {
		buf_adds(b, "<ul>\n");
		for (size_t i = 0; i < e->nfields; i++) {
			buf_adds(b, "<li>");
			html_add(b, e->field[i].msg);
			buf_adds(b, "</li>\n");
		}
		buf_adds(b, "</ul>\n");
	}
	if (e->nfields > 0)
		buf_adds(b, "<p>Go back to the form: your browser has kept "
		    "what you typed.</p>\n");
	resp_page_end(b);
}

void
problem_answer(const struct req *rq, struct resp *rs, struct err *e)
{
	if (e->code == ERR_NONE)
		e->code = ERR_INTERNAL;
	if (route_wants_page(rq))
		problem_page(rs, e);
	else
		problem_json(rs, e, rq->id);
}
