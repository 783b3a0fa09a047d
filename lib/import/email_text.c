/*
 * Reading cells with several e-mail addresses.  A single address is checked in
 * record/field_contact.c.
 */
#include "core/text.h"
#include "email_text.h"

static const char separators[] = " \t\r\n,;/|";

/* Add an address unless it is known; return false if it is not an address. */
static bool
add(const struct field *f, struct arena *a, const char *s, size_t n,
    const char **out, size_t *count)
{
	struct err	*e = arena_zalloc(a, sizeof(*e));
	const char	*value;

	if (field_check(f, a, s, n, &value, e) != 0 || value == NULL)
		return false;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(out[i], value) == 0)
			return true;
	if (*count == EMAILS_MAX)
		return false;
	out[(*count)++] = value;
	return true;
}

/* Narrow a word to the address in it: "<mailto:a@example.org>." */
static void
strip(const char **s, size_t *n)
{
	while (*n > 0 && strchr("<('\"", **s) != NULL) {
		(*s)++;
		(*n)--;
	}
	while (*n > 0 && strchr(">)'\".:", (*s)[*n - 1]) != NULL)
		(*n)--;
	if (*n > 7 && text_is(*s, 7, "mailto:")) {
		*s += 7;
		*n -= 7;
	}
}

size_t
emails_read(const struct field *f, struct arena *a, const char *s, size_t n,
    const char *out[EMAILS_MAX], bool *rest)
{
	const char	*end = s + n, *word;
	size_t		 count = 0, len, names = 0;

	*rest = false;
	while (s < end) {
		word = s;
		while (s < end && (*s == '\0' ||
		    strchr(separators, *s) == NULL))
			s++;
		len = (size_t)(s - word);
		s++;
		if (len == 0)
			continue;
		/* The words before <address> are the name of its owner. */
		if (*word == '<')
			names = 0;
		else
			*rest |= names > 0 && memchr(word, '@', len) != NULL;
		if (memchr(word, '@', len) == NULL) {
			names++;
			continue;
		}
		strip(&word, &len);
		if (!add(f, a, word, len, out, &count))
			*rest = true;
	}
	*rest |= names > 0;
	return count;
}
