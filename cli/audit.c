/* cerberus audit: erase personal data from the audit log. */

#include "commands.h"
#include "core/text.h"
#include "options.h"
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
	const char		*file = NULL, *id;
	const struct cli_option	 options[] = {
		{ "token-file", .text = &file },
	};
	struct session		 s;
	struct rows		*r;
	int64_t			 n;
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	if (argc - at != 2 || strcmp(argv[at], "erase") != 0)
		return options_misused(usage);
	id = argv[at + 1];
	if (!text_int64(id, strlen(id), &n) || n < 1)
		return options_misused(usage);
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
}
