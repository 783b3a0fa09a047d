/* Sending one statement, prepared or not.  pipeline.c collects the results. */
#include <libpq-fe.h>

#include "prepared.h"

/* FNV-1a hash of a text; never 0. */
static uint64_t
hash_of(const char *s)
{
	uint64_t	 h = UINT64_C(14695981039346656037);

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h != 0 ? h : 1;
}

/*
 * Return the place of a statement among those that are prepared: where it is,
 * or else one that is free, or NULL.
 */
static uint64_t *
place_of(struct db *db, uint64_t hash)
{
	uint64_t	*at, *unused = NULL;

	for (size_t i = 0; i < DB_CACHE; i++) {
		at = &db->cache[(hash + i) % DB_CACHE];
		if (*at == hash)
			return at;
		if (*at == 0 && unused == NULL)
			unused = at;
	}
	return unused;
}

void
prepared_keep(struct db *db, uint64_t hash)
{
	uint64_t	*at = place_of(db, hash);

	if (at != NULL)
		*at = hash;
}

void
prepared_drop(struct db *db, uint64_t hash)
{
	uint64_t	*at = place_of(db, hash);

	if (at != NULL)
		*at = 0;
}

struct sent
prepared_choose(struct db *db, const struct db_query *q, bool parse)
{
	struct sent	 s = { .how = PLAIN, .removes = q->removes };
	uint64_t	*at;

	if (db->keep == DB_KEEP_NONE ||
	    (db->keep == DB_KEEP_POOLED && (!q->hot || db->in_txn)))
		return s;
	s.hash = hash_of(q->sql);
	if (db->keep == DB_KEEP_POOLED) {
		s.how = parse ? PARSE : BIND;
		return s;
	}
	/* When the cache is full, further statements are not prepared. */
	at = place_of(db, s.hash);
	if (at != NULL)
		s.how = *at == s.hash ? BIND : PARSE;
	return s;
}

bool
prepared_send(struct db *db, const struct db_query *q, const struct sent *s)
{
	char	 name[32];

	if (s->how == PLAIN)
		return PQsendQueryParams(db->conn, q->sql, q->n, NULL,
		    q->param, NULL, NULL, 0) == 1;
	snprintf(name, sizeof(name), "s%016llx", (unsigned long long)s->hash);
	if (s->how == PARSE &&
	    PQsendPrepare(db->conn, name, q->sql, q->n, NULL) != 1)
		return false;
	return PQsendQueryPrepared(db->conn, name, q->n, q->param, NULL, NULL,
	    0) == 1;
}
