/*
 * The filters of voters that are not a comparison with one column: what q
 * means, and those that a function of the database answers.
 */
#include "core/text.h"
#include "voter_filter.h"

/* What q= is compared with. */
enum meaning {
	MEANS_NAME,
	MEANS_EMAIL,
	MEANS_NUMBER,		/* a registration id or a phone number */
};

static enum meaning
meaning_of(const char *q)
{
	if (strchr(q, '@') != NULL)
		return MEANS_EMAIL;
	return strpbrk(q, "0123456789") != NULL ? MEANS_NUMBER : MEANS_NAME;
}

bool
voter_filter_is_name(const char *q)
{
	return meaning_of(q) == MEANS_NAME;
}

/*
 * The filters that voters_with() can answer.  It runs with its owner's rights:
 * under row-level security a condition with name_fold() or the tags' operator
 * cannot use its index, since neither is leakproof.  zip_code and precinct can;
 * for them the function pays only in a small campaign, where it leaves few rows
 * for the policies to check.
 */
#define VOTERS_WITH(column, rest)					\
	"t.voter_id = ANY (ARRAY(SELECT voters_with('" column		\
	"', ?1, " rest ")))"
#define AMONG_ALL(column)	VOTERS_WITH(column, "false, NULL")
#define IN_CAMPAIGN(column)	VOTERS_WITH(column, "true, ?2::bigint")
/* The function finds out whether the campaign has few voters. */
#define IDS(column)							\
	"SELECT DISTINCT voters_with('" column "', ?1, NULL, ?2::bigint)"

static const struct lookup {
	const char	*name;
	const char	*all;		/* ?1 is the value */
	const char	*small;		/* in a small campaign; ?2 is its id or
					 * null */
	const char	*ids;		/* the ids alone; ?2 as above */
} lookups[] = {
	{ "last_name", AMONG_ALL("last_name"), IN_CAMPAIGN("last_name"),
	  IDS("last_name") },
	{ "first_name", AMONG_ALL("first_name"), IN_CAMPAIGN("first_name"),
	  IDS("first_name") },
	{ "zip_code", "t.zip_code = ?1", IN_CAMPAIGN("zip_code"),
	  IDS("zip_code") },
	{ "precinct", "t.precinct = ?1", IN_CAMPAIGN("precinct"),
	  IDS("precinct") },
	{ "tag", AMONG_ALL("tag"), IN_CAMPAIGN("tag"), IDS("tag") },
};

static const struct lookup *
find_lookup(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(lookups); i++)
		if (strcmp(lookups[i].name, name) == 0)
			return &lookups[i];
	return NULL;
}

/* The predicate of q= beside another filter or a sort. */
static struct predicate
match_query(struct arena *a, const char *q)
{
	char	*lower;

	switch (meaning_of(q)) {
	case MEANS_EMAIL:
		lower = arena_strdup(a, q);
		text_lower(lower, strlen(lower));
		return (struct predicate){ "t.email_address >= ?1 AND "
		    "t.email_address < ?1 || chr(1114111)", { lower } };
	case MEANS_NUMBER:
		return (struct predicate){ AMONG_ALL("number"), { q } };
	case MEANS_NAME:
		break;
	}
	return (struct predicate){ "t.voter_id = ANY (ARRAY("
	    "SELECT s.voter_id FROM search_voters(?1, NULL, NULL) s))",
	    { q } };
}

struct predicate
voter_filter_build(struct arena *a, const struct filters *filters,
    const char *name, const char *value)
{
	const struct lookup	*lookup = find_lookup(name);

	if (lookup != NULL)
		return (struct predicate){ lookup->all, { value } };
	/* What the voter told the campaign counts; without a campaign, what
	 * they told any. */
	if (strcmp(name, "purpose") == 0)
		return (struct predicate){ "may_contact(t, ?1, ?2::bigint)",
		    { value, filters->campaign } };
	return match_query(a, value);
}

bool
voter_filter_is_lookup(const char *name)
{
	return find_lookup(name) != NULL;
}

struct predicate
voter_filter_build_small(struct arena *a, const struct filters *filters,
    const char *name, const char *value)
{
	const struct lookup	*lookup = find_lookup(name);

	return lookup == NULL ? voter_filter_build(a, filters, name, value) :
	    (struct predicate){ lookup->small, { value, filters->campaign } };
}

bool
voter_filter_ids(const struct filters *filters, struct predicate *ids)
{
	for (size_t i = 0; i < filters->n; i++) {
		const struct filter	*filter = filters->given[i].filter;
		const char		*value = filters->given[i].value;
		const struct lookup	*lookup;
		const char		*sql = NULL;

		lookup = find_lookup(filter->field.name);
		if (lookup != NULL)
			sql = lookup->ids;
		else if (strcmp(filter->field.name, "q") == 0 &&
		    meaning_of(value) == MEANS_NUMBER)
			sql = IDS("number");
		if (sql != NULL) {
			*ids = (struct predicate){ sql,
			    { value, filters->campaign } };
			return true;
		}
	}
	return false;
}
