/*
 * Summaries of segments in English.  Most phrases are members of the filters in
 * voter.c; those that depend on more than the value are here.
 */
#include <ctype.h>

#include "db/db.h"
#include "rest/filter.h"
#include "segment_filter.h"
#include "summary.h"
#include "voter.h"

#define SUMMARY_MAX	(16 * 1024)

/* What to write for a value of a filter. */
struct word {
	const char	*value, *text;
};

static const struct word parties[] = {
	{ "D", "Democrats" }, { "DEM", "Democrats" },
	{ "Democrat", "Democrats" }, { "Democratic", "Democrats" },
	{ "R", "Republicans" }, { "REP", "Republicans" },
	{ "Republican", "Republicans" }, { "LIB", "Libertarians" },
	{ "Libertarian", "Libertarians" }, { "GRE", "Greens" },
	{ "Green", "Greens" }, { "UNA", "unaffiliated voters" },
	{ "Unaffiliated", "unaffiliated voters" }, { NULL, NULL }
};

static const struct word having[] = {
	{ "email", "with an e-mail address" },
	{ "phone", "with a phone number" },
	{ "mobile", "with a mobile number" },
	{ "address", "with an address" }, { NULL, NULL }
};

static const struct word by[] = {
	{ "email", "who may be contacted by e-mail" },
	{ "phone", "who may be contacted by phone" },
	{ "sms", "who may be contacted by text message" },
	{ "mail", "who may be contacted by mail" }, { NULL, NULL }
};

static const struct word kinds[] = {
	{ "primary", "primaries" }, { "general", "general elections" },
	{ "special", "special elections" },
	{ "municipal", "municipal elections" }, { "runoff", "runoffs" },
	{ NULL, NULL }
};

static const char *
word_for(const struct word *w, const char *value)
{
	for (; w->value != NULL; w++)
		if (strcmp(w->value, value) == 0)
			return w->text;
	return NULL;
}

static const char *
value_of(const struct form *f, const char *name)
{
	const struct pair	*p = form_find(f, name);

	return p != NULL ? p->value : NULL;
}

/* Set *out to the only value that a query by $1 returns; NULL without a row. */
static int
look_up(struct req *rq, const char *sql, const char *value, const char **out,
    struct err *e)
{
	struct rows	*r;
	size_t		 n;

	if (db_select(rq->db, sql, 1, &value, &r, e) != 0)
		return -1;
	*out = rows_count(r) > 0 ? rows_at(r, 0, 0, &n) : NULL;
	return 0;
}

static const char *
add_having(struct arena *a, const char *list)
{
	const char	*all = NULL, *one, *text;
	size_t		 n;

	for (const char *at = list; *at != '\0'; at += n + (at[n] == ',')) {
		n = strcspn(at, ",");
		one = arena_strndup(a, at, n);
		text = word_for(having, one);
		text = text != NULL ? text : one;
		all = all == NULL ? text : arena_printf(a, "%s, %s", all,
		    text);
	}
	return all;
}

static int
elections(struct req *rq, const char *name, const char *ids, const char **out,
    struct err *e)
{
	static const char	 sql[] =
	    "SELECT string_agg(concat_ws(' ', e.state, nullif(e.name, ''), "
	    "e.kind, coalesce(e.date::text, e.year::text)), ', ' "
	    "ORDER BY e.year, e.date, e.election_id) "
	    "FROM elections e WHERE e.election_id::text = "
	    "ANY (string_to_array(replace($1, ' ', ''), ','))";
	const char		*names;

	if (look_up(rq, sql, ids, &names, e) != 0)
		return -1;
	*out = arena_printf(rq->arena, "who voted in %s%s",
	    strchr(ids, ',') == NULL ? "" : strcmp(name, "voted_any") == 0 ?
	    "one of " : "all of ", names != NULL ? names : ids);
	return 0;
}

static int
answer(struct req *rq, const char *value, const char **out, struct err *e)
{
	size_t		 n = strcspn(value, ":");
	const char	*id = arena_strndup(rq->arena, value, n), *text;

	if (look_up(rq, "SELECT question_text FROM survey_questions "
	    "WHERE question_id::text = $1", id, &text, e) != 0)
		return -1;
	text = text != NULL ? arena_printf(rq->arena, "\"%s\"", text) :
	    arena_printf(rq->arena, "question %s", id);
	*out = value[n] == '\0' ?
	    arena_printf(rq->arena, "who answered %s", text) :
	    arena_printf(rq->arena, "who answered \"%s\" to %s",
	    value + n + 1, text);
	return 0;
}

static int
segment(struct req *rq, const char *id, const char **out, struct err *e)
{
	const char	*name;

	if (look_up(rq, "SELECT segment_name FROM segments "
	    "WHERE segment_id::text = $1", id, &name, e) != 0)
		return -1;
	*out = name != NULL ?
	    arena_printf(rq->arena, "in the segment \"%s\"", name) :
	    arena_printf(rq->arena, "in segment %s", id);
	return 0;
}

