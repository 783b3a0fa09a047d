/*
 * Turns the cells of a row into codes of ballots.  history_plan.c finds the
 * columns, ballot.c reads the texts, history_store.c stores the votes.
 */
#include "core/text.h"
#include "history.h"

#define NO_VOTE		0	/* the text says that there is no vote */
#define UNREADABLE	(-1)

/* Start the key of a text in h->key: its kind, and the state. */
static void
key_start(struct history *h, char kind, const char *state)
{
	buf_clear(&h->key, HISTORY_KEY);
	buf_addc(&h->key, kind);
	buf_adds(&h->key, state);
}

static void
key_add(struct history *h, const char *s, size_t n)
{
	buf_addc(&h->key, '\0');
	buf_add(&h->key, s, n);
}

/* A look-up of the text in h->key among the texts that have been parsed. */
struct search {
	struct code_slot *slot;
	struct arena_mark mark;		/* h->arena before the text is parsed */
	size_t		 nballots;	/* h->nballots before that */
};

/* If the text in h->key was parsed before, set its code and return true. */
static bool
seen(struct history *h, struct search *s, int *code)
{
	s->slot = code_table_find(h->seen, h->key.data, h->key.len);
	s->mark = arena_mark(&h->arena);
	s->nballots = h->nballots;
	if (s->slot->key == NULL)
		return false;
	*code = s->slot->code;
	return true;
}

/*
 * Remember the code of the text.  If the table is full and the text added no
 * ballot, free the memory that parsing it has used.
 */
static void
remember(struct history *h, const struct search *s, int code)
{
	if (!code_table_add(h->seen, &h->arena, s->slot, h->key.data, code) &&
	    h->nballots == s->nballots)
		arena_rewind(&h->arena, s->mark);
}

const char *
history_clean(struct arena *a, const char *s, size_t n, size_t max)
{
	text_trim(&s, &n);
	if (n == 0 || text_utf8_length(s, n) == -1 ||
	    text_has_control(s, n, false))
		return NULL;
	if (n > max)
		n = max;
	while (n > 0 && text_utf8_length(s, n) == -1)
		n--;
	return arena_strndup(a, s, n);
}

/* Return the code of a ballot, or UNREADABLE if there are too many. */
static int
ballot_code(struct history *h, struct ballot b)
{
	const char	*text[] = { b.state, b.date, b.kind, b.name, b.method,
			    b.party };
	struct code_slot *s;

	buf_clear(&h->id, HISTORY_KEY);
	buf_addf(&h->id, "%d", b.year);
	for (size_t i = 0; i < ARRAY_LEN(text); i++) {
		buf_addc(&h->id, '\0');
		buf_adds(&h->id, text[i] != NULL ? text[i] : "");
	}
	s = code_table_find(h->known, h->id.data, h->id.len);
	if (s->key != NULL)
		return s->code;
	if (h->nballots < HISTORY_BALLOTS) {
		h->ballot[h->nballots++] = b;
		code_table_add(h->known, &h->arena, s, h->id.data,
		    (int)h->nballots);
		return (int)h->nballots;
	}
	if (b.method == NULL && b.party == NULL)
		return UNREADABLE;
	b.method = b.party = NULL;
	return ballot_code(h, b);
}

/* Return the replacement for a text, or NULL. */
static const char *
replacement(const struct value *v, const char *s, size_t n)
{
	for (; v != NULL; v = v->next)
		if (v->from == NULL || text_is(s, n, v->from))
			return v->to;
	return NULL;
}

static bool
is_one_of(const char *const *words, const char *s, size_t n)
{
	for (; *words != NULL; words++)
		if (text_is(s, n, *words))
			return true;
	return false;
}

static const char *const marks[] = { "X", "Y", "YES", "1", "T", "TRUE", "V",
	NULL };
static const char *const negations[] = { "N", "NO", "0", "F", "FALSE", "-",
	"NULL", "N/A", "NONE", NULL };

/* Set the method of a ballot; return false if there was no vote. */
static bool
set_method(struct history *h, struct ballot *b, const char *s, size_t n)
{
	const char	*to = replacement(h->rules->methods, s, n);

	if (to != NULL)
		b->method = history_clean(&h->arena, to, strlen(to), 50);
	else if (is_one_of(negations, s, n))
		return false;
	else if (!is_one_of(marks, s, n))
		b->method = history_clean(&h->arena, s, n, 50);
	return to == NULL || *to != '\0';
}

