/*
 * multipart/form-data (RFC 7578) as a stream: one part after another, the data
 * of each in pieces.  Files are never held in memory as a whole.
 */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "body.h"
#include "core/arena.h"

#define MULTIPART_WINDOW	(64 * 1024)	/* bytes read ahead */
#define MULTIPART_PARTS		200	/* most parts of one body */

struct part {
	const char	*name;		/* of the field */
	const char	*filename;	/* NULL: not a file; "": none chosen */
	const char	*type;		/* its Content-Type, or NULL */
};

struct multipart {
	struct body	*body;
	struct arena	*arena;
	char		 mark[80];	/* CR LF -- boundary */
	size_t		 mark_len;
	size_t		 parts;
	bool		 in_part;	/* the part has unread data */
	bool		 eof;		/* the body has no more bytes */
	bool		 done;		/* the closing boundary was seen */
	size_t		 start, end;	/* of the unread bytes in window */
	char		*window;
};

/*
 * Start reading a body.  400 if the boundary is missing or not valid (RFC 2046
 * section 5.1.1).
 */
int	 multipart_open(struct multipart *, struct arena *, struct body *,
	    const char *boundary, struct err *) MUST_USE;

/*
 * Go to the next part, past the unread rest of the current one.  Return 1 with
 * *part (arena), 0 after the last part, or -1: 400 for a body that is broken or
 * has too many parts.
 */
int	 multipart_next(struct multipart *, struct part *, struct err *)
	    MUST_USE;

/*
 * Read up to n bytes of the part's data and return their number; 0 at its end.
 */
ssize_t	 multipart_read(struct multipart *, void *, size_t n, struct err *)
	    MUST_USE;

/*
 * Read all data of a small part, NUL-terminated, into the arena; 413 above max.
 */
int	 multipart_text(struct multipart *, size_t max, const char **text,
	    size_t *len, struct err *) MUST_USE;

#endif
