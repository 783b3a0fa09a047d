/* Donations that nobody has paid; see stale.h. */
#include "stale.h"
#include "stripe/ending.h"

#define MOST	1000	/* intents of each kind and account in one run */

int
end_stale(const struct cfg *cfg, struct db *db, struct arena *a,
    struct stale *out, struct err *e)
{
	struct ending	 n = { 0 };
	struct err	*failed = arena_zalloc(a, sizeof(*failed));
	struct rows	*rows;

	for (const struct cfg_stripe *k = &cfg->stripe; k != NULL; k = k->next)
		if (k->secret_key != NULL && intents_end(cfg, db, a, k, true,
		    MOST, &n, e) != 0)
			return -1;
	if (db_select(db, "SELECT cerberus.donations_expire() AS n", 0, NULL,
	    &rows, failed) != 0) {
		*e = *failed;
		return -1;
	}
	*out = (struct stale){ .ended = n.ended, .open = n.open,
	    .marked = (size_t)rows_int64(rows, 0, "n") };
	return 0;
}
