/*
 * The answer.  Nothing reaches the client before it is complete, so that a late
 * failure can still change the status; only resp_stream() gives that up.
 */
#ifndef HTTP_RESP_H
#define HTTP_RESP_H

#include "core/buf.h"
#include "core/err.h"
#include "io.h"

#define RESP_BODY_MAX	(32 * 1024 * 1024)

struct resp {
	struct io	*io;
	int		 status;
	const char	*type;		/* static; NULL: no body */
	const char	*etag;		/* quoted, in the request's arena */
	struct buf	 head;		/* further header lines */
	struct buf	 body;
	bool		 no_body;	/* HEAD */
	bool		 secret;	/* what was sent is wiped */
	bool		 started;	/* the head is out: too late for errors */
	bool		 broken;	/* the client is gone */
};

void	 resp_init(struct resp *, struct io *);
void	 resp_clear(struct resp *, struct io *);	/* for the next one */
void	 resp_release(struct resp *);

/* A value with CR or LF is refused: the header is left out. */
void	 resp_header(struct resp *, const char *name, const char *value);

/* Empties the body for a JSON answer and returns it. */
struct buf *resp_json(struct resp *, int status);

/* Sends the head now; resp_write() then sends the body piece by piece. */
int	 resp_stream(struct resp *, int status, const char *type) MUST_USE;

/* -1 when the client is gone: stop working. */
int	 resp_write(struct resp *, const void *, size_t) MUST_USE;

/* Head and body in one write; nothing when it was streamed. */
void	 resp_send(struct resp *);

/* An error's body (RFC 9457), and the headers that its status asks for. */
void	 resp_problem(struct resp *, const struct err *, const char *id);

/* The same for a person: a small page. */
void	 resp_problem_page(struct resp *, const struct err *);

/* A page in the house's plain dress; text is escaped. */
void	 resp_page(struct resp *, int status, const char *title,
	    const char *text);

#endif
