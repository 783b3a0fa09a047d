/*
 * What went wrong, for the client and for the log.  Library calls return 0 or
 * -1 and fill a struct err; only the runner logs it and answers.
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

#include "base.h"

enum err_code {
	ERR_NONE,
	ERR_MALFORMED,		/* not the syntax that was asked for */
	ERR_INVALID,		/* well-formed, but values are not */
	ERR_UNAUTHORIZED,
	ERR_CARD,		/* Stripe declined */
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
	ERR_UPSTREAM,		/* Stripe failed */
	ERR_UNAVAILABLE,	/* the database is away */
	ERR__MAX
};

/* How a code is told to a client. */
struct err_kind {
	int		 status;
	const char	*slug;		/* "code" in the answer */
	const char	*title;
};

struct err_field {
	char		 name[64];
	const char	*slug;		/* static */
	char		 msg[128];
};

#define ERR_FIELDS	48

struct err {
	enum err_code	 code;
	const char	*slug;		/* static; NULL: that of the code */
	char		 msg[400];	/* for the client: one sentence */
	char		 detail[400];	/* for the log only */
	int		 retry_after;	/* seconds; 0: no such header */
	size_t		 nfields;
	struct err_field field[ERR_FIELDS];
};

const struct err_kind *err_kind(enum err_code);

/* Each returns -1, so that "return err_set(...)" is the whole idiom. */
int	 err_set(struct err *, enum err_code, const char *, ...) PRINTF(3, 4);

/* As err_set(), with a slug of its own; slug is static. */
int	 err_slug(struct err *, enum err_code, const char *slug,
	    const char *, ...) PRINTF(4, 5);

/* Adds one bad field; any number may be added before the caller returns -1. */
int	 err_field(struct err *, const char *name, const char *slug,
	    const char *, ...) PRINTF(4, 5);

/* Adds words for the log; the first code that was set stays. */
int	 err_detail(struct err *, enum err_code, const char *, ...)
	    PRINTF(3, 4);

/* True when a missing required field is all that is wrong. */
bool	 err_only_missing(const struct err *);

/* Forgets everything. */
void	 err_clear(struct err *);

#endif