static void
set_party(struct history *h, struct ballot *b, const char *s, size_t n)
{
	const char	*to = replacement(h->rules->parties, s, n);

	if (to != NULL)
		b->party = history_clean(&h->arena, to, strlen(to), 100);
	else if (!is_one_of(marks, s, n) && !is_one_of(negations, s, n))
		b->party = history_clean(&h->arena, s, n, 100);
}

/* Append a code to those of the row. */
static void
take_code(struct history *h, int code)
{
	if (code > 0)
		buf_addf(&h->codes, "%c%d", h->codes.len == 0 ? '{' : ',',
		    code);
}

/* Take the vote of an election that has columns of its own. */
static void
take_column(struct history *h, size_t i, const struct row *row,
    const char *state)
{
	struct history_column	*c = &h->column[i];
	struct ballot		 b = c->ballot;
	const char		*text[2] = { "", "" };
	size_t			 n[2] = { 0 };
	struct search		 s;
	bool			 voted = true;
	int			 code;

	for (size_t k = 0; k < 2; k++)
		if (c->cell[k] == HISTORY_NO_CELL || !row_text(row, c->cell[k],
		    &text[k], &n[k]))
			n[k] = 0;
	if (n[0] == 0 && n[1] == 0)
		return;
	key_start(h, 'c', state);
	key_add(h, (const char *)&i, sizeof(i));
	key_add(h, text[0], n[0]);
	key_add(h, text[1], n[1]);
	if (h->key.failed)
		return;
	if (seen(h, &s, &code)) {
		take_code(h, code);
		return;
	}
	b.state = arena_strdup(&h->arena, state);
	if (n[CELL_METHOD] > 0)
		voted = set_method(h, &b, text[CELL_METHOD], n[CELL_METHOD]);
	if (n[CELL_PARTY] > 0)
		set_party(h, &b, text[CELL_PARTY], n[CELL_PARTY]);
	code = voted ? ballot_code(h, b) : NO_VOTE;
	remember(h, &s, code);
	take_code(h, code);
}

/* Take one entry of a list. */
static void
take_entry(struct history *h, const char *state, const char *entry, size_t n,
    int64_t line, struct notes *notes)
{
	struct ballot	 b = { 0 };
	struct search	 s;
	int		 code;

	key_start(h, 'l', state);
	key_add(h, entry, n);
	if (h->key.failed)
		return;
	if (seen(h, &s, &code)) {
		take_code(h, code);
		return;
	}
	code = UNREADABLE;
	b.state = arena_strdup(&h->arena, state);
	if (text_utf8_length(entry, n) != -1 && ballot_entry(&b, &h->arena,
	    entry, n, h->rules->kinds, h->order, h->today)) {
		const char	*method = b.method;

		b.method = NULL;
		if (b.name != NULL)
			b.name = history_clean(&h->arena, b.name,
			    strlen(b.name), 255);
		code = method == NULL || set_method(h, &b, method,
		    strlen(method)) ? ballot_code(h, b) : NO_VOTE;
	}
	if (code == UNREADABLE)
		notes_add(notes, line, "votes", text_utf8_length(entry, n) !=
		    -1 ? entry : NULL, n, "This is not a vote in an "
		    "election.");
	remember(h, &s, code);
	take_code(h, code);
}

static void
take_list(struct history *h, const struct row *row, const char *state,
    struct notes *notes)
{
	const char	*s, *end, *entry;
	size_t		 n;

	if (h->list == HISTORY_NO_CELL || !row_text(row, h->list, &s, &n))
		return;
	for (const char *stop = s + n; s < stop; s = end + 1) {
		if ((end = memchr(s, ';', (size_t)(stop - s))) == NULL)
			end = stop;
		entry = s;
		n = (size_t)(end - s);
		text_trim(&entry, &n);
		if (n > 0)
			take_entry(h, state, entry, n, row->line, notes);
	}
}