/* Put the value in place of the % of a phrase. */
static const char *
fill(struct arena *a, const char *phrase, const char *value)
{
	const char	*at = strchr(phrase, '%');

	return at == NULL ? phrase : arena_printf(a, "%.*s%s%s",
	    (int)(at - phrase), phrase, value, at + 1);
}

static const char *
plain_phrase(struct arena *a, const char *name, const char *value)
{
	for (size_t i = 0; i < voter_list.n; i++) {
		const struct field	*f = &voter_list.filter[i].field;

		if (strcmp(f->name, name) == 0 && f->phrase != NULL)
			return fill(a, f->phrase, value);
	}
	return NULL;
}

/* Set *out to the phrase of a filter; NULL if another filter's includes it. */
static int
phrase(struct req *rq, const struct form *f, const struct pair *p,
    const char **out, struct err *e)
{
	struct arena	*a = rq->arena;
	const char	*name = p->name, *value = p->value, *kind;
	long long	 n = strtoll(value, NULL, 10);

	if (strcmp(name, "voted_any") == 0 || strcmp(name, "voted_all") == 0)
		return elections(rq, name, value, out, e);
	if (strcmp(name, "answer") == 0)
		return answer(rq, value, out, e);
	if (strcmp(name, "segment_id") == 0)
		return segment(rq, value, out, e);
	*out = NULL;
	if (strcmp(name, "has") == 0) {
		*out = add_having(a, value);
	} else if (strcmp(name, "purpose") == 0 ||
	    strcmp(name, "may_contact") == 0) {
		*out = word_for(by, value);
	} else if (strcmp(name, "times_contacted_max") == 0 && n <= 1) {
		*out = n == 0 ? "never contacted" : "contacted at most once";
	} else if (strcmp(name, "donated_min") == 0) {
		*out = arena_printf(a, "who donated at least %lld.%02lld",
		    n / 100, n % 100);
	} else if (strcmp(name, "voted_at_least") == 0) {
		kind = value_of(f, "kind");
		kind = kind != NULL ? word_for(kinds, kind) : NULL;
		*out = arena_printf(a, "who voted in at least %s of the last "
		    "%s %s", value, value_of(f, "of_last"),
		    kind != NULL ? kind : "elections");
	} else if (strcmp(name, "party_affiliation") != 0 ||
	    word_for(parties, value) == NULL) {
		*out = plain_phrase(a, name, value);
	}
	return 0;
}

/* Append a flat filter as a phrase.  With subject it begins with a noun. */
static int
add_filter(struct req *rq, struct buf *b, struct json_object *o, bool subject,
    struct err *e)
{
	struct form	 f = { .n = 0 };
	const char	*party, *noun = NULL, *text;
	size_t		 phrases = 0;

	if (segment_members(rq->arena, o, &f, e) != 0)
		return -1;
	if ((party = value_of(&f, "party_affiliation")) != NULL)
		noun = word_for(parties, party);
	if (f.n == 0)
		noun = "all voters";
	else if (noun == NULL && subject)
		noun = "voters";
	buf_adds(b, noun != NULL ? noun : "");
	for (size_t i = 0; i < f.n; i++) {
		if (phrase(rq, &f, &f.pair[i], &text, e) != 0)
			return -1;
		if (text == NULL)
			continue;
		/* "Narrow: voted in ...", but "voters who voted in ...". */
		if (noun == NULL && strncmp(text, "who ", 4) == 0)
			text += 4;
		if (phrases > 0)
			buf_adds(b, ", ");
		else if (noun != NULL)
			buf_addc(b, ' ');
		buf_adds(b, text);
		phrases++;
	}
	return 0;
}

static int
add_step(struct req *rq, struct buf *b, enum verb verb,
    struct json_object *filter, struct err *e)
{
	const char	*name = segment_verbs[verb];

	buf_addf(b, "%s%c%s: ", b->len > 0 ? " " : "",
	    toupper((unsigned char)name[0]), name + 1);
	if (add_filter(rq, b, filter, verb == VERB_ADD, e) != 0)
		return -1;
	buf_addc(b, '.');
	return 0;
}

int
summary_write(struct req *rq, struct json_object *o, const char **out,
    struct err *e)
{
	struct json_object	*steps, *filter;
	enum verb		 verb;
	struct buf		 b;

	buf_init_in(&b, rq->arena, SUMMARY_MAX);
	if (!json_object_object_get_ex(o, "steps", &steps)) {
		if (add_step(rq, &b, VERB_ADD, o, e) != 0)
			return -1;
		*out = buf_str(&b);
		return 0;
	}
	for (size_t i = 0; i < json_object_array_length(steps); i++)
		if (segment_step(json_object_array_get_idx(steps, i), &verb,
		    &filter, e) != 0 ||
		    add_step(rq, &b, verb, filter, e) != 0)
			return -1;
	*out = buf_str(&b);
	return 0;
}
