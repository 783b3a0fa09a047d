/*
 * An error: one part is for the client, the other for the log.  Library
 * functions return 0 or -1 and fill a struct err; only the runner
 * (http/endpoint.c) and the command line log it and report it.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include "base.h"

enum err_code {
	ERR_NONE,
	ERR_MALFORMED,		/* syntax error in the request */
	ERR_INVALID,		/* well-formed, but a field is invalid */
	ERR_UNAUTHORIZED,
	ERR_CARD,		/* Stripe declined the payment */
	ERR_FORBIDDEN,
	ERR_NOT_FOUND,
	ERR_METHOD,
	ERR_NOT_ACCEPTABLE,
	ERR_TIMEOUT,		/* the client stopped sending */
	ERR_CONFLICT,
	ERR_LENGTH,		/* a body without Content-Length */
	ERR_PRECONDITION,
	ERR_TOO_LARGE,
	ERR_MEDIA_TYPE,
	ERR_UNPROCESSABLE,
	ERR_RATE,
	ERR_INTERNAL,
	ERR_UPSTREAM,		/* Stripe failed or was not reached */
	ERR_UNAVAILABLE,	/* no database connection */
	ERR__MAX
};

/* What a response says about an error code. */
struct err_kind {
	int		 status;	/* HTTP status code */
	const char	*slug;		/* "code" of the problem document */
	const char	*title;
};

/* One invalid field of the request. */
struct err_field {
	char		 name[64];
	const char	*slug;		/* static string */
	char		 msg[128];
};

#define ERR_FIELDS	48

struct err {
	enum err_code	 code;
	const char	*slug;		/* static; NULL: the code's own slug */
	char		 msg[400];	/* for the client: one sentence */
	char		 detail[400];	/* for the log only */
	int		 retry_after;	/* seconds; 0: no Retry-After */
	size_t		 nfields;
	struct err_field field[ERR_FIELDS];
};

/* Return status, slug and title of a code; out of range: of ERR_INTERNAL. */
const struct err_kind *err_kind(enum err_code);

/*
 * Set the code and the message for the client, as printf() does; a message that
 * is too long is cut.  Like the functions below it returns -1, so that a caller
 * can write "return err_set(...)".
 */
int	 err_set(struct err *, enum err_code, const char *fmt, ...)
	    PRINTF(3, 4);

/* The same with a slug instead of the code's own.  slug must be static. */
int	 err_slug(struct err *, enum err_code, const char *slug,
	    const char *fmt, ...) PRINTF(4, 5);

/*
 * Add one invalid field; slug must be static.  The code becomes ERR_INVALID
 * unless one is set already.  A caller may add several fields before it returns
 * -1; those after the first ERR_FIELDS are dropped.
 */
int	 err_field(struct err *, const char *name, const char *slug,
	    const char *fmt, ...) PRINTF(4, 5);

/*
 * Set the detail for the log, without line breaks at its end.  The code is set
 * only if there is none yet.
 */
int	 err_detail(struct err *, enum err_code, const char *fmt, ...)
	    PRINTF(3, 4);

/* Return true if there are invalid fields and all of them are just missing. */
bool	 err_only_missing(const struct err *);

/* Reset to "no error". */
void	 err_clear(struct err *);

#endif