/* Return the state of a row's elections, or NULL. */
static const char *
state_of(struct history *h, const struct rec *r)
{
	const char	*s = h->state;

	if (s == NULL)
		s = r->value[VOTER_registration_state];
	if (s == NULL)
		s = r->value[VOTER_state];
	if (s == NULL || *s == '\0' || strlen(s) > 20)
		return NULL;
	if (strlen(s) == 2 && (s[0] >= 'a' || s[1] >= 'a')) {
		char	*upper = arena_strdup(r->arena, s);

		for (char *p = upper; *p != '\0'; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		s = upper;
	}
	return s;
}

const char *
history_votes(struct history *h, const struct row *row, const struct rec *r,
    struct notes *notes)
{
	const char	*state;

	if (h->rules == NULL || h->rules->rows || (h->ncolumns == 0 &&
	    h->list == HISTORY_NO_CELL) || (state = state_of(h, r)) == NULL)
		return NULL;
	buf_clear(&h->codes, HISTORY_KEY);
	for (size_t i = 0; i < h->ncolumns; i++)
		take_column(h, i, row, state);
	take_list(h, row, state, notes);
	if (h->codes.len == 0 || h->codes.failed)
		return NULL;
	buf_addc(&h->codes, '}');
	return buf_str(&h->codes);
}

/* Return the code of the ballot in a row of a history file. */
static int
read_ballot(struct history *h, const char *const text[VOTE_COLUMN__MAX],
    const size_t n[VOTE_COLUMN__MAX])
{
	struct ballot	 b = { .state = h->state };

	if (!ballot_date(&b, &h->arena, text[VOTE_COLUMN_DATE],
	    n[VOTE_COLUMN_DATE], h->order, h->today))
		return UNREADABLE;
	b.kind = ballot_kind(text[VOTE_COLUMN_KIND], n[VOTE_COLUMN_KIND],
	    h->rules->kinds);
	if (b.kind == NULL)
		b.kind = "special";
	ballot_complete(&b, &h->arena);
	b.name = history_clean(&h->arena, text[VOTE_COLUMN_NAME],
	    n[VOTE_COLUMN_NAME], 255);
	if (n[VOTE_COLUMN_PARTY] > 0)
		set_party(h, &b, text[VOTE_COLUMN_PARTY],
		    n[VOTE_COLUMN_PARTY]);
	if (n[VOTE_COLUMN_METHOD] > 0 && !set_method(h, &b,
	    text[VOTE_COLUMN_METHOD], n[VOTE_COLUMN_METHOD]))
		return NO_VOTE;
	return ballot_code(h, b);
}

int
history_vote(struct history *h, const struct row *row, struct vote *v,
    const char **column, const char **message)
{
	const char	*text[VOTE_COLUMN__MAX];
	size_t		 n[VOTE_COLUMN__MAX];
	struct search	 s;

	for (size_t i = 0; i < VOTE_COLUMN__MAX; i++)
		if (h->cell[i] == HISTORY_NO_CELL || !row_text(row, h->cell[i],
		    &text[i], &n[i])) {
			text[i] = "";
			n[i] = 0;
		}
	*column = "voter_registration_id";
	*message = "The row has no registration id.";
	v->id = text[VOTE_COLUMN_ID];
	v->n = n[VOTE_COLUMN_ID];
	if (v->n == 0 || v->n > 100 || text_utf8_length(v->id, v->n) == -1 ||
	    text_has_control(v->id, v->n, false))
		return -1;
	key_start(h, 'r', "");
	for (size_t i = VOTE_COLUMN_ID + 1; i < VOTE_COLUMN__MAX; i++)
		key_add(h, text[i], n[i]);
	*column = "";
	*message = "The row is too long.";
	if (h->key.failed)
		return -1;
	*column = "date";
	if (!seen(h, &s, &v->code)) {
		v->code = read_ballot(h, text, n);
		remember(h, &s, v->code);
	}
	*message = "This is not the date of an election.";
	if (v->code == NO_VOTE)
		h->no_vote++;
	return v->code == UNREADABLE ? -1 : v->code != NO_VOTE;
}

void
history_release(struct history *h)
{
	buf_release(&h->key);
	buf_release(&h->id);
	buf_release(&h->codes);
	arena_release(&h->arena);
}
