/* cerberus export: write voters as CSV, like GET /voters/export. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "commands.h"
#include "options.h"
#include "output.h"
#include "people/export.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus export [--campaign N] [--filter NAME=VALUE]...\n"
    "           [--fields A,B] [--reason TEXT] [--output FILE]\n"
    "\n"
    "Writes voters as CSV that can be imported again.  The audit log records\n"
    "who did it, with the filter, the reason and the number of rows.\n"
    "\n"
    "  -c, --campaign N       only the voters of this campaign\n"
    "  -f, --filter N=VALUE   a parameter of GET /voters, such as zip_code=27601\n"
    "      --fields A,B       only these columns\n"
    "  -r, --reason TEXT      what the file is for\n"
    "  -o, --output FILE      default: standard output\n"
    "      --token-file FILE  an API key; else CERBERUS_TOKEN, else admin-token\n"
    "                         beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failure: the output is incomplete.\n";

#define MAX_FILTERS	64

/* The filters of the command line as a query. */
struct filters_given {
	struct pair	 pair[MAX_FILTERS];
	size_t		 n;
};

static bool
add_filter(struct filters_given *f, const char *name, const char *value)
{
	if (f->n == MAX_FILTERS)
		return false;
	f->pair[f->n++] = (struct pair){ name, value, strlen(value) };
	return true;
}

static bool
take_filter(void *ctx, char *argument)
{
	char	*equals = strchr(argument, '=');

	if (equals == NULL)
		return false;
	*equals = '\0';
	return add_filter(ctx, argument, equals + 1);
}

static bool
take_campaign(void *ctx, char *argument)
{
	return add_filter(ctx, "campaign_id", argument);
}

static bool
take_fields(void *ctx, char *argument)
{
	return add_filter(ctx, "fields", argument);
}

static bool
take_reason(void *ctx, char *argument)
{
	return add_filter(ctx, "reason", argument);
}

static int
run(struct session *s, const struct form *query, const char *output)
{
	int	 fd = STDOUT_FILENO, rc;

	if (output != NULL && (fd = open(output, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600)) == -1)
		return err_set(&s->err, ERR_INTERNAL, "%s: %s", output,
		    strerror(errno));
	rc = output_run(s, export_voters, "/export", query, fd);
	if (fd != STDOUT_FILENO && close(fd) != 0 && rc == 0)
		rc = err_set(&s->err, ERR_INTERNAL, "%s: %s", output,
		    strerror(errno));
	return rc;
}

int
export_main(int argc, char **argv)
{
	struct filters_given	 f = { .n = 0 };
	const char		*token = NULL, *output = NULL;
	const struct cli_option	 options[] = {
		{ "campaign", 'c', .take = take_campaign, .ctx = &f },
		{ "filter", 'f', .take = take_filter, .ctx = &f },
		{ "fields", .take = take_fields, .ctx = &f },
		{ "reason", 'r', .take = take_reason, .ctx = &f },
		{ "output", 'o', .text = &output },
		{ "token-file", .text = &token },
	};
	struct session		 s;
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	if (at < argc)
		return options_misused(usage);
	if (!session_open(&s, token))
		return STATUS_FAILED;
	rc = run(&s, &(struct form){ f.pair, f.n }, output);
	if (rc != 0)
		session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : STATUS_DONE;
}
