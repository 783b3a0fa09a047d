/* The doors of usual addresses.  The rules are those of door_of(). */
#include <ctype.h>

#include "door.h"

#define ADDRESS_MAX	200	/* door_of() cuts longer streets */
#define WORDS_MAX	24
#define NUMBER_MAX	8	/* digits of a house number */
#define UNIT_MAX	50
#define UNIT_DIGITS	6	/* to which numbers in units are padded */

/* The words of an address in upper case. */
struct words {
	char	 text[ADDRESS_MAX + 1];
	char	*word[WORDS_MAX];
	size_t	 n;
};

struct house {
	char	 digits[NUMBER_MAX + 1];
	char	*suffix;
};

static bool
among(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, list[i]) == 0)
			return true;
	return false;
}

/* Return what stands for the word in pairs of long and short words. */
static const char *
shorter(const char *word, const char *const (*pair)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, pair[i][0]) == 0)
			return pair[i][1];
	return NULL;
}

static const char *
street_suffix(const char *word)
{
	static const char *const	 pair[][2] = {
		{ "STREET", "ST" }, { "ROAD", "RD" }, { "AVENUE", "AVE" },
		{ "AV", "AVE" }, { "DRIVE", "DR" }, { "LANE", "LN" },
		{ "COURT", "CT" }, { "BOULEVARD", "BLVD" },
		{ "PLACE", "PL" }, { "CIRCLE", "CIR" }, { "TERRACE", "TER" },
		{ "TRAIL", "TRL" }, { "PARKWAY", "PKWY" },
		{ "HIGHWAY", "HWY" }, { "SQUARE", "SQ" }, { "ALLEY", "ALY" },
		{ "CRESCENT", "CRES" }, { "CROSSING", "XING" },
		{ "HEIGHTS", "HTS" }, { "TURNPIKE", "TPKE" },
		{ "EXTENSION", "EXT" }, { "POINT", "PT" },
		{ "RIDGE", "RDG" }, { "COVE", "CV" }
	};
	const char			*to = shorter(word, pair,
					    ARRAY_LEN(pair));

	return to != NULL ? to : word;
}

static const char *
street_direction(const char *word)
{
	static const char *const	 pair[][2] = {
		{ "N", "N" }, { "NORTH", "N" }, { "S", "S" },
		{ "SOUTH", "S" }, { "E", "E" }, { "EAST", "E" },
		{ "W", "W" }, { "WEST", "W" }, { "NE", "NE" },
		{ "NORTHEAST", "NE" }, { "NW", "NW" },
		{ "NORTHWEST", "NW" }, { "SE", "SE" },
		{ "SOUTHEAST", "SE" }, { "SW", "SW" }, { "SOUTHWEST", "SW" }
	};

	return shorter(word, pair, ARRAY_LEN(pair));
}

/* Does this word announce a unit? */
static bool
is_unit_word(const char *word)
{
	static const char *const	 list[] = {
		"APT", "UNIT", "STE", "LOT", "BLDG", "FL", "RM", "SPC", "TRLR",
		"APARTMENT", "SUITE", "BUILDING", "FLOOR", "ROOM", "SPACE",
		"TRAILER"
	};

	return among(word, list, ARRAY_LEN(list));
}

/* Is this word a unit by itself? */
static bool
is_unit(const char *word)
{
	static const char *const	 list[] = {
		"REAR", "FRNT", "LOWR", "LOWER", "UPPR", "UPPER", "BSMT",
		"BASEMENT", "PH"
	};

	return among(word, list, ARRAY_LEN(list));
}

static bool
has_digit(const char *word)
{
	return strpbrk(word, "0123456789") != NULL;
}

/* May digits be attached to this word, as in "APT4" and "TRLR12"? */
static bool
has_attached(const char *word)
{
	static const char *const	 list[] = {
		"APT", "UNI", "STE", "LOT", "SPC", "TRL", "BLD"
	};

	for (size_t i = 0; i < ARRAY_LEN(list); i++)
		if (strncmp(word, list[i], 3) == 0)
			return has_digit(word);
	return false;
}

