/*
 * The filters of voters that are not a comparison with one column: what q
 * means, ages, and those that a function of the database answers.
 */
#include <time.h>

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
/* For a condition that is tested for every voter: IN is a hash. */
#define TESTED(column)							\
	"t.voter_id IN (SELECT voters_with('" column "', ?1, false, NULL))"
#define IN_CAMPAIGN(column)	VOTERS_WITH(column, "true, ?2::bigint")
/* Both names have an index together; ?2 is the first name. */
#define NAMED	"(SELECT voters_named(?1, ?2))"
/* The function finds out whether the campaign has few voters. */
#define IDS(column)							\
	"SELECT voters_with('" column "', ?1, NULL, ?2::bigint)"

/*
 * One look-up finds the voters, and the other conditions are tested for each of
 * them: many have the first name of a person, few the last name too.  The first
 * of these that is given leads, because it finds the fewest.
 */
static const struct lookup {
	const char	*name;
	const char	*all;		/* ?1 is the value */
	const char	*small;		/* in a small campaign; ?2 is its id or
					 * null */
	const char	*ids;		/* the ids alone; ?2 as above */
	const char	*step;		/* in a step of a segment */
	const char	*beside;	/* if another one leads */
} lookups[] = {
	{ "last_name", AMONG_ALL("last_name"), IN_CAMPAIGN("last_name"),
	  IDS("last_name"), TESTED("last_name"),
	  "name_fold(t.last_name) = name_fold(?1)" },
	{ "precinct", "t.precinct = ?1", IN_CAMPAIGN("precinct"),
	  IDS("precinct"), "t.precinct = ?1", "t.precinct = ?1" },
	{ "zip_code", "t.zip_code = ?1", IN_CAMPAIGN("zip_code"),
	  IDS("zip_code"), "t.zip_code = ?1", "t.zip_code = ?1" },
	{ "tag", AMONG_ALL("tag"), IN_CAMPAIGN("tag"), IDS("tag"),
	  TESTED("tag"), "t.tags @> ARRAY[?1::text]" },
	{ "first_name", AMONG_ALL("first_name"), IN_CAMPAIGN("first_name"),
	  IDS("first_name"), TESTED("first_name"),
	  "name_fold(t.first_name) = name_fold(?1)" },
};

static const struct lookup *
find_lookup(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(lookups); i++)
		if (strcmp(lookups[i].name, name) == 0)
			return &lookups[i];
	return NULL;
}

/*
 * Does this look-up find the voters, with no other before it?  q does if no
 * look-up is given.
 */
static bool
leads(const struct filters *filters, const struct lookup *lookup)
{
	for (const struct lookup *l = lookups; l < lookup; l++)
		if (filters_value(filters, l->name) != NULL)
			return false;
	return true;
}

static char *
lowered(struct arena *a, const char *text)
{
	char	*lower = arena_strdup(a, text);

	text_lower(lower, strlen(lower));
	return lower;
}

/* The predicate of a look-up; step: in a step of a segment. */
static struct predicate
match_lookup(const struct filters *filters, const struct lookup *lookup,
    const char *value, bool step)
{
	const char	*first = filters_value(filters, "first_name");

	if (!leads(filters, lookup))
		return (struct predicate){ .sql = lookup->beside,
		    .value = { value } };
	if (first != NULL && strcmp(lookup->name, "last_name") == 0)
		return (struct predicate){ .sql = step ?
		    "t.voter_id IN " NAMED :
		    "t.voter_id = ANY (ARRAY" NAMED ")",
		    .value = { value, first } };
	return (struct predicate){ .sql = step ? lookup->step : lookup->all,
	    .value = { value } };
}

/*
 * The predicate of q= beside another filter or a sort; tested: for voters whom
 * something else finds.
 */
static struct predicate
match_query(struct arena *a, const char *q, bool tested)
{
	switch (meaning_of(q)) {
	case MEANS_EMAIL:
		return (struct predicate){ .sql = "t.email_address >= ?1 AND "
		    "t.email_address < ?1 || chr(1114111)",
		    .value = { lowered(a, q) } };
	case MEANS_NUMBER:
		return (struct predicate){ .sql = tested ? TESTED("number") :
		    AMONG_ALL("number"), .value = { q } };
	case MEANS_NAME:
		break;
	}
	return (struct predicate){ .sql = tested ? "t.voter_id IN ("
	    "SELECT s.voter_id FROM search_voters(?1, NULL, NULL) s)" :
	    "t.voter_id = ANY (ARRAY("
	    "SELECT s.voter_id FROM search_voters(?1, NULL, NULL) s))",
	    .value = { q } };
}

