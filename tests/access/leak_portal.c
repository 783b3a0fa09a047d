/*
 * Makes the calls that the staff page and the forms make, which
 * tests/portal/calls.mjs lists as Chromium sends them.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "core/buf.h"
#include "leak.h"

#define NAMES_MAX	64
#define VALUES		2

/* A line of the list, and what is done with it. */
struct line {
	const char	*method, *path;
	const char	*query[NAMES_MAX], *body[NAMES_MAX];
	size_t		 n_query, n_body;
	char		 open;		/* '{', '[' or 0: no body */
	const char	*token;
	void		(*look)(const char *, const struct answer *);
	size_t		 made;
};

/*
 * What a name of a query or a body gets, as JSON: first what belongs to the
 * other campaign or its people, then what belongs to the caller's.
 */
static const struct {
	const char	*name, *value[VALUES];
} values[] = {
	/* Which rows: of the other campaign, then of the caller's. */
	{ "campaign_id", { "2", "1" } }, { "campaign", { "2", "1" } },
	{ "voter_id", { "901", "902" } }, { "household_of", { "901", "920" } },
	{ "voter_ids", { "[901,902]", "[920]" } },
	{ "keep", { "902", "920" } }, { "merge", { "[901]", "[902]" } },
	{ "segment_id", { "910" } }, { "turf_id", { "917", "921" } },
	{ "question_id", { "905" } }, { "user_id", { "900", "3" } },
	{ "user", { "\"Zzhidden\"" } },
	{ "row_id", { "901", "920" } }, { "call", { "{\"call_list_id\":916,"
	  "\"then\":\"opt_out\"}" } },
	{ "answers", { "[{\"question_id\":905,\"response_value\":\"x\"}]" } },
	{ "steps", { "[{\"op\":\"add\",\"filter\":{\"segment_id\":910}}]",
	  "[{\"op\":\"add\",\"filter\":{\"city\":\"Zzhidden\"}}]" } },
	{ "filter", { "{\"segment_id\":910}", "{\"campaign_id\":2}" } },
	{ "answer", { "905:Zzhidden" } },
	{ "client_event_id", { "\"00000000-0000-4000-8000-000000000002\"" } },
	{ "payment_intent_id", { "\"pi_none\"" } },
	/* What they say. */
	{ "q", { "zzhid", "zzcontact" } }, { "city", { "Zzhidden" } },
	{ "tag", { "Zzhidden", "\"mine\"" } },
	{ "tags", { "[\"mine\"]" } }, { "add", { "[\"mine\"]" } },
	{ "remove", { "[\"mine\"]" } }, { "name", { "\"mine\"" } },
	{ "segment_name", { "\"mine\"" } }, { "note", { "\"mine\"" } },
	{ "notes", { "\"mine\"" } }, { "reason", { "\"mine\"" } },
	{ "first_name", { "\"Mine\"" } }, { "last_name", { "\"Mine\"" } },
	{ "email_address", { "\"zzhidden@example.org\"",
	  "\"mine@example.org\"" } },
	{ "email", { "\"zzhidden@example.org\"", "\"mine@example.org\"" } },
	{ "phone_number", { "\"+15125550199\"" } },
	{ "suffix", { "\"Jr\"" } }, { "ward", { "\"1\"" } },
	{ "employer", { "\"mine\"" } }, { "occupation", { "\"mine\"" } },
	{ "source", { "\"mine\"" } }, { "wording", { "\"mine\"" } },
	/* How. */
	{ "fields", { "last_name", "voter_registration_id" } },
	{ "sort", { "-created_at", "user_id" } }, { "per_page", { "200" } },
	{ "page", { "1" } }, { "cursor", { "x" } },
	{ "by", { "precinct", "age" } },
	{ "age_max", { "150" } }, { "party_affiliation", { "DEM" } },
	{ "min_score", { "1" } }, { "confirmed", { "false" } },
	{ "settled", { "false" } }, { "erase", { "1" } },
	{ "dry_run", { "1" } }, { "atomic", { "1" } },
	{ "method", { "card", "\"cash\"" } },
	{ "recurring_status", { "active" } },
	{ "state", { "pending", "running" } },
	{ "amount", { "500" } }, { "received_on", { "\"2026-02-03\"" } },
	{ "channel", { "\"email\"" } }, { "granted", { "true" } },
	{ "action", { "\"dismiss\"" } }, { "undo", { "true" } },
	{ "role", { "\"manager\"" } }, { "position", { "1" } },
	{ "is_active", { "false" } },
	/* Who. */
	{ "code", { "\"000000\"" } }, { "password", { "\"wrong\"" } },
	{ "username", { "\"nobody-here\"" } }, { "token", { "\"x\"" } },
	{ "current_password", { "\"x\"" } },
	{ "new_password", { "\"long enough for all\"" } },
};

/* A path's ids: those of rows that are hidden, and of the caller's campaign. */
static const char *const ids[] = {
	"1", "2", "900", "901", "902", "903", "905", "907", "908", "909",
	"910", "911", "914", "915", "916", "917", "920", "921", "922", "923",
};

