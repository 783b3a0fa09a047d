/* How PostgreSQL finds the voters of a list, among millions of rows. */
#ifndef PEOPLE_VOTER_PLAN_H
#define PEOPLE_VOTER_PLAN_H

#include "http/req.h"
#include "rest/list.h"
#include "universe.h"

/* How the voters of a list are found. */
enum plan {
	/*
	 * No filter but a single campaign, in the order of ids.  The tallies
	 * give the total and the id where a page begins; an index gives the ids
	 * of the page.
	 */
	PLAN_BY_ID,

	/*
	 * One filter that voters_with() answers, in the order of ids: the ids
	 * of all matches are the total, and those of the page are read.
	 */
	PLAN_LOOKUP,

	/* Predicates on voters; the policies check every row that matches. */
	PLAN_FILTERED,

	/*
	 * The same if the caller's campaigns have few voters.  Only those are
	 * read, and counted on the way.
	 */
	PLAN_SMALL_CAMPAIGN,

	/*
	 * Only q, which looks like a name: search_voters() finds similar names,
	 * in the order of their similarity.
	 */
	PLAN_RANKED,
};

/* The voters that a list covers: voter_scope() in sql/deploy/tallies.sql. */
struct voter_scope {
	const char	*campaigns;	/* bigint[]; NULL: all voters */
	bool		 one;		/* a single campaign */
	int64_t		 total;		/* without filters */
	bool		 exact;		/* total is */
	const char	*start;		/* the page's block begins with this
					 * id; NULL: beyond the last row */
	const char	*skip;		/* rows of the block before the page */
};

/* A query of voters with all that its plan depends on. */
struct voter_query {
	struct form		 form;		/* list.page refers to it */
	struct list_query	 list;
	struct voter_scope	 scope;		/* not for PLAN_RANKED and
						 * PLAN_LOOKUP */
	size_t			 filters;	/* except campaign_id */
	enum plan		 plan;
};

/* Read the request's query of voters, and choose the plan. */
int	 voter_plan_read(struct req *, struct voter_query *, struct err *)
	    MUST_USE;

/* The same for a query without a page. */
int	 voter_plan_read_count(struct req *, struct voter_query *,
	    struct err *) MUST_USE;

/*
 * For other lists of voters: make the predicates of the filters that were read.
 * If the caller's campaigns are small, these read only the campaigns' voters.
 */
int	 voter_narrow(struct req *, struct list_query *, struct err *)
	    MUST_USE;

/*
 * Set the predicates of the voters whom a query selects, with t as the alias of
 * voters: by the filters of GET /voters, and by segment_id.  Parameters that
 * are neither a filter nor in known, which ends in NULL, are errors.
 */
int	 voter_select(struct req *, const struct form *query,
	    const char *const *known, struct where *, struct err *) MUST_USE;

/*
 * Rebuild the predicates so that only the voters of the campaigns are read.
 */
void	 voter_plan_narrow(struct arena *, struct list_query *,
	    const char *campaigns);

#endif
