/* cerberus check: check that everything the programs need is there. */

#include "check_site.h"
#include "commands.h"
#include "import/layout_file.h"
#include "options.h"

static const char usage[] =
    "usage: cerberus check [--offline]\n"
    "\n"
    "Checks the settings, the modes of files, the database, its schema, the\n"
    "rights of the programs' roles, sequences, regular commands, the backup,\n"
    "the layouts of voter files, the clock, and what the web server does with\n"
    "requests.  Says what is wrong, and what to do next.\n"
    "\n"
    "  -O, --offline  ask neither the site nor Stripe\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all checks passed, 1 a check failed, 2 usage.\n";

/* Print the line of one check. */
static void
print(void *ctx, enum check_state state, const char *what, const char *text)
{
	static const char	*const words[] = { "ok", "FAILED", "-" };

	(void)ctx;
	printf("%-8s%s%s%s\n", words[state], what, *text != '\0' ? ": " : "",
	    text);
}

static const struct check	 checks = { .found = print };

static void
check_layout(struct layout *l, const struct err *e, void *ctx)
{
	bool	*ok = ctx;

	if (l == NULL)
		*ok = check_report(&checks, false, "layouts", "%s",
		    check_fault(e));
}

static bool
check_layouts(const struct cfg *cfg)
{
	struct arena	 a = { 0 };
	bool		 ok = true;

	if (layout_each(arena_alloc(&a, sizeof(struct layout)), &a,
	    cfg->layouts_dir, check_layout, &ok) != 0)
		ok = check_report(&checks, false, "layouts", "%s",
		    cfg->layouts_dir);
	else if (ok)
		check_report(&checks, true, "layouts", "%s", "");
	arena_release(&a);
	return ok;
}

int
check_main(int argc, char **argv)
{
	bool			 ok, offline = false;
	const struct cli_option	 options[] = {
		{ "offline", 'O', .flag = &offline },
	};
	struct cfg		 cfg;
	struct err		 e = { 0 };
	int			 at, status;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &status);
	if (at == -1)
		return status;
	if (at < argc)
		return options_misused(usage);
	if (cfg_load(&cfg, &e) != 0) {
		check_report(&checks, false, "configuration",
		    "%s", check_fault(&e));
		return STATUS_PARTLY;
	}
	check_report(&checks, true, "configuration", "%s", cfg.path != NULL ?
	    cfg.path : "the environment alone");
	ok = check_settings(&checks, &cfg);
	ok &= check_modes(&checks, &cfg);
	ok &= check_database(&checks, &cfg);
	ok &= check_layouts(&cfg);
	ok &= check_backup(&checks, &cfg);
	if (!offline) {
		ok &= check_stripe_clock(&checks, &cfg);
		ok &= check_site(&checks, &cfg);
	}
	cfg_release(&cfg);
	return ok ? STATUS_DONE : STATUS_PARTLY;
}
