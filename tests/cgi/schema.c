/* The lists of fields agree with the columns in the database. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <regex.h>

#include "account/api_key.h"
#include "account/audit.h"
#include "account/session.h"
#include "account/user.h"
#include "answer.h"
#include "campaign/campaign.h"
#include "campaign/member.h"
#include "campaign/member_request.h"
#include "canvass/call_list.h"
#include "canvass/interaction.h"
#include "canvass/survey.h"
#include "canvass/turf.h"
#include "canvass/walk_list.h"
#include "core/text.h"
#include "import/gift_mapping.h"
#include "import/saved_layout.h"
#include "money/donation.h"
#include "money/gift.h"
#include "money/payout.h"
#include "money/treasurer.h"
#include "people/consent.h"
#include "people/duplicate.h"
#include "people/election.h"
#include "people/household.h"
#include "people/import_record.h"
#include "people/merge.h"
#include "people/opt_out.h"
#include "people/segment.h"
#include "people/signup.h"
#include "people/voter.h"
#include "sql.h"

/*
 * A model and what it is compared with: the table or view that it names or, for
 * a request body that is not returned, the columns that store it.
 */
static const struct model {
	const char		*name;		/* of the variable */
	const struct schema	*schema;
	bool			 view;
	bool			 query;		/* columns of a query */
	const char		*base;		/* its table, for NOT NULL */
	const char		*hidden;	/* columns without a field */
	const char		*filled;	/* by a function, no default */
	const char		*kept;		/* body: table of its columns */
	/* Body: where other fields are kept: "field=table.column" or "field" */
	const char		*elsewhere;
} models[] = {
	{ "api_key_schema", &api_key_schema, .view = true },
	{ "audit_schema", &audit_schema },
	{ "call_list_schema", &call_list_schema },
	{ "campaign_schema", &campaign_schema },
	/* record_consent() fills in the source. */
	{ "collapsed_schema", &collapsed_schema, .hidden = "import_id" },
	{ "consent_schema", &consent_schema, .filled = "source" },
	{ "details_schema", &details_schema, .kept = "donations",
	  .elsewhere = "page_url=consents.page_url "
	  "consent_text=consents.wording" },
	{ "best_efforts_schema", &best_efforts_schema, .view = true },
	/* Filters go by counts_on; clients see received_on. */
	{ "donation_schema", &donation_schema,
	  .hidden = "counts_on consented consent_proof" },
	{ "election_schema", &election_schema, .hidden = "slot created_at" },
	{ "gift_excess_schema", &gift_excess_schema, .view = true },
	/* A report, of which gift_apply() makes gifts and refunds. */
	{ "gift_schema", &gift_schema, .kept = "donations",
	  .elsewhere = "amount currency is_recurring paid_at refunded_at "
	  "refund_id refund_amount canceled_at" },
	{ "gift_refund_schema", &gift_refund_schema, .view = true },
	{ "offline_schema", &offline_schema, .kept = "donations" },
	{ "statement_schema", &statement_schema, .view = true },
	{ "import_schema", &import_schema, .view = true, .base = "imports" },
	{ "intent_schema", &intent_schema, .kept = "donations",
	  .elsewhere = "page_url=consents.page_url "
	  "consent_text=consents.wording" },
	{ "interaction_schema", &interaction_schema },
	{ "gift_mapping_schema", &gift_mapping_schema },
	{ "layout_schema", &layout_schema },
	/* Both only decide which report counts. */
	{ "ledger_schema", &ledger_schema, .hidden = "reported_at unanswered" },
	{ "member_schema", &member_schema, .view = true,
	  .base = "campaign_members" },
	{ "member_request_schema", &member_request_schema },
	{ "merge_schema", &merge_schema, .hidden = "campaigns snapshot" },
	/* contact is shown as one of two generated columns. */
	{ "opt_out_contact_schema", &opt_out_contact_schema,
	  .hidden = "contact" },
	{ "opt_out_schema", &opt_out_schema },
	/* Columns of a query, not of a table. */
	{ "pair_schema", &pair_schema, .kept = "voters",
	  .elsewhere = "voter_ids score reasons names" },
	/* Sums of its movements are in the view. */
	{ "payout_schema", &payout_schema, .view = true,
	  .hidden = "campaigns" },
	{ "question_schema", &question_schema },
	{ "reject_schema", &reject_schema, .hidden = "import_id" },
	{ "response_schema", &response_schema },
	{ "segment_schema", &segment_schema },
	{ "session_schema", &session_schema, .view = true },
	/* interests and website are not stored as they are. */
	{ "signup_schema", &signup_schema, .kept = "voters",
	  .elsewhere = "campaign_id=interactions.campaign_id "
	  "notes=interactions.notes "
	  "interaction_type=interactions.interaction_type "
	  "page_url=consents.page_url consent_text=consents.wording "
	  "interests website" },
	{ "user_schema", &user_schema, .hidden = "password_hash" },
	{ "vote_schema", &vote_schema, .view = true, .base = "elections",
	  .hidden = "voter_id" },
	/* Each turf is named after its streets. */
	{ "turf_schema", &turf_schema, .filled = "turf_name" },
	/* door is a key; clients see it in /households. */
	{ "voter_schema", &voter_schema, .hidden = "door" },
	{ "household_schema", &household_schema, .query = true },
	{ "label_schema", &label_schema, .query = true },
	{ "walk_schema", &walk_schema, .query = true },
	{ "waiting_schema", &waiting_schema, .view = true },
	{ "warning_schema", &warning_schema, .hidden = "warning_id import_id" },
	{ "member_add_schema", &member_add_schema, .kept = "member_requests",
	  .elsewhere = "user=member_requests.given" },
};

