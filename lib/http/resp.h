/*
 * The response.  Nothing reaches the client before it is complete, so that a
 * late failure can still change the status.  The exception is resp_stream(),
 * for responses that are too large to be held in memory.
 */
#ifndef HTTP_RESP_H
#define HTTP_RESP_H

#include "core/buf.h"
#include "core/err.h"
#include "io.h"
#include "yield.h"

#define RESP_BODY_MAX	(32 * 1024 * 1024)

struct resp {
	struct io	*io;
	int		 status;
	const char	*type;		/* static text; NULL: no body */
	const char	*etag;		/* quoted, in the request's arena */
	char		 style[64];	/* hash of the page's style; "": none */
	struct buf	 head;		/* further header lines */
	struct buf	 body;
	bool		 no_body;	/* HEAD */
	bool		 secret;	/* wipe the response after sending it */
	bool		 problem;	/* about an error, see problem.h */
	bool		 started;	/* the head was sent: the status can no
					 * longer change */
	bool		 broken;	/* the client is gone */
	struct yield	 yield;		/* of a streamed body */
};

/* Make an empty response with status 200. */
void	 resp_init(struct resp *, struct io *);

/* Empty the response for the next request. */
void	 resp_clear(struct resp *, struct io *);

void	 resp_release(struct resp *);

/*
 * Remove what a handler has added to the response: the body, and the header
 * lines behind the first mark bytes.
 */
void	 resp_undo(struct resp *, size_t mark);

/* Add a header, unless its value has a CR or LF. */
void	 resp_header(struct resp *, const char *name, const char *value);

/*
 * The Content-Security-Policy of every response.  A browser that opens one must
 * not run, load or embed anything.  style allows a page's own style, or is "".
 */
#define RESP_POLICY(style)						\
	"Content-Security-Policy: default-src 'none'; " style		\
	"base-uri 'none'; form-action 'none'; "				\
	"frame-ancestors 'none'; object-src 'none'; sandbox\r\n"

/* Start a JSON response and return its empty body, to append to. */
struct buf *resp_json(struct resp *, int status);

/*
 * Send the head now; resp_write() then sends the body piece by piece.  -1 if
 * the client is gone.
 */
int	 resp_stream(struct resp *, int status, const char *type) MUST_USE;

/*
 * Send n bytes of a body; pause while the machine is busy.  -1 if the client is
 * gone: stop working.
 */
int	 resp_write(struct resp *, const void *, size_t n) MUST_USE;

/* Send head and body in one write, unless the response was streamed. */
void	 resp_send(struct resp *);

/* Append a text, escaped for HTML. */
void	 html_add(struct buf *, const char *);

/*
 * Start an HTML page, up to and without <body>, and return the body to append
 * to.  The title is escaped.  css is the text of the page's style, which the
 * policy allows by its hash, or NULL.
 */
struct buf *resp_html(struct resp *, int status, const char *title,
	    const char *css);

/*
 * Set a short page of its own style: a title and a paragraph.  After
 * resp_page_begin() the caller may append HTML to the buffer and then calls
 * resp_page_end(); resp_page() is both.
 */
struct buf *resp_page_begin(struct resp *, int status, const char *title,
	    const char *text);
void	 resp_page_end(struct buf *);
void	 resp_page(struct resp *, int status, const char *title,
	    const char *text);

#endif
