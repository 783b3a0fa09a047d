/* cerberus: main(), which runs a command.  Each command has its own file. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "core/base.h"
#include "donations.h"
#include "reconcile.h"

static const struct command {
	const char	*name;
	const char	*help;
	int		(*run)(int argc, char **argv);
} commands[] = {
	{ "import", "read voter files into the database", import_main },
	{ "export", "write voters as CSV", export_main },
	{ "opt-out", "add, lift, list and import opt-outs", opt_out_main },
	{ "check", "check what the programs need", check_main },
	{ "user", "add a user", user_main },
	{ "token", "create, list and revoke API keys", token_main },
	{ "audit", "erase a deleted voter from the audit log", audit_main },
	{ "donations", "check that every sum of the donations agrees",
	    donations_main },
	{ "reconcile", "compare the donations with Stripe", reconcile_main },
	{ "tidy", "end stale donations, delete what expired", tidy_main },
	{ "move-from-flask", "take over the data of the Flask backend",
	    move_main },
};

static void
usage(FILE *out)
{
	fprintf(out, "usage: cerberus COMMAND [OPTION...]\n\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(out, "  %-17s%s\n", commands[i].name,
		    commands[i].help);
	fprintf(out, "\ncerberus COMMAND --help prints more, "
	    "cerberus --version the version.\n");
}

int
main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < ARRAY_LEN(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (argc > 1 && (strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)) {
		usage(stdout);
		return 0;
	}
	if (argc == 2 && (strcmp(argv[1], "--version") == 0 ||
	    strcmp(argv[1], "-V") == 0)) {
		puts("cerberus " PACKAGE_VERSION);
		return 0;
	}
	usage(stderr);
	return 2;
}