static const char *
value_of(const char *name, size_t which)
{
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		if (strcmp(values[i].name, name) == 0)
			return values[i].value[which] != NULL ?
			    values[i].value[which] : values[i].value[0];
	cr_assert(strstr(name, "_id") == NULL, "tests/portal/calls names %s: "
	    "add ids for it to %s", name, __FILE__);
	return "\"mine\"";
}

/* Append a parameter; only simple values have to be escaped. */
static void
add_parameter(struct buf *b, const char *name, size_t which)
{
	const char	*v = value_of(name, which);
	size_t		 n = strlen(v);

	if (*v == '"') {
		v++;
		n -= 2;
	}
	buf_addf(b, "%s%s=", b->len > 0 ? "&" : "", name);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%%%02X", (unsigned char)v[i]);
}

static const char *
body_of(const struct line *l, size_t which)
{
	struct buf	 b;
	const char	*text;

	if (l->open == 0)
		return strcmp(l->method, "GET") == 0 ||
		    strcmp(l->method, "DELETE") == 0 ? NULL : "{}";
	buf_init(&b, 65536);
	buf_adds(&b, l->open == '[' ? "[{" : "{");
	for (size_t i = 0; i < l->n_body; i++)
		buf_addf(&b, "%s\"%s\":%s", i > 0 ? "," : "", l->body[i],
		    value_of(l->body[i], which));
	buf_adds(&b, l->open == '[' ? "}]" : "}");
	text = arena_strdup(&memory, buf_str(&b));
	buf_release(&b);
	return text;
}

static void
make(struct line *l, const char *path, const char *query, const char *body)
{
	const struct answer	*a = CALL(.method = l->method, .path = path,
				    .query = query, .body = body,
				    .token = l->token);

	l->made++;
	l->look(arena_printf(&memory, "%s %s?%s %s", l->method, path,
	    query != NULL ? query : "", body != NULL ? body : ""), a);
}

/* Without a query, with each name, and with all of them. */
static void
make_queries(struct line *l, const char *path, const char *body)
{
	struct buf	 b;

	make(l, path, NULL, body);
	buf_init(&b, 65536);
	for (size_t which = 0; which < VALUES; which++)
		for (size_t at = 0; at <= l->n_query && l->n_query > 0; at++) {
			buf_clear(&b, SIZE_MAX);
			for (size_t i = 0; i < l->n_query; i++)
				if (i == at || at == l->n_query ||
				    strcmp(l->query[i], "campaign_id") == 0)
					add_parameter(&b, l->query[i], which);
			make(l, path, buf_str(&b), body);
		}
	buf_release(&b);
}

static void
make_bodies(struct line *l, const char *path)
{
	for (size_t which = 0; which < (l->open != 0 ? VALUES : 1); which++)
		make_queries(l, path, body_of(l, which));
}

/* Put each id in the place of the first that the path lacks. */
static void
make_paths(struct line *l, const char *path)
{
	const char	*at = strchr(path, ':');
	size_t		 n;

	if (at == NULL) {
		make_bodies(l, path);
		return;
	}
	n = strcspn(at, "/");
	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		make_paths(l, arena_printf(&memory, "%.*s%s%s",
		    (int)(at - path), path, ids[i], at + n));
}

/* Split a list of names; it ends at any byte of end. */
static char *
split(char *text, const char *end, const char **name, size_t *n)
{
	size_t	 len;
	char	 last;

	do {
		len = strcspn(text, ",?{[ }]\n");
		last = text[len];
		text[len] = '\0';
		cr_assert(*n < NAMES_MAX);
		if (len > 0)
			name[(*n)++] = arena_strdup(&memory, text);
		text += len + 1;
	} while (last == ',');
	cr_assert(strchr(end, last) != NULL);
	return text;
}

static void
read_line(struct line *l, char *text)
{
	char	*at = text + strcspn(text, " "), *end;
	char	 last;

	*at++ = '\0';
	l->method = arena_strdup(&memory, text);
	end = at + strcspn(at, "? \n");
	last = *end;
	*end++ = '\0';
	l->path = arena_strdup(&memory, at);
	if (last == '?')
		end = split(end, " \n", l->query, &l->n_query);
	if (*end == '{' || *end == '[') {
		l->open = *end;
		split(end + 1, "}]", l->body, &l->n_body);
	}
}

size_t
leak_portal(const char *token, const char *prefix,
    void (*look)(const char *, const struct answer *))
{
	const char	*path = arena_printf(&memory, "%s/tests/portal/calls",
			    getenv("SRCDIR"));
	FILE		*f = fopen(path, "re");
	char		 text[4096];
	size_t		 made = 0;

	cr_assert_not_null(f, "%s cannot be read", path);
	while (fgets(text, sizeof(text), f) != NULL) {
		struct line	 l = { .token = token, .look = look };

		read_line(&l, text);
		if (strncmp(l.path, prefix, strlen(prefix)) == 0)
			make_paths(&l, l.path);
		made += l.made;
	}
	fclose(f);
	return made;
}
