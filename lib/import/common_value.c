/*
 * The common words for status, party and gender.  Letters that mean different
 * things in different states are left out: V is a valid registration in Texas
 * and one to be verified in Michigan, R removed in North Carolina and rejected
 * in Michigan, S suspense in Texas and temporary in North Carolina, D denied
 * or deceased.
 */
#include <ctype.h>
#include <stdlib.h>

#include "common_value.h"
#include "core/text.h"

#define WORD_MAX	32	/* bytes of the longest word, with its NUL */

/* Lower-case letters and digits only, in the order of strcmp(). */
struct word {
	const char	*from, *to;
};

static const struct word statuses[] = {
	{ "a", "Active" },
	{ "ac", "Active" },
	{ "act", "Active" },
	{ "active", "Active" },
	{ "activevoter", "Active" },
	{ "c", "Cancelled" },
	{ "can", "Cancelled" },
	{ "canc", "Cancelled" },
	{ "canceled", "Cancelled" },
	{ "cancelled", "Cancelled" },
	{ "confirmation", "Inactive" },
	{ "denied", "Other" },
	{ "i", "Inactive" },
	{ "ina", "Inactive" },
	{ "inact", "Inactive" },
	{ "inactive", "Inactive" },
	{ "inactivevoter", "Inactive" },
	{ "other", "Other" },
	{ "p", "Pending" },
	{ "pen", "Pending" },
	{ "pend", "Pending" },
	{ "pending", "Pending" },
	{ "pre", "Pending" },
	{ "prereg", "Pending" },
	{ "preregistered", "Pending" },
	{ "preregistration", "Pending" },
	{ "purged", "Cancelled" },
	{ "reg", "Active" },
	{ "registered", "Active" },
	{ "rejected", "Other" },
	{ "removed", "Cancelled" },
	{ "suspense", "Inactive" },
};

static const struct word parties[] = {
	{ "d", "Democratic" },
	{ "declinedtostate", "Unaffiliated" },
	{ "declinetostate", "Unaffiliated" },
	{ "dem", "Democratic" },
	{ "democrat", "Democratic" },
	{ "democratic", "Democratic" },
	{ "democraticparty", "Democratic" },
	{ "dts", "Unaffiliated" },
	{ "g", "Green" },
	{ "gop", "Republican" },
	{ "gre", "Green" },
	{ "green", "Green" },
	{ "greenparty", "Green" },
	{ "grn", "Green" },
	{ "l", "Libertarian" },
	{ "lbt", "Libertarian" },
	{ "lib", "Libertarian" },
	{ "libertarian", "Libertarian" },
	{ "libertarianparty", "Libertarian" },
	{ "noaffiliation", "Unaffiliated" },
	{ "nonaffiliated", "Unaffiliated" },
	{ "nonpartisan", "Unaffiliated" },
	{ "noparty", "Unaffiliated" },
	{ "nopartyaffiliation", "Unaffiliated" },
	{ "nopartypreference", "Unaffiliated" },
	{ "npa", "Unaffiliated" },
	{ "npp", "Unaffiliated" },
	{ "r", "Republican" },
	{ "rep", "Republican" },
	{ "republican", "Republican" },
	{ "republicanparty", "Republican" },
	{ "u", "Unaffiliated" },
	{ "una", "Unaffiliated" },
	{ "unaffiliated", "Unaffiliated" },
	{ "undeclared", "Unaffiliated" },
	{ "unenrolled", "Unaffiliated" },
};

static const struct word genders[] = {
	{ "f", "F" },
	{ "female", "F" },
	{ "m", "M" },
	{ "male", "M" },
	{ "man", "M" },
	{ "nb", "X" },
	{ "nonbinary", "X" },
	{ "notspecified", "U" },
	{ "other", "X" },
	{ "u", "U" },
	{ "unk", "U" },
	{ "unknown", "U" },
	{ "unspecified", "U" },
	{ "woman", "F" },
	{ "x", "X" },
};

static const struct {
	int			 field;
	const struct word	*word;
	size_t			 n;
} common[] = {
	{ VOTER_registration_status, statuses, ARRAY_LEN(statuses) },
	{ VOTER_party_affiliation, parties, ARRAY_LEN(parties) },
	{ VOTER_gender, genders, ARRAY_LEN(genders) },
};

static int
compare(const void *key, const void *word)
{
	return strcmp(key, ((const struct word *)word)->from);
}

/* Return the meaning of a common word, or NULL. */
static const char *
find_common(int field, const char *s, size_t n)
{
	const struct word	*w;
	char			 folded[WORD_MAX];
	size_t			 i = 0, len = 0;

	while (i < ARRAY_LEN(common) && common[i].field != field)
		i++;
	if (i == ARRAY_LEN(common))
		return NULL;
	for (size_t k = 0; k < n; k++) {
		unsigned char	 c = (unsigned char)s[k];

		if (c >= 0x80 || len == WORD_MAX - 1)
			return NULL;
		if (isalnum(c))
			folded[len++] = (char)tolower(c);
	}
	folded[len] = '\0';
	w = bsearch(folded, common[i].word, common[i].n, sizeof(*w), compare);
	return w != NULL ? w->to : NULL;
}

const char *
layout_value(int field, const struct value *list, const char *s, size_t n,
    bool *any)
{
	const struct value	*v = list;
	const char		*to;

	*any = false;
	while (v != NULL && v->from != NULL && !text_is(s, n, v->from))
		v = v->next;
	if (v != NULL && v->from != NULL)
		return v->to;
	if ((to = find_common(field, s, n)) != NULL || v == NULL)
		return to;
	*any = true;
	return v->to;
}
