/*
 * Bytes of unknown encoding to UTF-8, as a stream.
 *
 * Without an encoding given: a byte order mark decides; else the text is taken
 * for UTF-8, and a byte that cannot be is read as Windows-1252.  When such bytes
 * outnumber the good sequences, all that follows is Windows-1252.  So neither a
 * stray byte late in a file nor a name in its last row stops it.
 */
#ifndef IMPORT_DECODE_H
#define IMPORT_DECODE_H

#include <iconv.h>
#include <openssl/evp.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/err.h"

#define DECODE_RAW	(64 * 1024)

/* Where the bytes come from. */
struct source {
	/* Bytes read, 0 at the end, -1 on failure. */
	ssize_t		 (*read)(struct source *, void *, size_t,
			    struct err *);
	void		*ctx;
};

struct decoder {
	struct source	*source;
	iconv_t		 cd;		/* (iconv_t)-1: not used */
	size_t		 unit;		/* bytes of one that it cannot read */
	bool		 single;	/* Windows-1252 from here on */
	size_t		 good, stray;	/* sequences of UTF-8; other bytes */
	bool		 eof;
	int64_t		 bytes;		/* read from the source */
	EVP_MD_CTX	*digest;	/* SHA-256 of them */
	size_t		 start, end;	/* what of raw is unread */
	char		*raw;
};

/* Is this an encoding that decoder_open() takes? */
bool	 decoder_knows(const char *encoding);

/* 400 for an encoding that nobody knows, 422 for a file that is no text. */
int	 decoder_open(struct decoder *, struct arena *, struct source *,
	    const char *encoding, struct err *) MUST_USE;
void	 decoder_close(struct decoder *);

/* Up to n bytes of UTF-8, n at least 16; 0 at the end. */
ssize_t	 decoder_read(struct decoder *, char *, size_t n, struct err *)
	    MUST_USE;

#endif
