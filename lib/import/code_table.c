/*
 * A hash table from texts to numbers, with linear probing, at most half full.
 * What the numbers mean is known to history.c.
 */
#include "code_table.h"

struct code_table *
code_table_new(struct arena *a, size_t max)
{
	struct code_table	*t = arena_zalloc(a, sizeof(*t));
	size_t			 n = 1;

	while (n < 2 * max)
		n *= 2;
	t->slot = arena_zalloc(a, n * sizeof(*t->slot));
	t->mask = n - 1;
	t->max = max;
	return t;
}

struct code_slot *
code_table_find(struct code_table *t, const char *key, size_t n)
{
	uint64_t	 hash = UINT64_C(14695981039346656037);
	struct code_slot	*s;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)key[i]) *
		    UINT64_C(1099511628211);
	hash ^= hash >> 32;
	for (size_t i = hash;; i++) {
		s = &t->slot[i & t->mask];
		if (s->key == NULL || (s->hash == hash && s->n == n &&
		    memcmp(s->key, key, n) == 0))
			break;
	}
	s->hash = hash;
	s->n = n;
	return s;
}

bool
code_table_add(struct code_table *t, struct arena *a, struct code_slot *s,
    const char *key, int code)
{
	if (t->n == t->max)
		return false;
	t->n++;
	s->key = arena_strndup(a, key, s->n);
	s->code = code;
	return true;
}