/* A column as information_schema describes it. */
struct column {
	const char	*name;
	const char	*type;
	int64_t		 max;		/* 0: no limit */
	bool		 nullable;
	bool		 filled;	/* has a default */
	bool		 writable;	/* by INSERT of the programs' role */
};

/* Return true if information_schema has this type for columns of a kind. */
static bool
fits(const struct field *f, const char *type)
{
	switch (f->kind) {
	case KIND_INT:
		return strcmp(type, "bigint") == 0 ||
		    strcmp(type, "integer") == 0;
	case KIND_BOOL:
		return strcmp(type, "boolean") == 0;
	case KIND_DATE:
		return strcmp(type, "date") == 0;
	case KIND_TIME:
		return strcmp(type, "timestamp with time zone") == 0;
	case KIND_OBJECT:
	case KIND_LIST:
		return strcmp(type, "jsonb") == 0;
	case KIND_TEXTS:
		return strcmp(type, "ARRAY") == 0;
	default:
		return strcmp(type, "character varying") == 0 ||
		    strcmp(type, "text") == 0 ||
		    ((f->flags & F_SERVER) && strcmp(type, "inet") == 0);
	}
}

/* Is a word, or the part of it before "=", in a list of words? */
static const char *
word_in(const char *list, const char *word)
{
	size_t	 n = strlen(word);

	for (const char *p = list; p != NULL && *p != '\0';
	    p += strcspn(p, " "), p += *p == ' ')
		if (strncmp(p, word, n) == 0 &&
		    (p[n] == '\0' || p[n] == ' ' || p[n] == '='))
			return p + n;
	return NULL;
}

/* The columns of a table or view in order; *n says how many. */
static const struct column *
columns(const char *table, const char *only, size_t *n)
{
	PGresult	*res;
	struct column	*c;
	int		 rows;

	res = sql_rows("SELECT column_name, data_type, "
	    "coalesce(character_maximum_length, 0), is_nullable = 'YES', "
	    "column_default IS NOT NULL OR is_identity = 'YES', "
	    "has_column_privilege('cerberus_app', 'cerberus.%s', "
	    "column_name, 'INSERT') FROM information_schema.columns "
	    "WHERE table_schema = 'cerberus' AND table_name = '%s' "
	    "AND ('%s' = '' OR column_name = '%s') ORDER BY ordinal_position",
	    table, table, only, only);
	rows = PQntuples(res);
	c = arena_alloc(&memory, sizeof(*c) * (size_t)(rows + 1));
	for (int i = 0; i < rows; i++) {
		c[i] = (struct column){
			.name = arena_strdup(&memory, PQgetvalue(res, i, 0)),
			.type = arena_strdup(&memory, PQgetvalue(res, i, 1)),
			.nullable = *PQgetvalue(res, i, 3) == 't',
			.filled = *PQgetvalue(res, i, 4) == 't',
			.writable = *PQgetvalue(res, i, 5) == 't',
		};
		cr_assert(text_int64(PQgetvalue(res, i, 2),
		    (size_t)PQgetlength(res, i, 2), &c[i].max));
	}
	PQclear(res);
	*n = (size_t)rows;
	return c;
}

static const struct column *
column(const char *table, const char *name)
{
	size_t			 n;
	const struct column	*c = columns(table, name, &n);

	return n == 1 ? c : NULL;
}

