/*
 * Sending a request, either to an executable by environment and standard input
 * (PROGRAM), or over HTTP to the server at CERBERUS_URL (SERVER).  CALL() uses
 * HTTP if CERBERUS_URL is set, so that the same test runs in both ways.
 */
#ifndef SUPPORT_CALL_H
#define SUPPORT_CALL_H

#include "answer.h"

struct call {
	const char		*method;	/* NULL: GET or POST */
	const char		*path;		/* after /api/v1 */
	const char		*query;
	const char		*token;		/* Bearer; NULL: none */
	const char		*type;		/* NULL: JSON */
	const char		*body;
	size_t			 len;		/* 0: strlen(body) */
	const char	*const	*headers;	/* see LIST() */

	/* Only for an executable. */
	const char		*program;	/* NULL: chosen by path */
	const char	*const	*env;		/* overrides; "NAME": unset */
	bool			 open;		/* keep stdin open */
};

/* Send a request and return the response, which lives in the arena memory. */
struct answer *call(const struct call *);

struct answer *call_program(const struct call *);
struct answer *call_server(const struct call *);

#define CALL(...)	call(&(const struct call){ __VA_ARGS__ })
#define PROGRAM(...)	call_program(&(const struct call){ __VA_ARGS__ })
#define SERVER(...)	call_server(&(const struct call){ __VA_ARGS__ })
/* A list of strings that ends in NULL, such as "Name: value" headers. */
#define LIST(...)	((const char *const[]){ __VA_ARGS__, NULL })

/* Return true if call() uses HTTP. */
bool	 over_http(void);

/*
 * Send n requests to the server, at_once of them at a time.  make() fills the
 * i-th request; seen() gets its response, with status 0 if the connection
 * failed.  What either allocates in memory is freed after its call.
 */
void	 call_many(size_t n, size_t at_once,
	    void (*make)(size_t i, struct call *),
	    void (*seen)(size_t i, const struct answer *));

#endif
