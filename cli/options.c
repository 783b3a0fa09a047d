/* Reading the options of a command, by getopt_long(); see options.h. */
#include <assert.h>
#include <getopt.h>

#include "options.h"

#define FIRST	256	/* value of the first option, beyond all letters */

int
options_misused(const char *usage)
{
	fputs(usage, stderr);
	return STATUS_USAGE;
}

/* Store an option.  Return false if its argument is not valid. */
static bool
take(const struct cli_option *o, char *argument)
{
	if (o->flag != NULL)
		*o->flag = true;
	else if (o->text != NULL)
		*o->text = argument;
	else
		return o->take(o->ctx, argument);
	return true;
}

static const struct cli_option *
find(const struct cli_option *o, size_t n, int c)
{
	for (size_t i = 0; i < n; i++)
		if (c == FIRST + (int)i || (c < FIRST && c == o[i].letter))
			return &o[i];
	return NULL;
}

int
options_read(int argc, char **argv, const struct cli_option *o, size_t n,
    const char *usage, int *status)
{
	struct option		 names[CLI_OPTIONS_MAX + 2] = { 0 };
	char			 letters[2 * CLI_OPTIONS_MAX + 2] = "h";
	size_t			 used = 1;
	const struct cli_option	*found;
	int			 c;

	assert(n <= CLI_OPTIONS_MAX);
	for (size_t i = 0; i < n; i++) {
		bool	 argument = o[i].flag == NULL;

		names[i] = (struct option){ o[i].name, argument ?
		    required_argument : no_argument, NULL, FIRST + (int)i };
		if (o[i].letter == '\0')
			continue;
		letters[used++] = o[i].letter;
		if (argument)
			letters[used++] = ':';
	}
	names[n] = (struct option){ "help", no_argument, NULL, 'h' };
	while ((c = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			*status = STATUS_DONE;
			return -1;
		}
		found = find(o, n, c);
		if (found == NULL || !take(found, optarg)) {
			*status = options_misused(usage);
			return -1;
		}
	}
	return optind;
}