/* Type, width and range: a value that the list lets pass can be stored. */
static void
compare_values(const char *where, const struct field *f,
    const struct column *c, bool exactly)
{
	cr_expect(fits(f, c->type), "%s.%s is %s", where, f->name, c->type);
	/* Where the column is text, the list may have a limit of its own. */
	if (c->max > 0 && (f->kind != KIND_CHOICE || f->max > 0))
		cr_expect(exactly ? (int64_t)f->max == c->max :
		    f->max > 0 && (int64_t)f->max <= c->max,
		    "%s.%s has %zu in the list, %lld in the database", where,
		    f->name, f->max, (long long)c->max);
	for (size_t k = 0; f->choices != NULL && f->choices[k] != NULL; k++)
		cr_expect(c->max == 0 ||
		    (int64_t)strlen(f->choices[k]) <= c->max);
	if (strcmp(c->type, "integer") == 0 && (f->flags & F_SERVER) == 0)
		cr_expect((f->low != 0 || f->high != 0) &&
		    f->low >= INT32_MIN && f->high <= INT32_MAX,
		    "%s.%s is not limited to an integer", where, f->name);
}

/* Null and default; c is the column of the table, even for a view. */
static void
compare_null(const char *where, const struct field *f, const struct column *c,
    bool filled)
{
	filled |= c->filled;
	if (f->flags & F_SERVER) {
		/* Programs that insert rows leave it out. */
		cr_expect(c->nullable || c->filled || c->writable ||
		    !sql_number("SELECT has_any_column_privilege("
		    "'cerberus_app', 'cerberus.%s', 'INSERT')::integer",
		    where), "%s.%s has no default", where, f->name);
		return;
	}
	cr_expect_eq(c->nullable, (f->flags & (F_REQUIRED | F_NOT_NULL)) == 0,
	    "%s.%s is %snullable in the database", where, f->name,
	    c->nullable ? "" : "not ");
	/* A column that may be left out, but is not null, has a default. */
	if (f->flags & F_NOT_NULL)
		cr_expect(filled, "%s.%s has no default", where, f->name);
	if (f->flags & F_REQUIRED)
		cr_expect_not(c->filled, "%s.%s has a default", where,
		    f->name);
}

static void
compare_table(const struct model *m)
{
	const struct schema	*s = m->schema;
	size_t			 n;
	const struct column	*c = columns(s->table, "", &n), *own;

	cr_expect_gt(n, 0, "there is no %s", s->table);
	for (size_t k = 0; k < n; k++)
		cr_expect((schema_find(s, c[k].name, strlen(c[k].name)) == -1)
		    == (word_in(m->hidden, c[k].name) != NULL),
		    "%s.%s: either it has a field, or it is hidden",
		    s->table, c[k].name);
	for (size_t i = 0; i < s->n; i++) {
		const struct field	*f = &s->field[i];

		own = column(s->table, f->name);
		cr_expect(own != NULL, "%s.%s is no column", s->table,
		    f->name);
		if (own == NULL)
			continue;
		compare_values(s->table, f, own, true);
		/* Views do not say which columns can be null. */
		if (m->view)
			own = m->base != NULL ? column(m->base, f->name) : NULL;
		if (own != NULL)
			compare_null(m->base != NULL ? m->base : s->table, f,
			    own, word_in(m->filled, f->name) != NULL);
	}
}

/* A body that is stored in columns that its sender cannot read. */
static void
compare_body(const struct model *m)
{
	const struct schema	*s = m->schema;

	for (size_t i = 0; i < s->n; i++) {
		const struct field	*f = &s->field[i];
		const char		*at = word_in(m->elsewhere, f->name);
		const char		*table = m->kept, *name = f->name, *dot;
		const struct column	*c;

		if (at != NULL && *at != '=')
			continue;
		if (at != NULL) {
			dot = strchr(at, '.');
			cr_assert(dot != NULL);
			table = arena_strndup(&memory, at + 1,
			    (size_t)(dot - at - 1));
			name = arena_strndup(&memory, dot + 1,
			    strcspn(dot + 1, " "));
		}
		c = column(table, name);
		cr_expect(c != NULL, "%s.%s is kept nowhere", m->name,
		    f->name);
		if (c != NULL)
			compare_values(table, f, c, false);
	}
}

/* Joined names and parts of addresses, which nobody can write. */
static void
compare_query(const struct model *m)
{
	for (size_t i = 0; i < m->schema->n; i++)
		cr_expect(m->schema->field[i].flags & F_SERVER,
		    "%s: clients can write %s", m->name,
		    m->schema->field[i].name);
}

Test(schema, lists_agree_with_the_database)
{
	for (size_t k = 0; k < ARRAY_LEN(models); k++) {
		if (models[k].query) {
			compare_query(&models[k]);
			continue;
		}
		cr_expect_neq(models[k].schema->table == NULL,
		    models[k].kept == NULL, "%s", models[k].name);
		if (models[k].kept != NULL)
			compare_body(&models[k]);
		else
			compare_table(&models[k]);
	}
}

