/* Entity tags in If-Match and If-None-Match: RFC 9110, 8.8.3 and 13.1. */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include "core/base.h"

/* One tag of a header's list: n bytes between its quotes. */
struct etag {
	const char	*text;
	size_t		 n;
	bool		 weak;
};

/*
 * Reads the next tag and moves *list behind it; false at the end of the list
 * and at anything that is not an entity tag.  The suffix that a web server
 * appends when it compresses (-gzip, -br, ...), within the quotes or behind
 * them, is left out of the tag.
 */
bool	 etag_next(const char **list, struct etag *);

/* Is the header "*"? */
bool	 etag_any(const char *header);

/*
 * Does a header's value name etag, which is quoted and strong?  With strong,
 * weak tags never match.
 */
bool	 etag_match(const char *header, const char *etag, bool strong);

#endif
