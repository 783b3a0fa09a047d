/*
 * multipart/form-data (RFC 7578) as a stream: one part after the other, its data
 * in pieces, never held whole.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "body.h"
#include "core/arena.h"

#define MULTIPART_WINDOW	(64 * 1024)	/* bytes read ahead */
#define MULTIPART_PARTS		200		/* most parts of a body */

struct part {
	const char	*name;		/* of the form's field */
	const char	*filename;	/* NULL: not a file; "": none chosen */
	const char	*type;		/* its Content-Type, or NULL */
};

struct multipart {
	struct body	*body;
	struct arena	*arena;
	char		 mark[80];	/* CR LF -- boundary */
	size_t		 mark_len;
	size_t		 parts;
	bool		 in_part;	/* data of a part is left */
	bool		 eof;		/* the body has no more bytes */
	bool		 done;		/* the closing boundary was seen */
	size_t		 start, end;	/* what of window is unread */
	char		*window;
};

/* 400 when the boundary is missing or breaks RFC 2046 section 5.1.1. */
int	 multipart_open(struct multipart *, struct arena *, struct body *,
	    const char *boundary, struct err *) MUST_USE;

/*
 * The next part: 1 with *part set, 0 after the last.  What was left of the one
 * before is read past.
 */
int	 multipart_next(struct multipart *, struct part *, struct err *)
	    MUST_USE;

/* Up to n bytes of the part's data; 0 at its end. */
ssize_t	 multipart_read(struct multipart *, void *, size_t n, struct err *)
	    MUST_USE;

/* The whole data of a small part, NUL-terminated; 413 above max bytes. */
int	 multipart_text(struct multipart *, size_t max, const char **text,
	    size_t *len, struct err *) MUST_USE;

#endif
