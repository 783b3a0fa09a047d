/*
 * A stream of bytes in an unknown encoding, converted to UTF-8.
 *
 * If no encoding is given, a byte order mark decides.  Without one, the text
 * is read as UTF-8 and each byte that is not valid UTF-8 as Windows-1252, so
 * that a file whose lines come from two programs is read correctly.  As soon as
 * such bytes outnumber the valid multi-byte sequences, the text counts as
 * Windows-1252, in which two letters may look like a UTF-8 sequence; from there
 * on only sequences for characters that names have are taken as UTF-8.
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
	/*
	 * Read up to n bytes.  Return their number, 0 at the end, or -1 with
	 * the error set.
	 */
	ssize_t		 (*read)(struct source *, void *, size_t n,
			    struct err *);
	/*
	 * Start again from the first byte.  NULL: the source can be read only
	 * once.
	 */
	int		 (*rewind)(struct source *, struct err *);
	void		*ctx;		/* for both */
};

struct decoder {
	struct source	*source;
	iconv_t		 cd;		/* (iconv_t)-1: iconv is not used */
	size_t		 unit;		/* bytes to skip when iconv fails */
	bool		 forced;	/* Windows-1252, as the caller says */
	bool		 windows_1252;	/* mostly, from here on */
	size_t		 good, stray;	/* multi-byte sequences; other bytes */
	int64_t		 put;		/* bytes returned so far */
	int64_t		 mixed_at;	/* of them, up to the first character
					 * in a second encoding; 0: none */
	bool		 eof;
	int64_t		 bytes;		/* read from the source */
	EVP_MD_CTX	*digest;	/* SHA-256 of them */
	size_t		 start, end;	/* unread part of raw */
	char		*raw;		/* DECODE_RAW bytes */
};

/* Is this an encoding that decoder_open() accepts? */
bool	 decoder_knows(const char *encoding);

/*
 * Start decoding; reads the first DECODE_RAW bytes.  encoding is a name that
 * iconv knows; NULL or "auto": to be detected.  400 for an unknown encoding,
 * 422 for a file that is not text.  The buffer lives in the arena.
 * decoder_close() frees the rest, also after a failure.
 */
int	 decoder_open(struct decoder *, struct arena *, struct source *,
	    const char *encoding, struct err *) MUST_USE;
void	 decoder_close(struct decoder *);

/*
 * Read up to n bytes of UTF-8, always complete characters; n is at least 16.
 * Return their number, 0 at the end, or -1 if reading from the source fails.
 * Characters that iconv cannot convert become U+FFFD.
 */
ssize_t	 decoder_read(struct decoder *, char *, size_t n, struct err *)
	    MUST_USE;

#endif
