/*
 * A request, sent either to one executable by environment and stdin, or over
 * HTTP to the server that CERBERUS_URL names.  CALL() takes whichever way the
 * run was started with, so that one test says what both must do.
 */
#ifndef SUPPORT_CALL_H
#define SUPPORT_CALL_H

#include "answer.h"

struct call {
	const char		*method;	/* NULL: GET, or POST with body */
	const char		*path;		/* after /api/v1 */
	const char		*query;
	const char		*token;		/* Bearer; NULL: none */
	const char		*type;		/* NULL: JSON when there is a body */
	const char		*body;
	size_t			 len;		/* 0: strlen(body) */
	const char	*const	*headers;	/* "Name: value", ends in NULL */

	/* For an executable alone. */
	const char		*program;	/* NULL: the path's */
	const char	*const	*env;		/* wins; "NAME" takes away */
	bool			 open;		/* stdin stays open */
};

/* The run's way. */
struct answer *call(const struct call *);

struct answer *call_program(const struct call *);
struct answer *call_server(const struct call *);

#define CALL(...)	call(&(const struct call){ __VA_ARGS__ })
#define PROGRAM(...)	call_program(&(const struct call){ __VA_ARGS__ })
#define SERVER(...)	call_server(&(const struct call){ __VA_ARGS__ })
#define LIST(...)	((const char *const []){ __VA_ARGS__, NULL })

/* Over HTTP? */
bool	 over_http(void);

/*
 * n calls to the server, many at a time.  make() fills the i-th; seen() looks
 * at its answer, whose status is 0 when the connection broke.
 */
void	 call_many(size_t n, size_t at_once,
	    void (*make)(size_t i, struct call *),
	    void (*seen)(size_t i, const struct answer *));

#endif
