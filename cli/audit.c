/* cerberus audit: erase personal data from the audit log. */
#include <getopt.h>

#include "commands.h"
#include "core/text.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus audit erase VOTER_ID [--token-file FILE]\n"
    "\n"
    "Erases the personal data of a deleted voter, and of all voters who were\n"
    "merged into it, from the audit log, the merges and the rejected rows of\n"
    "voter files.  The entries stay, and a new one records who did this; those\n"
    "merges can no longer be undone.\n"
    "\n"
    "      --token-file FILE  an admin's API key; else CERBERUS_TOKEN, else\n"
    "                         admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failure.\n";

int
audit_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "token-file", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct session	 s;
	const char	*file = NULL, *id;
	struct rows	*r;
	int64_t		 n;
	int		 c, rc;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (c) {
		case 'T':
			file = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_DONE;
		default:
			goto misused;
		}
	if (argc - optind != 2 || strcmp(argv[optind], "erase") != 0)
		goto misused;
	id = argv[optind + 1];
	if (!text_int64(id, strlen(id), &n) || n < 1)
		goto misused;
	if (!session_open(&s, file))
		return STATUS_FAILED;
	rc = db_select(&s.db, "SELECT cerberus.erase_traces($1) AS entries", 1,
	    &id, &r, &s.err);
	if (rc == 0)
		printf("%s entries about voter %s were emptied\n",
		    rows_text(r, 0, "entries"), id);
	else
		session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : STATUS_DONE;
misused:
	fputs(usage, stderr);
	return STATUS_USAGE;
}