/* Split an address; false if it is not an usual one. */
static bool
split(struct words *w, const char *address)
{
	size_t	 n = strlen(address);
	bool	 inside = false;

	w->n = 0;
	if (n == 0 || n > ADDRESS_MAX || address[n - 1] == ' ')
		return false;
	for (size_t i = 0; i <= n; i++) {
		unsigned char	 c = (unsigned char)address[i];

		if (c == ' ' || c == '\0') {
			if (!inside)
				return false;
			inside = false;
			w->text[i] = '\0';
			continue;
		}
		if (c < ' ' || c >= 0x7f || strchr("#,;.\"!", c) != NULL)
			return false;
		if (!inside && w->n == WORDS_MAX)
			return false;
		if (!inside)
			w->word[w->n++] = w->text + i;
		inside = true;
		w->text[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	/* "12 1/2 OAK ST" */
	return w->n < 2 || strlen(w->word[1]) < 2 || w->word[1][1] != '/';
}

/* Read the number of the house; false if it is not an usual one. */
static bool
read_house(struct house *h, char *word)
{
	size_t	 digits = strspn(word, "0123456789"), n = strlen(word);
	char	*tail = word + digits;

	*h = (struct house){ .suffix = tail };
	/* "N6W23001" */
	if (digits == 0)
		return !isdigit((unsigned char)word[n - 1]);
	if (digits > NUMBER_MAX || strcmp(tail, "ST") == 0 ||
	    strcmp(tail, "ND") == 0 || strcmp(tail, "RD") == 0 ||
	    strcmp(tail, "TH") == 0)
		return true;
	for (; *word == '0'; word++)
		;
	if (word < tail)
		memcpy(h->digits, word, (size_t)(tail - word));
	return true;
}

/*
 * Remove the unit from the end of the street and set *unit; NULL if there is
 * none.  Return false if it is not an usual one.
 */
static bool
take_unit(struct words *w, const char **unit)
{
	char	*last = w->word[w->n - 1];

	*unit = NULL;
	if (has_attached(last))
		return false;
	if (w->n > 2 && is_unit(last)) {
		*unit = last;
		w->n--;
		return true;
	}
	if (strlen(last) > 1 && !has_digit(last))
		return true;
	/* The house number is word 0, and word 1 belongs to the street. */
	for (size_t i = 2; i < w->n; i++)
		if (is_unit_word(w->word[i])) {
			if (i + 2 == w->n)
				*unit = last;
			else if (i + 2 < w->n)
				return false;
			w->n = i;
		}
	if (*unit == NULL)
		return true;
	for (const char *p = *unit; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p))
			return false;
	if (strlen(*unit) > UNIT_MAX ||
	    (isalpha((unsigned char)**unit) && (*unit)[1] != '\0'))
		return false;
	*unit += strspn(*unit, "0");
	if (**unit == '\0')
		*unit = NULL;
	return true;
}

static char *
add(char *to, const char *text)
{
	return stpcpy(to, text);
}

/* Append the name of the street, which follows the house number. */
static char *
add_street(char *to, const struct words *w)
{
	char *const	*word = w->word + 1;
	size_t		 n = w->n - 1;
	const char	*way;

	if (n == 0)
		return to;
	way = n > 2 ? street_direction(word[0]) : NULL;
	to = add(to, way != NULL ? way : word[0]);
	for (size_t i = 1; i + 2 < n; i++)
		to = add(add(to, " "), word[i]);
	if (n == 2)
		return add(add(to, " "), street_suffix(word[1]));
	if (n > 2 && (way = street_direction(word[n - 1])) == NULL)
		to = add(add(add(add(to, " "), word[n - 2]), " "),
		    street_suffix(word[n - 1]));
	else if (n > 2)
		to = add(add(add(add(to, " "), street_suffix(word[n - 2])),
		    " "), way);
	return to;
}

/* Append the number so that the even side is walked down. */
static char *
add_number(char *to, const char *digits)
{
	size_t	 n = strlen(digits);
	bool	 odd = (digits[n - 1] - '0') % 2 != 0;

	*to++ = odd ? '1' : '2';
	for (size_t i = 0; i < NUMBER_MAX; i++) {
		char	 c = i < NUMBER_MAX - n ? '0' :
			    digits[i - (NUMBER_MAX - n)];

		*to++ = odd ? c : (char)('9' - (c - '0'));
	}
	*to = '\0';
	return to;
}

/* Append the unit with its numbers padded; NULL if one is too long. */
static char *
add_unit(char *to, const char *unit)
{
	size_t	 n;

	while (*unit != '\0') {
		n = strspn(unit, "0123456789");
		if (n > UNIT_DIGITS)
			return NULL;
		if (n == 0) {
			*to++ = *unit++;
			continue;
		}
		for (size_t i = n; i < UNIT_DIGITS; i++)
			*to++ = '0';
		memcpy(to, unit, n);
		to += n;
		unit += n;
	}
	*to = '\0';
	return to;
}

bool
door_make(const char *address, const char *zip, char out[DOOR_MAX])
{
	struct words	 w;
	struct house	 house;
	const char	*unit;
	char		*to = out;

	if (address == NULL) {
		*out = '\0';
		return true;
	}
	if (zip == NULL || !split(&w, address) ||
	    !read_house(&house, w.word[0]))
		return false;
	if (*house.digits == '\0') {
		*out = '\0';
		return true;
	}
	if (!take_unit(&w, &unit))
		return false;
	for (size_t i = 0; i < 5 && zip[i] != '\0'; i++) {
		if ((unsigned char)zip[i] >= 0x80)
			return false;
		*to++ = zip[i];
	}
	*to++ = '!';
	*to = '\0';
	to = add(add_street(to, &w), "!");
	to = add(add(add_number(to, house.digits), house.suffix), "!");
	return unit == NULL || add_unit(to, unit) != NULL;
}