/* Today's year; *before is the day this number of years ago. */
static int
years_ago(struct arena *a, int64_t years, const char **before)
{
	char	 today[11];
	int	 year, month, day, then;

	date_today(today);
	year = (int)strtol(today, NULL, 10);
	month = (int)strtol(today + 5, NULL, 10);
	day = (int)strtol(today + 8, NULL, 10);
	then = year - (int)years;
	if (!date_valid(then, month, day))
		day--;		/* the 29th of February */
	*before = arena_printf(a, "%04d-%02d-%02d", then, month, day);
	return year;
}

/*
 * The date of birth decides; without one, the year of birth alone, as if the
 * voter were born on the 1st of January.
 */
static struct predicate
match_age(struct arena *a, const char *value, bool at_least)
{
	int64_t		 age = strtoll(value, NULL, 10);
	const char	*day;
	int		 year = years_ago(a, at_least ? age : age + 1, &day);

	return (struct predicate){ .sql = at_least ?
	    "(t.date_of_birth <= ?1::date OR (t.date_of_birth IS NULL "
	    "AND t.birth_year <= ?2::integer))" :
	    "(t.date_of_birth > ?1::date OR (t.date_of_birth IS NULL "
	    "AND t.birth_year >= ?2::integer))",
	    .value = { day, arena_printf(a, "%d", year - (int)age) } };
}

static struct predicate
match_not_contacted(struct arena *a, const char *days)
{
	time_t		 then = time(NULL) -
			    (time_t)strtoll(days, NULL, 10) * 24 * 3600;
	struct tm	 tm;
	char		*text = arena_alloc(a, 32);

	gmtime_r(&then, &tm);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return (struct predicate){ .sql = "(t.last_contacted_date IS NULL OR "
	    "t.last_contacted_date < ?1::timestamptz)", .value = { text } };
}

/* OFFSET stops counting at the first interaction beyond the maximum. */
static struct predicate
match_times(const struct filters *filters, const char *most)
{
	return (struct predicate){ .sql = strcmp(most, "0") == 0 ?
	    "NOT EXISTS (SELECT FROM interactions i "
	    "WHERE i.voter_id = t.voter_id "
	    "AND (?2::bigint IS NULL OR i.campaign_id = ?2::bigint))" :
	    "NOT EXISTS (SELECT FROM interactions i "
	    "WHERE i.voter_id = t.voter_id "
	    "AND (?2::bigint IS NULL OR i.campaign_id = ?2::bigint) "
	    "OFFSET ?1::bigint)", .value = { most, filters->campaign } };
}

/* A cheap condition that a voter must meet before may_contact() is called. */
#define REACHABLE(address, flag)					\
	"(t." address " IS NOT NULL AND t." flag " IS NOT FALSE "	\
	"AND (t." flag " OR EXISTS (SELECT FROM consents c "		\
	"WHERE c.voter_id = t.voter_id AND c.channel = ?1 "		\
	"AND c.granted)) AND may_contact(t, ?1, ?2::bigint))"

static const struct {
	const char	*name, *sql;
} reachable[] = {
	{ "email", REACHABLE("email_address", "contact_email") },
	{ "phone", REACHABLE("phone_number", "contact_phone") },
	{ "sms", REACHABLE("phone_number", "contact_sms") },
	{ "mail", REACHABLE("street_address", "contact_mail") },
};

/*
 * The filter may_contact.  The voter's consents to the campaign count, or those
 * to any campaign if the filters name none.  may_contact() decides, but costs
 * much more than the tests before it, which most voters of a voter file fail.
 */
static struct predicate
match_channel(const struct filters *filters, const char *channel)
{
	for (size_t i = 0; i < ARRAY_LEN(reachable); i++)
		if (strcmp(reachable[i].name, channel) == 0)
			return (struct predicate){ .sql = reachable[i].sql,
			    .value = { channel, filters->campaign } };
	return (struct predicate){ .sql = "false" };
}

