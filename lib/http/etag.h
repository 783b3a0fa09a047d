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
 * Read the next tag of *list and advance *list.  Return false at the end of the
 * list, and at anything that is not an entity tag.  The tag excludes the suffix
 * that a web server appends when it compresses (-gzip, -br, ...), within the
 * quotes or after them.
 */
bool	 etag_next(const char **list, struct etag *);

/* Return true if the header is "*". */
bool	 etag_any(const char *header);

/*
 * Return true if a header's value lists etag, which is quoted and strong.  With
 * strong, weak tags in the header never match.
 */
bool	 etag_match(const char *header, const char *etag, bool strong);

#endif
