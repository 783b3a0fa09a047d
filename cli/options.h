/*
 * Reading the options of a command, which declares them in a table, and the
 * exit statuses of commands.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "core/base.h"

/* Exit statuses; cerberus(1) documents them. */
enum status {
	STATUS_DONE,
	STATUS_PARTLY,		/* done, except for what was reported */
	STATUS_USAGE,
	STATUS_FAILED,
};

/* One option.  It has an argument unless flag is set. */
struct cli_option {
	const char	*name;		/* --name */
	char		 letter;	/* -n; NUL: only --name */
	const char	**text;		/* set to the argument */
	bool		*flag;		/* set to true */
	/* Takes the argument of an option that may be repeated; returns false
	 * if it is not valid. */
	bool		(*take)(void *ctx, char *argument);
	void		*ctx;
};

#define CLI_OPTIONS_MAX	32

/*
 * Read the options of argv, and --help, which prints the usage text.  Return
 * the index of the first operand.  If there is nothing else to do, return -1
 * and set *status: the usage text was printed, on standard error if an option
 * is wrong.
 */
int	 options_read(int argc, char **argv, const struct cli_option *,
	    size_t n, const char *usage, int *status);

/* Print the usage text on standard error, and return STATUS_USAGE. */
int	 options_misused(const char *usage);

#endif
