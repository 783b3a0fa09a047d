/*
 * Errors, and the table of what responses say about each code.  Problem
 * documents are written in http/problem.c.
 */
#include <stdarg.h>

#include "err.h"

static const struct err_kind kinds[ERR__MAX] = {
	[ERR_NONE]         = { 200, "ok", "OK" },
	[ERR_MALFORMED]    = { 400, "bad_request", "Bad Request" },
	[ERR_INVALID]      = { 400, "invalid_fields", "Bad Request" },
	[ERR_UNAUTHORIZED] = { 401, "invalid_token", "Unauthorized" },
	[ERR_CARD]         = { 402, "card_error", "Payment Required" },
	[ERR_FORBIDDEN]    = { 403, "forbidden", "Forbidden" },
	[ERR_NOT_FOUND]    = { 404, "not_found", "Not Found" },
	[ERR_METHOD]       = { 405, "method_not_allowed",
			       "Method Not Allowed" },
	[ERR_NOT_ACCEPTABLE] = { 406, "not_acceptable", "Not Acceptable" },
	[ERR_TIMEOUT]      = { 408, "request_timeout", "Request Timeout" },
	[ERR_CONFLICT]     = { 409, "conflict", "Conflict" },
	[ERR_LENGTH]       = { 411, "length_required", "Length Required" },
	[ERR_PRECONDITION] = { 412, "precondition_failed",
			       "Precondition Failed" },
	[ERR_TOO_LARGE]    = { 413, "too_large", "Content Too Large" },
	[ERR_MEDIA_TYPE]   = { 415, "unsupported_media_type",
			       "Unsupported Media Type" },
	[ERR_UNPROCESSABLE] = { 422, "unprocessable",
				"Unprocessable Content" },
	[ERR_RATE]         = { 429, "rate_limited", "Too Many Requests" },
	[ERR_INTERNAL]     = { 500, "internal_error",
			       "Internal Server Error" },
	[ERR_UPSTREAM]     = { 502, "payment_provider_failed",
			       "Bad Gateway" },
	[ERR_UNAVAILABLE]  = { 503, "database_unavailable",
			       "Service Unavailable" },
};

const struct err_kind *
err_kind(enum err_code code)
{
	return &kinds[code < ERR__MAX ? code : ERR_INTERNAL];
}

int
err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list	 ap;

	e->code = code;
	e->slug = NULL;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_slug(struct err *e, enum err_code code, const char *slug,
    const char *fmt, ...)
{
	va_list	 ap;

	e->code = code;
	e->slug = slug;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_field(struct err *e, const char *name, const char *slug,
    const char *fmt, ...)
{
	struct err_field	*f;
	va_list			 ap;

	if (e->code == ERR_NONE)
		e->code = ERR_INVALID;
	if (e->nfields == ERR_FIELDS)
		return -1;
	f = &e->field[e->nfields++];
	snprintf(f->name, sizeof(f->name), "%s", name);
	f->slug = slug;
	va_start(ap, fmt);
	vsnprintf(f->msg, sizeof(f->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
err_detail(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list	 ap;
	size_t	 n;

	if (e->code == ERR_NONE)
		e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->detail, sizeof(e->detail), fmt, ap);
	va_end(ap);
	n = strlen(e->detail);
	while (n > 0 && e->detail[n - 1] == '\n')
		e->detail[--n] = '\0';
	return -1;
}

bool
err_only_missing(const struct err *e)
{
	for (size_t i = 0; i < e->nfields; i++)
		if (strcmp(e->field[i].slug, "required") != 0)
			return false;
	return e->nfields > 0;
}

void
err_clear(struct err *e)
{
	e->code = ERR_NONE;
	e->slug = NULL;
	e->msg[0] = e->detail[0] = '\0';
	e->retry_after = 0;
	e->nfields = 0;
}
