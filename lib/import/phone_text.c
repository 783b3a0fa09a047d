/*
 * Telephone numbers with what people write around them.  Plain numbers are read
 * in record/field_contact.c.
 */
#include <ctype.h>

#include "core/text.h"
#include "phone_text.h"
#include "record/field.h"
#include "words.h"

#define EXTENSION_MAX	8	/* digits */

/* Remove the text from the end of s if it is there, without regard to case. */
static bool
cut(const char *s, size_t *n, const char *text)
{
	size_t	 len = strlen(text);

	if (*n < len || !text_is(s + *n - len, len, text))
		return false;
	*n -= len;
	return true;
}

/*
 * Return the digits of an extension, and shorten the number to what precedes
 * it; NULL if the number has none.
 */
static const char *
take_extension(struct arena *a, const char *s, size_t *n)
{
	static const char *const words[] = { ";ext=", "extension", "extn.",
			    "extn", "ext.", "ext", "x.", "x", "#" };
	size_t	 digits = 0, len;

	while (digits < *n && isdigit((unsigned char)s[*n - digits - 1]))
		digits++;
	len = *n - digits;
	if (digits == 0 || digits > EXTENSION_MAX)
		return NULL;
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == ':'))
		len--;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!cut(s, &len, words[i]))
			continue;
		while (len > 0 && strchr(" ,;", s[len - 1]) != NULL)
			len--;
		s += *n - digits;
		*n = len;
		return arena_strndup(a, s, digits);
	}
	return NULL;
}

const char *
phone_read(struct arena *a, const char *s, size_t n, const char **extension)
{
	const char	*ext, *number;

	if (n > 4 && text_is(s, 4, "tel:")) {
		s += 4;
		n -= 4;
		text_trim(&s, &n);
	}
	ext = take_extension(a, s, &n);
	n = word_without_fraction(s, n);
	number = phone_e164(a, s, n);
	if (number == NULL && n > 3 && memcmp(s, "011", 3) == 0) {
		char	*with = arena_printf(a, "+%.*s", (int)(n - 3), s + 3);

		/* "011 44 ..." has a separator before the country code. */
		while (with[1] != '\0' && strchr(" -.", with[1]) != NULL)
			*++with = '+';
		number = phone_e164(a, with, strlen(with));
	}
	if (number != NULL)
		*extension = ext;
	return number;
}