/* The words in quotes of the column's check; n counts them. */
static const char *
check_of(const char *table, const char *name, size_t *n)
{
	const char	*check;

	check = sql("SELECT pg_get_constraintdef(oid) FROM pg_constraint "
	    "WHERE conrelid = 'cerberus.%s'::regclass AND contype = 'c' "
	    "AND conname = '%s_%s_check' AND pg_get_constraintdef(oid) "
	    "~ 'ANY \\(|^CHECK \\(\\(\\(%s\\)::text = '''", table, table, name,
	    name);
	*n = 0;
	for (const char *p = check; *p != '\0'; p++)
		*n += *p == '\'';
	*n /= 2;
	return check;
}

/* A choice that the table refuses would be an error without a field. */
Test(schema, choices_are_those_of_the_checks)
{
	for (size_t k = 0; k < ARRAY_LEN(models); k++)
		for (size_t i = 0; i < models[k].schema->n; i++) {
			const struct field	*f =
			    &models[k].schema->field[i];
			const char		*table = models[k].base, *check;
			size_t			 n = 0, words;

			if (table == NULL)
				table = models[k].kept != NULL ?
				    models[k].kept : models[k].schema->table;
			check = check_of(table, f->name, &words);
			/* What only the server writes need not be a choice. */
			if (f->kind != KIND_CHOICE) {
				cr_expect(words == 0 || (f->flags & F_SERVER),
				    "%s.%s has choices: %s", table, f->name,
				    check);
				continue;
			}
			for (; f->choices[n] != NULL; n++)
				cr_expect(strstr(check, arena_printf(&memory,
				    "'%s'", f->choices[n])) != NULL,
				    "%s.%s: %s is not in %s", table, f->name,
				    f->choices[n], check);
			cr_expect_eq(words, n, "%s.%s: %s", table, f->name,
			    check);
		}
}

Test(schema, sortable_columns_have_an_order)
{
	for (size_t k = 0; k < ARRAY_LEN(models); k++) {
		const struct schema	*s = models[k].schema;

		for (size_t i = 0; i < s->n; i++)
			if (s->field[i].flags & F_SORT)
				cr_expect(s->field[i].kind != KIND_OBJECT &&
				    s->field[i].kind != KIND_LIST &&
				    s->field[i].kind != KIND_TEXTS &&
				    s->field[i].kind != KIND_BOOL, "%s.%s",
				    models[k].name, s->field[i].name);
		/* Lists filter and page by id: the key comes first.  Files
		 * have an order of their own. */
		if (s->key == NULL || models[k].query)
			continue;
		cr_expect_str_eq(s->field[0].name, s->key);
		cr_expect(s->field[0].flags & F_SORT, "%s", models[k].name);
	}
}

/* Count the schemas of a source file that are not compared above. */
static int
schemas_of(const char *path)
{
	FILE		*file = fopen(path, "r");
	char		*text = NULL;
	size_t		 size = 0;
	regex_t		 re;
	regmatch_t	 m[2];
	int		 n = 0;

	cr_assert(file != NULL, "%s", path);
	cr_assert(getdelim(&text, &size, '\0', file) > 0, "%s", path);
	fclose(file);
	cr_assert(regcomp(&re, "^[a-z ]*struct schema[[:space:]]+"
	    "([a-z_]+)[[:space:]]*=", REG_EXTENDED | REG_NEWLINE) == 0);
	for (const char *p = text; regexec(&re, p, 2, m, 0) == 0;
	    p += m[0].rm_eo) {
		const char	*name = arena_strndup(&memory, p + m[1].rm_so,
				    (size_t)(m[1].rm_eo - m[1].rm_so));
		bool		 known = false;

		for (size_t k = 0; k < ARRAY_LEN(models); k++)
			known |= strcmp(models[k].name, name) == 0;
		cr_expect(known, "%s: %s is not compared with the database",
		    path, name);
		n++;
	}
	regfree(&re);
	free(text);
	return n;
}

/* A model that is added later is compared, too. */
Test(schema, every_schema_of_the_sources_is_compared)
{
	static const char *const dirs[] = { "lib/account", "lib/campaign",
		"lib/canvass", "lib/money", "lib/people", "lib/import",
		"lib/stripe", "lib/access", "lib/http", "cgi-bin", "cli" };
	int	 n = 0;

	for (size_t k = 0; k < ARRAY_LEN(dirs); k++) {
		const char	*dir = arena_printf(&memory, "%s/%s",
				    getenv("SRCDIR"), dirs[k]);
		DIR		*d = opendir(dir);
		struct dirent	*e;
		size_t		 len;

		cr_assert(d != NULL, "%s", dir);
		while ((e = readdir(d)) != NULL) {
			len = strlen(e->d_name);
			if (len > 2 && strcmp(e->d_name + len - 2, ".c") == 0)
				n += schemas_of(arena_printf(&memory, "%s/%s",
				    dir, e->d_name));
		}
		closedir(d);
	}
	cr_expect_eq((size_t)n, ARRAY_LEN(models));
}
