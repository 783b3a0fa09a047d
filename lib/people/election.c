/*
 * The schemas of elections and votes, and the filters of their lists.  The
 * filters of voters by elections are in vote_filter.c.
 */
#include "election.h"

const char *const election_kinds[] = {
	"primary", "general", "special", "municipal", "runoff", NULL
};

static const struct field election_fields[] = {
	ELECTION_FIELDS(FIELD_ROW, ELECTION)
};

const struct schema election_schema = {
	.table = "elections",
	.one = "election",
	.many = "elections",
	.key = "election_id",
	.field = election_fields,
	.n = ARRAY_LEN(election_fields),
};

static const struct field vote_fields[] = {
	VOTE_FIELDS(FIELD_ROW, VOTE)
};

const struct schema vote_schema = {
	.table = "vote_list",
	.one = "vote",
	.many = "votes",
	.key = "election_id",
	.field = vote_fields,
	.n = ARRAY_LEN(vote_fields),
};

/* An election without a date is compared by its year. */
static const struct filter election_filters[] = {
	{ { .name = "state", .kind = KIND_TEXT, .max = 20 },
	  "t.state = upper(?1)" },
	{ { .name = "kind", .kind = KIND_CHOICE, .choices = election_kinds },
	  "t.kind = ?1" },
	{ { .name = "since", .kind = KIND_DATE },
	  "coalesce(t.date, make_date(t.year, 12, 31)) >= ?1" },
	{ { .name = "until", .kind = KIND_DATE },
	  "coalesce(t.date, make_date(t.year, 1, 1)) <= ?1" },
};

static const struct filter vote_filters[] = {
	{ { .name = "state", .kind = KIND_TEXT, .max = 20 },
	  "t.state = upper(?1)" },
	{ { .name = "kind", .kind = KIND_CHOICE, .choices = election_kinds },
	  "t.kind = ?1" },
};

const struct list election_list = {
	.schema = &election_schema,
	.filter = election_filters,
	.n = ARRAY_LEN(election_filters),
};

const struct list vote_list = {
	.schema = &vote_schema,
	.filter = vote_filters,
	.n = ARRAY_LEN(vote_filters),
};
