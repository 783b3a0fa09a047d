/*
 * Codes of status, party and gender that no value map knows, counted.  value.c
 * finds them.
 */
#include "record/json.h"
#include "unknown.h"

#define VALUE_MAX	100	/* bytes of a code that are kept */

void
unknowns_init(struct unknowns *u, struct arena *a)
{
	memset(u, 0, sizeof(*u));
	u->arena = a;
}

/* FNV-1a. */
static uint32_t
hash_of(const char *s, size_t n)
{
	uint32_t	 h = 2166136261U;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619U;
	return h;
}

void
unknowns_add(struct unknowns *u, const char *column, const char *value,
    size_t n)
{
	const char	*nul = memchr(value, '\0', n);
	uint32_t	 hash;

	if (nul != NULL)
		n = (size_t)(nul - value);
	if (n > VALUE_MAX)
		for (n = VALUE_MAX; n > 0 && ((unsigned char)value[n] & 0xc0)
		    == 0x80; n--)
			;
	hash = hash_of(value, n);
	for (size_t i = 0; i < u->n; i++) {
		struct unknown_value	*x = &u->list[i];

		if (x->hash == hash && x->column == column &&
		    strlen(x->value) == n && memcmp(x->value, value, n) == 0) {
			x->count++;
			return;
		}
	}
	if (u->n == UNKNOWN_MAX)
		u->others++;
	else
		u->list[u->n++] = (struct unknown_value){ column,
		    arena_strndup(u->arena, value, n), 1, hash };
}

static int
by_count(const void *a, const void *b)
{
	int64_t	 x = ((const struct unknown_value *)a)->count;
	int64_t	 y = ((const struct unknown_value *)b)->count;

	return x < y ? 1 : x > y ? -1 : 0;
}

void
unknowns_end(struct unknowns *u)
{
	qsort(u->list, u->n, sizeof(*u->list), by_count);
	if (u->others > 0)
		u->list[u->n++] = (struct unknown_value){ NULL, "and others",
		    u->others, 0 };
}

void
unknowns_write(const struct unknowns *u, struct buf *b)
{
	buf_addc(b, '[');
	for (size_t i = 0; i < u->n; i++) {
		const struct unknown_value	*x = &u->list[i];

		buf_adds(b, i > 0 ? ",{\"column\":" : "{\"column\":");
		if (x->column == NULL)
			buf_adds(b, "null");
		else
			json_add_string(b, x->column, strlen(x->column));
		buf_adds(b, ",\"value\":");
		json_add_string(b, x->value, strlen(x->value));
		buf_addf(b, ",\"count\":%lld}", (long long)x->count);
	}
	buf_addc(b, ']');
}
