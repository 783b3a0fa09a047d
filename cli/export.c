/* cerberus export: write voters as CSV, like GET /voters/export. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

#include "commands.h"
#include "output.h"
#include "people/export.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus export [--campaign N] [--filter NAME=VALUE]...\n"
    "           [--fields A,B] [--output FILE]\n"
    "\n"
    "Writes voters as CSV that can be imported again.\n"
    "\n"
    "  -c, --campaign N       only the voters of this campaign\n"
    "  -f, --filter N=VALUE   a parameter of GET /voters, such as zip_code=27601\n"
    "      --fields A,B       only these columns\n"
    "  -o, --output FILE      default: standard output\n"
    "      --token-file FILE  an API key; else CERBERUS_TOKEN, else admin-token\n"
    "                         beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failure: the output is incomplete.\n";

#define MAX_FILTERS	64

int
export_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ "filter", required_argument, NULL, 'f' },
		{ "fields", required_argument, NULL, 'F' },
		{ "output", required_argument, NULL, 'o' },
		{ "token-file", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct session	 s;
	struct pair	 pair[MAX_FILTERS];
	struct form	 query = { .pair = pair };
	const char	*token = NULL, *output = NULL, *name;
	char		*equals;
	int		 c, fd = STDOUT_FILENO, rc;

	while ((c = getopt_long(argc, argv, "c:f:o:h", options, NULL)) != -1) {
		name = c == 'c' ? "campaign_id" : c == 'F' ? "fields" : NULL;
		switch (c) {
		case 'h':
			fputs(usage, stdout);
			return STATUS_DONE;
		case 'T':
			token = optarg;
			continue;
		case 'o':
			output = optarg;
			continue;
		case 'f':
			if ((equals = strchr(optarg, '=')) == NULL)
				goto misused;
			*equals = '\0';
			name = optarg;
			optarg = equals + 1;
			break;
		case 'c':
		case 'F':
			break;
		default:
			goto misused;
		}
		if (query.n == MAX_FILTERS)
			goto misused;
		pair[query.n++] = (struct pair){ name, optarg,
		    strlen(optarg) };
	}
	if (optind < argc)
		goto misused;
	if (!session_open(&s, token))
		return STATUS_FAILED;
	if (output != NULL && (fd = open(output, O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600)) == -1) {
		fprintf(stderr, "cerberus: %s: %s\n", output, strerror(errno));
		session_close(&s);
		return STATUS_FAILED;
	}
	rc = output_run(&s, export_voters, "/export", &query, fd);
	if (fd != STDOUT_FILENO && close(fd) != 0 && rc == 0)
		rc = err_set(&s.err, ERR_INTERNAL, "%s: %s", output,
		    strerror(errno));
	if (rc != 0)
		session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : STATUS_DONE;
misused:
	fputs(usage, stderr);
	return STATUS_USAGE;
}
