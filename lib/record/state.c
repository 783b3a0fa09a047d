/*
 * The names and postal codes of the states.  Nothing depends on a state here.
 */
#include "core/text.h"
#include "state.h"

static const struct { const char *code, *name; } states[] = {
	{ "AL", "Alabama" }, { "AK", "Alaska" }, { "AS", "American Samoa" },
	{ "AZ", "Arizona" }, { "AR", "Arkansas" }, { "CA", "California" },
	{ "CO", "Colorado" }, { "CT", "Connecticut" }, { "DE", "Delaware" },
	{ "DC", "District of Columbia" }, { "FL", "Florida" },
	{ "GA", "Georgia" }, { "GU", "Guam" }, { "HI", "Hawaii" },
	{ "ID", "Idaho" }, { "IL", "Illinois" }, { "IN", "Indiana" },
	{ "IA", "Iowa" }, { "KS", "Kansas" }, { "KY", "Kentucky" },
	{ "LA", "Louisiana" }, { "ME", "Maine" }, { "MD", "Maryland" },
	{ "MA", "Massachusetts" }, { "MI", "Michigan" }, { "MN", "Minnesota" },
	{ "MS", "Mississippi" }, { "MO", "Missouri" }, { "MT", "Montana" },
	{ "NE", "Nebraska" }, { "NV", "Nevada" }, { "NH", "New Hampshire" },
	{ "NJ", "New Jersey" }, { "NM", "New Mexico" }, { "NY", "New York" },
	{ "NC", "North Carolina" }, { "ND", "North Dakota" },
	{ "MP", "Northern Mariana Islands" }, { "OH", "Ohio" },
	{ "OK", "Oklahoma" }, { "OR", "Oregon" }, { "PA", "Pennsylvania" },
	{ "PR", "Puerto Rico" }, { "RI", "Rhode Island" },
	{ "SC", "South Carolina" }, { "SD", "South Dakota" },
	{ "TN", "Tennessee" }, { "TX", "Texas" }, { "UT", "Utah" },
	{ "VT", "Vermont" }, { "VA", "Virginia" }, { "VI", "Virgin Islands" },
	{ "WA", "Washington" }, { "DC", "Washington DC" },
	{ "WV", "West Virginia" }, { "WI", "Wisconsin" }, { "WY", "Wyoming" },
};

/* Longer than every name and every spelling of one. */
#define LONGEST	40

const char *
state_code(const char *s, size_t n)
{
	char	 name[LONGEST];
	size_t	 len = 0;

	/* Ignore full stops, as in "D.C.", and repeated spaces. */
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' || (s[i] == ' ' && (len == 0 ||
		    name[len - 1] == ' ')))
			continue;
		if (len == sizeof(name))
			return NULL;
		name[len++] = s[i];
	}
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (text_is(name, len, len == 2 ? states[i].code :
		    states[i].name))
			return states[i].code;
	return NULL;
}
