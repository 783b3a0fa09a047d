/*
 * Comparing entity tags with If-Match and If-None-Match.  rest/resource.c makes
 * the tags.
 */
#include "etag.h"

static const char *const suffixes[] = { "-gzip", "-br", "-deflate", "-zstd" };

/* Return the length of the suffix that s starts with, or 0. */
static size_t
suffix_at(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (strncmp(s, suffixes[i], strlen(suffixes[i])) == 0)
			return strlen(suffixes[i]);
	return 0;
}

static void
cut_suffix(struct etag *t)
{
	size_t	 n;

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		n = strlen(suffixes[i]);
		if (t->n > n && memcmp(t->text + t->n - n, suffixes[i],
		    n) == 0) {
			t->n -= n;
			return;
		}
	}
}

bool
etag_next(const char **list, struct etag *t)
{
	const char	*p = *list + strspn(*list, " \t,");

	t->weak = p[0] == 'W' && p[1] == '/';
	if (t->weak)
		p += 2;
	if (*p != '"')
		return false;
	t->text = ++p;
	t->n = strcspn(p, "\"");
	p += t->n;
	if (*p != '"')
		return false;
	cut_suffix(t);
	p++;
	p += suffix_at(p);
	if (strchr(" \t,", *p) == NULL)		/* finds the NUL, too */
		return false;
	*list = p;
	return true;
}

bool
etag_any(const char *header)
{
	header += strspn(header, " \t");
	return *header == '*' && header[1 + strspn(header + 1, " \t")] == '\0';
}

bool
etag_match(const char *header, const char *etag, bool strong)
{
	struct etag	 own, t;

	if (etag_any(header))
		return true;
	if (!etag_next(&etag, &own))
		return false;
	while (etag_next(&header, &t))
		if (!(strong && t.weak) && t.n == own.n &&
		    memcmp(t.text, own.text, t.n) == 0)
			return true;
	return false;
}
