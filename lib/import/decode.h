/*
 * A stream of bytes in an unknown encoding, converted to UTF-8.
 *
 * If no encoding is given, a byte order mark decides.  Without one, the text
 * is read as UTF-8 and each byte that is not valid UTF-8 as Windows-1252.  As
 * soon as such bytes outnumber the valid multi-byte sequences, all following
 * text is read as Windows-1252.  This way one bad byte does not change how a
 * UTF-8 file is read, and a Windows-1252 file is recognised even if its first
 * accented letter is in the last row.
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
	void		*ctx;		/* for read() */
};

struct decoder {
	struct source	*source;
	iconv_t		 cd;		/* (iconv_t)-1: iconv is not used */
	size_t		 unit;		/* bytes to skip when iconv fails */
	bool		 windows_1252;	/* all text from here on */
	size_t		 good, stray;	/* multi-byte sequences; other bytes */
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
