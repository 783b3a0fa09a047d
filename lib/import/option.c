/* The options of an import: reading their values.  run.c applies them. */
#include <ctype.h>

#include "core/text.h"
#include "option.h"
#include "reader.h"
#include "record/field.h"
#include "record/json.h"
#include "record/state.h"

static const char *const modes[] = { "update", "fill", "skip" };
static const char *const orders[] = { "mdy", "dmy", "ymd" };

void
import_options_init(struct import_options *o)
{
	*o = (struct import_options){ .mode = modes[0], .header = -1,
	    .quote = -1, .order = -1 };
}

static const struct {
	const char	*name;
	bool		 reads;
} options[] = {
	{ "campaign_id", false }, { "layout", true }, { "mapping", true },
	{ "mode", false }, { "has_header", true }, { "delimiter", true },
	{ "quote", true }, { "encoding", true }, { "date_order", true },
	{ "registration_state", true }, { "strict", true },
	{ "dry_run", false }, { "keep_unmapped", true },
};

bool
import_is_option(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return true;
	return false;
}

bool
import_option_reads(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return options[i].reads;
	return false;
}

static int
read_delimiter(struct import_options *o, const char *s, size_t n,
    struct err *e)
{
	char	 c = reader_delimiter(s, n);

	if (c == '\0')
		return err_field(e, "delimiter", "invalid_choice",
		    "delimiter must be a comma, tab, | or ;.");
	o->delimiter = c;
	return 0;
}

/* Set *out to the index of a text in an array of three. */
static int
read_choice(const char *name, const char *const words[3], const char *s,
    size_t n, size_t *out, struct err *e)
{
	for (size_t i = 0; i < 3; i++)
		if (text_is(s, n, words[i])) {
			*out = i;
			return 0;
		}
	return err_field(e, name, "invalid_choice", "%s must be %s, %s or %s.",
	    name, words[0], words[1], words[2]);
}

/* A state by its name, or two letters. */
static int
read_state(struct import_options *o, struct arena *a, const char *s, size_t n,
    struct err *e)
{
	const char	*code = state_code(s, n);

	if (code == NULL && n == 2 && isalpha((unsigned char)s[0]) &&
	    isalpha((unsigned char)s[1]))
		code = arena_printf(a, "%c%c", toupper((unsigned char)s[0]),
		    toupper((unsigned char)s[1]));
	if (code == NULL)
		return err_field(e, "registration_state", "invalid_choice",
		    "registration_state must be a state, such as NC.");
	o->state = code;
	return 0;
}

int
import_option(struct import_options *o, struct arena *a, const char *name,
    const char *value, size_t n, struct err *e)
{
	static const struct field campaign = {
		.name = "campaign_id", .kind = KIND_INT, .low = 1,
		.high = INT64_MAX
	};
	size_t	 i;
	bool	 truth;

	/* Before trimming, because a tab is white space. */
	if (strcmp(name, "delimiter") == 0 && n > 0)
		return read_delimiter(o, value, n, e);
	text_trim(&value, &n);
	/* Forms also send the fields that were left blank. */
	if (n == 0)
		return 0;
	if (strcmp(name, "campaign_id") == 0)
		return field_check(&campaign, a, value, n, &o->campaign_id, e);
	if (strcmp(name, "layout") == 0) {
		o->layout = arena_strndup(a, value, n);
		return 0;
	}
	if (strcmp(name, "mapping") == 0) {
		json_object_put(o->mapping);
		o->mapping = NULL;
		if (json_parse(value, n, &o->mapping, e) != 0) {
			err_clear(e);
			return err_field(e, name, "invalid_json",
			    "mapping must be a JSON object.");
		}
		return 0;
	}
	if (strcmp(name, "mode") == 0) {
		if (read_choice(name, modes, value, n, &i, e) != 0)
			return -1;
		o->mode = modes[i];
		return 0;
	}
	if (strcmp(name, "date_order") == 0) {
		if (read_choice(name, orders, value, n, &i, e) != 0)
			return -1;
		o->order = (int)i;
		return 0;
	}
	if (strcmp(name, "quote") == 0) {
		if (!text_is(value, n, "none") && !text_is(value, n, "\""))
			return err_field(e, name, "invalid_choice",
			    "quote must be \" or none.");
		o->quote = *value == '"';
		return 0;
	}
	if (strcmp(name, "encoding") == 0) {
		o->encoding = arena_strndup(a, value, n);
		return 0;
	}
	if (strcmp(name, "registration_state") == 0)
		return read_state(o, a, value, n, e);
	if (!text_bool(value, n, &truth))
		return err_field(e, name, "invalid_boolean",
		    "%s must be true or false.", name);
	if (strcmp(name, "has_header") == 0)
		o->header = truth;
	else if (strcmp(name, "dry_run") == 0)
		o->dry_run = truth;
	else if (strcmp(name, "strict") == 0)
		o->strict = truth;
	else
		o->keep_unmapped = truth;
	return 0;
}
