/* cerberus setup: run the script that sets up a machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "options.h"

#define SETUP	CERBERUS_DATADIR "/script/setup"

int
setup_main(int argc, char **argv)
{
	(void)argc;
	/* The script serves every installation; these are this one's places. */
	if (setenv("CERBERUS_CONF", CERBERUS_SYSCONFDIR "/cerberus.conf",
	    0) != 0 || setenv("CERBERUS_PROGRAMS", CERBERUS_CGIDIR, 0) != 0) {
		fprintf(stderr, "cerberus: %s\n", strerror(errno));
		return STATUS_FAILED;
	}
	execv(SETUP, argv);
	fprintf(stderr, "cerberus: %s: %s\n", SETUP, strerror(errno));
	return STATUS_FAILED;
}