static const struct {
	const char	*name, *sql;
} contacts[] = {
	{ "email", "t.email_address IS NOT NULL" },
	{ "phone", "coalesce(t.phone_number, t.mobile_phone, t.home_phone, "
	  "t.work_phone) IS NOT NULL" },
	{ "mobile", "t.mobile_phone IS NOT NULL" },
	{ "address", "t.street_address IS NOT NULL" },
};

/* The filter has: the voter has every kind of contact in the list. */
static struct predicate
match_has(struct arena *a, const char *list)
{
	struct buf	 b;
	size_t		 n;

	buf_init_in(&b, a, 1024);
	buf_addc(&b, '(');
	for (const char *at = list; *at != '\0'; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		for (size_t i = 0; i < ARRAY_LEN(contacts); i++)
			if (text_is(at, n, contacts[i].name))
				buf_addf(&b, "%s%s", b.len > 1 ? " AND " : "",
				    contacts[i].sql);
	}
	buf_addc(&b, ')');
	return (struct predicate){ .sql = b.len > 2 && !b.failed ? b.data :
	    "false" };
}

/* Return the predicate of a filter that is the same in every plan, or NULL. */
static const struct predicate *
match_other(struct arena *a, const struct filters *filters, const char *name,
    const char *value)
{
	struct predicate	*p = arena_alloc(a, sizeof(*p));

	if (strcmp(name, "age_min") == 0)
		*p = match_age(a, value, true);
	else if (strcmp(name, "age_max") == 0)
		*p = match_age(a, value, false);
	else if (strcmp(name, "not_contacted_days") == 0)
		*p = match_not_contacted(a, value);
	else if (strcmp(name, "has") == 0)
		*p = match_has(a, value);
	else if (strcmp(name, "times_contacted_max") == 0)
		*p = match_times(filters, value);
	else if (strcmp(name, "purpose") == 0 ||
	    strcmp(name, "may_contact") == 0)
		*p = match_channel(filters, value);
	else if (strcmp(name, "q") != 0)
		/* voter_resolve() makes the predicate. */
		*p = (struct predicate){ .sql = "false" };
	else
		p = NULL;
	return p;
}

struct predicate
voter_filter_build(struct arena *a, const struct filters *filters,
    const char *name, const char *value)
{
	const struct lookup	*lookup = find_lookup(name);
	const struct predicate	*other;

	if (lookup != NULL)
		return match_lookup(filters, lookup, value, false);
	other = match_other(a, filters, name, value);
	return other != NULL ? *other : match_query(a, value,
	    !leads(filters, lookups + ARRAY_LEN(lookups)));
}

struct predicate
voter_filter_build_step(struct arena *a, const struct filters *filters,
    const char *name, const char *value)
{
	const struct lookup	*lookup = find_lookup(name);
	const struct predicate	*other;

	if (lookup != NULL)
		return match_lookup(filters, lookup, value, true);
	other = match_other(a, filters, name, value);
	return other != NULL ? *other : match_query(a, value, true);
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

	if (lookup == NULL || !leads(filters, lookup))
		return voter_filter_build(a, filters, name, value);
	return (struct predicate){ .sql = lookup->small,
	    .value = { value, filters->campaign } };
}

/* The look-up of q= alone, or NULL if it means a name. */
static const char *
query_ids(struct arena *a, const char **q)
{
	switch (meaning_of(*q)) {
	case MEANS_EMAIL:
		*q = lowered(a, *q);
		return IDS("email_address");
	case MEANS_NUMBER:
		return IDS("number");
	case MEANS_NAME:
		break;
	}
	return NULL;
}

bool
voter_filter_ids(struct arena *a, const struct filters *filters,
    struct predicate *ids)
{
	for (size_t i = 0; i < filters->n; i++) {
		const struct filter	*filter = filters->given[i].filter;
		const char		*value = filters->given[i].value;
		const struct lookup	*lookup;
		const char		*sql = NULL;

		lookup = find_lookup(filter->field.name);
		if (lookup != NULL)
			sql = lookup->ids;
		else if (strcmp(filter->field.name, "q") == 0)
			sql = query_ids(a, &value);
		if (sql != NULL) {
			*ids = (struct predicate){ .sql = sql,
			    .value = { value, filters->campaign } };
			return true;
		}
	}
	return false;
}
