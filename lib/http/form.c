/*
 * Parsing query strings and urlencoded bodies.  multipart.c parses the other
 * kind of form.
 */
#include "core/text.h"
#include "form.h"

#define MAX_PAIRS	1000

static int
decode(struct arena *a, const char *s, size_t n, const char **out,
    size_t *len, struct err *e)
{
	char	*p = arena_alloc(a, n + 1), *start = p;
	int	 high, low;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+') {
			*p++ = ' ';
		} else if (s[i] == '%') {
			if (n - i < 3 ||
			    (high = text_hex_digit(s[i + 1])) == -1 ||
			    (low = text_hex_digit(s[i + 2])) == -1)
				return err_set(e, ERR_MALFORMED,
				    "A percent sign is not followed by two "
				    "hexadecimal digits.");
			*p++ = (char)(high << 4 | low);
			i += 2;
		} else {
			*p++ = s[i];
		}
	}
	*p = '\0';
	*len = (size_t)(p - start);
	if (text_utf8_length(start, *len) == -1 ||
	    memchr(start, '\0', *len) != NULL)
		return err_set(e, ERR_MALFORMED,
		    "The parameters are not valid UTF-8.");
	*out = start;
	return 0;
}

int
form_parse(struct form *f, struct arena *a, const char *s, size_t n,
    struct err *e)
{
	const char	*end = s + n, *amp, *eq;
	size_t		 pairs = 1, len;

	*f = (struct form){ 0 };
	if (n == 0)
		return 0;
	for (const char *p = s; (p = memchr(p, '&', (size_t)(end - p))) !=
	    NULL; p++)
		pairs++;
	if (pairs > MAX_PAIRS)
		return err_set(e, ERR_MALFORMED,
		    "There are more than %d parameters.", MAX_PAIRS);
	f->pair = arena_alloc(a, pairs * sizeof(*f->pair));
	for (; s < end; s = amp + 1) {
		struct pair	*p = &f->pair[f->n];

		if ((amp = memchr(s, '&', (size_t)(end - s))) == NULL)
			amp = end;
		if (amp == s)
			continue;
		if ((eq = memchr(s, '=', (size_t)(amp - s))) == NULL)
			eq = amp;
		if (decode(a, s, (size_t)(eq - s), &p->name, &len, e) != 0)
			return -1;
		if (eq < amp)
			eq++;
		if (decode(a, eq, (size_t)(amp - eq), &p->value, &p->len,
		    e) != 0)
			return -1;
		f->n++;
	}
	return 0;
}

const struct pair *
form_find(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->pair[i].name, name) == 0)
			return &f->pair[i];
	return NULL;
}
