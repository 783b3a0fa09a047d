/*
 * cerberus import: the command line.  import_file.c imports a file, or undoes
 * an import; import_report.c prints the result.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "commands.h"
#include "core/text.h"
#include "import_file.h"
#include "options.h"

static const char usage[] =
    "usage: cerberus import FILE... [--campaign N] [--layout NAME]\n"
    "           [--mapping JSON] [--mode MODE] [--dry-run] [OPTION...]\n"
    "       cerberus import --undo ID [--dry-run] [--token-file FILE]\n"
    "\n"
    "Imports voter files into the database; - is standard input.  Each file\n"
    "is one transaction: all its valid rows or none.  Importing a file again\n"
    "changes nothing.  --undo takes an import of the last 30 days back: what\n"
    "was changed since is kept.\n"
    "\n"
    "  -c, --campaign N      add the voters to this campaign\n"
    "  -l, --layout NAME     a layout of [upload] layouts, such as nc or van;\n"
    "                        most are recognised by the header\n"
    "  -m, --mapping JSON    columns of the file by field, or @FILE\n"
    "      --mode MODE       update (default), fill or skip\n"
    "      --header yes|no   whether the first row is a header\n"
    "      --delimiter C     comma, tab, bar or semicolon\n"
    "      --quote Q         \" or none\n"
    "      --encoding NAME   such as UTF-8, windows-1252, UTF-16LE\n"
    "      --date-order O    mdy, dmy or ymd; default: what the dates show\n"
    "      --registration-state XX\n"
    "                        state of registration ids that name none\n"
    "      --strict          reject a row for any bad cell\n"
    "  -k, --keep-unmapped   put other columns into custom_fields\n"
    "      --initial         the first voters of an empty database: build the\n"
    "                        indexes afterwards; nobody can read meanwhile\n"
    "  -n, --dry-run         count, but change nothing\n"
    "      --undo ID         undo this import, or count with --dry-run\n"
    "      --token-file FILE file with the API key; default: CERBERUS_TOKEN,\n"
    "                        or admin-token next to the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all rows imported or voters reverted, 1 some rejected or\n"
    "kept, 2 usage, 3 failure.\n";

/*
 * Return an option's text, or for "@FILE" the contents of the file: NULL, after
 * a message, if it cannot be read.
 */
static const char *
contents(struct session *s, const char *text)
{
	struct buf	 b;
	const char	*out = NULL;
	char		*p;
	ssize_t		 n;
	int		 fd;

	if (*text != '@')
		return text;
	buf_init(&b, 1024 * 1024);
	if ((fd = open(text + 1, O_RDONLY | O_CLOEXEC)) != -1) {
		while ((p = buf_reserve(&b, 4096)) != NULL &&
		    (n = read(fd, p, 4096)) > 0)
			b.len += (size_t)n;
		out = arena_strndup(&s->arena, buf_str(&b), b.len);
		close(fd);
	} else {
		fprintf(stderr, "cerberus: %s: %s\n", text + 1,
		    strerror(errno));
	}
	buf_release(&b);
	return out;
}

/* An option of the command line, and the option of an import that it sets. */
struct file_option {
	const char	*name;
	char		 letter;
	const char	*option;
	bool		 flag;		/* without an argument: "yes" */
};

static const struct file_option file_options[] = {
	{ "campaign",           'c',  "campaign_id" },
	{ "layout",             'l',  "layout" },
	{ "mapping",            'm',  "mapping" },
	{ "mode",               '\0', "mode" },
	{ "header",             '\0', "has_header" },
	{ "delimiter",          '\0', "delimiter" },
	{ "quote",              '\0', "quote" },
	{ "encoding",           '\0', "encoding" },
	{ "date-order",         '\0', "date_order" },
	{ "registration-state", '\0', "registration_state" },
	{ "strict",             '\0', "strict",        .flag = true },
	{ "keep-unmapped",      'k',  "keep_unmapped", .flag = true },
	{ "dry-run",            'n',  "dry_run",       .flag = true },
};

#define FILE_OPTIONS	ARRAY_LEN(file_options)
#define DRY_RUN		(FILE_OPTIONS - 1)

/* The command line. */
struct command {
	const char	*text[FILE_OPTIONS];	/* NULL: not given */
	bool		 flag[FILE_OPTIONS];
	bool		 initial;
	const char	*undo;		/* the import; NULL: import files */
	const char	*token;		/* file */
};

/*
 * Read the command line.  Return the index of the first file, or -1 with the
 * exit status in *status.  --undo takes neither files nor the options of files.
 */
static int
read_command(int argc, char **argv, struct command *c, int *status)
{
	struct cli_option	 options[FILE_OPTIONS + 3] = { 0 };
	size_t			 n = 0, given;
	int64_t			 id;
	int			 at;

	for (; n < FILE_OPTIONS; n++)
		options[n] = (struct cli_option){ file_options[n].name,
		    file_options[n].letter, .text = &c->text[n],
		    .flag = file_options[n].flag ? &c->flag[n] : NULL };
	options[n++] = (struct cli_option){ "initial", .flag = &c->initial };
	options[n++] = (struct cli_option){ "undo", .text = &c->undo };
	options[n++] = (struct cli_option){ "token-file", .text = &c->token };
	at = options_read(argc, argv, options, n, usage, status);
	if (at == -1)
		return -1;
	given = c->initial;
	for (n = 0; n < FILE_OPTIONS; n++) {
		given += n != DRY_RUN && (c->text[n] != NULL || c->flag[n]);
		if (c->flag[n])
			c->text[n] = "yes";
	}
	if ((at == argc) != (c->undo != NULL) || (c->undo != NULL &&
	    (given > 0 || !text_int64(c->undo, strlen(c->undo), &id) ||
	    id < 1))) {
		*status = options_misused(usage);
		return -1;
	}
	return at;
}

/* Set the options of the import; the error is in s->err, or was printed. */
static int
set_options(struct session *s, const struct command *c,
    struct import_options *o)
{
	const char	*text;

	import_options_init(o);
	o->initial = c->initial;
	for (size_t i = 0; i < FILE_OPTIONS; i++) {
		if (c->text[i] == NULL)
			continue;
		if ((text = contents(s, c->text[i])) == NULL ||
		    import_option(o, &s->arena, file_options[i].option, text,
		    strlen(text), &s->err) != 0)
			return -1;
	}
	return 0;
}

int
import_main(int argc, char **argv)
{
	struct command		 c = { .undo = NULL };
	struct session		 s;
	struct import_options	 o = { .mapping = NULL };
	bool			 partly = false;
	int			 at, status, rc = 0;

	if ((at = read_command(argc, argv, &c, &status)) == -1)
		return status;
	if (!session_open(&s, c.token))
		return STATUS_FAILED;
	if (c.undo == NULL && set_options(&s, &c, &o) != 0) {
		if (s.err.nfields > 0)
			session_fail(&s);
		session_close(&s);
		return STATUS_USAGE;
	}
	import_catch_signals();
	if (c.undo != NULL)
		rc = import_file_undo(&s, c.undo, c.flag[DRY_RUN], &partly);
	for (; at < argc && rc == 0; at++) {
		rc = import_file(&s, &o, argv[at], &partly);
		o.initial = false;
	}
	if (rc != 0)
		session_fail(&s);
	json_object_put(o.mapping);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : partly ? STATUS_PARTLY : STATUS_DONE;
}
