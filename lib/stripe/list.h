/* Stripe's lists, which come in pages, newest first. */
#ifndef STRIPE_LIST_H
#define STRIPE_LIST_H

#include <stdbool.h>
#include <time.h>

#include "api.h"

/* Called for each object of a list; not 0 ends the walk. */
struct stripe_walk {
	int	 (*each)(struct json_object *, void *ctx, struct err *);
	void	*ctx;
	time_t	*asked;		/* set to the second before a page was asked
				 * for, unless NULL */
};

/*
 * Make the query of a list: objects created since then, or of any age if that
 * is 0, with the members that expand lists; NULL ends it.  The caller frees it
 * with json_object_put().
 */
struct json_object *stripe_query(time_t since, const char *const *expand);

/* Add a parameter to a query. */
void	 stripe_param(struct json_object *query, const char *name,
	    const char *value);

/*
 * Walk all pages of the list at a path such as "/v1/refunds".  The query is
 * changed.  Errors are those of stripe_get(), and those of each().
 */
int	 stripe_each(const struct cfg *, const struct cfg_stripe *keys,
	    const char *path, struct json_object *query, struct stripe_walk,
	    struct err *) MUST_USE;

/* Return true if the member is true. */
bool	 stripe_true(struct json_object *, const char *key);

#endif
