/* cerberus import: import voter files, as POST /voters/upload does. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "core/clock.h"
#include "core/text.h"
#include "db/cancel.h"
#include "import/copy.h"
#include "import/run.h"
#include "import_report.h"
#include "people/import_undo.h"
#include "session.h"

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
    "  -n, --dry-run         count, but change nothing\n"
    "      --undo ID         undo this import, or count with --dry-run\n"
    "      --token-file FILE file with the API key; default: CERBERUS_TOKEN,\n"
    "                        or admin-token next to the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all rows imported or voters reverted, 1 some rejected or\n"
    "kept, 2 usage, 3 failure.\n";

/* Set by a signal, which also cancels the statement that merges the file. */
static volatile sig_atomic_t	 interrupted;
static struct db_cancel		*volatile merging;

static void
on_signal(int number)
{
	(void)number;
	interrupted = 1;
	if (merging != NULL)
		db_cancel(merging);
}

static void
catch_signals(void)
{
	struct sigaction	 sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

/* What the progress on standard error needs. */
struct watching {
	const struct db	*db;		/* that merges, to be cancelled */
	int64_t		 size;		/* of the file in bytes; 0: unknown */
	int64_t		 started, told;	/* ms */
	bool		 terminal;
};

/*
 * Draw the progress on a terminal, such as
 * "[#####     ] 52%  61234 rows/s  310000 rows  12 rejected  0:07 left".
 */
static void
draw(const struct report *r, const struct watching *w, const char *stage)
{
	int64_t	 ms = clock_ms() - w->started, left;
	double	 share = w->size > 0 ? (double)r->bytes / (double)w->size : 0;
	char	 bar[21];

	for (int i = 0; i < 20; i++)
		bar[i] = i < (int)(share * 20) ? '#' : ' ';
	bar[20] = '\0';
	fprintf(stderr, "\r\033[K");
	if (strcmp(stage, "reading") != 0) {
		fprintf(stderr, "%s: %lld rows, %lld rejected, %lld s", stage,
		    (long long)r->rows, (long long)r->rejected,
		    (long long)ms / 1000);
		return;
	}
	if (w->size > 0)
		fprintf(stderr, "[%s] %3.0f%%  ", bar, share * 100);
	fprintf(stderr, "%lld rows/s  %lld rows  %lld rejected",
	    (long long)(ms > 0 ? r->rows * 1000 / ms : 0),
	    (long long)r->rows, (long long)r->rejected);
	if (share > 0.01) {
		left = (int64_t)((double)ms * (1 - share) / share) / 1000;
		fprintf(stderr, "  %lld:%02lld left", (long long)left / 60,
		    (long long)left % 60);
	}
}

/* Show the progress: often on a terminal, else every ten seconds. */
static void
watch(const struct report *r, const char *stage, void *ctx)
{
	struct watching	*w = ctx;
	int64_t		 now = clock_ms();

	if (strcmp(stage, "merging") == 0)
		merging = db_cancel_new(w->db);
	if (w->terminal) {
		draw(r, w, stage);
	} else if (now - w->told >= 10000 || strcmp(stage, "reading") != 0) {
		w->told = now;
		fprintf(stderr, "%s: %lld rows, %lld rejected\n", stage,
		    (long long)r->rows, (long long)r->rejected);
	}
}

static ssize_t
read_fd(struct source *s, void *p, size_t n, struct err *e)
{
	ssize_t	 got;

	do
		got = read(*(int *)s->ctx, p, n);
	while (got == -1 && errno == EINTR && !interrupted);
	if (interrupted)
		return err_set(e, ERR_INTERNAL, "The import was interrupted.");
	if (got == -1)
		return err_set(e, ERR_INTERNAL, "The file cannot be read: %s.",
		    strerror(errno));
	return got;
}

static int
rewind_fd(struct source *s, struct err *e)
{
	if (lseek(*(int *)s->ctx, 0, SEEK_SET) == 0)
		return 0;
	return err_set(e, ERR_INTERNAL, "The file cannot be read again: %s.",
	    strerror(errno));
}

/* Release the handle that a signal uses; the handler must not see it freed. */
static void
forget_merging(void)
{
	struct db_cancel	*old = merging;

	merging = NULL;
	db_cancel_free(old);
}

/*
 * Import one file, "-" for standard input, and set *rejected if a row was
 * rejected.  The options remain the caller's.
 */
static int
import_file(struct session *s, const struct import_options *o,
    const char *path, bool *rejected)
{
	struct import	*im = arena_alloc(&s->arena, sizeof(*im));
	struct watching	 w = { .db = &s->db, .started = clock_ms(),
			    .told = clock_ms(),
			    .terminal = isatty(STDERR_FILENO) };
	struct stat	 st;
	const char	*name = strrchr(path, '/');
	int		 fd = strcmp(path, "-") == 0 ? STDIN_FILENO :
			    open(path, O_RDONLY | O_CLOEXEC), rc;
	struct source	 src = { .read = read_fd, .ctx = &fd };
	struct copy	 copy = { .fd = -1 };

	if (fd == -1)
		return err_set(&s->err, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		w.size = st.st_size;
		src.rewind = rewind_fd;
	} else {
		copy_init(&copy, &src);
	}
	import_init(im, &s->arena, &s->cfg, &s->db);
	im->opt = *o;
	im->opt.file_name = name != NULL ? name + 1 : path;
	im->progress.watch = watch;
	im->progress.watch_ctx = &w;
	rc = import_open(im, &s->err);
	if (rc == 0)
		rc = import_stage(im, src.rewind != NULL ? &src :
		    &copy.source, &s->err);
	copy_release(&copy);
	if (rc == 0)
		rc = import_finish(im, &s->err);
	if (interrupted && rc != 0) {
		err_clear(&s->err);
		err_set(&s->err, ERR_INTERNAL, "The import was interrupted.");
	}
	forget_merging();
	if (w.terminal)
		fprintf(stderr, "\r\033[K");
	if (rc == 0)
		import_report(im, path, clock_ms() - w.started);
	else
		import_fail(im, &s->err);
	*rejected |= rc == 0 && im->report.rejected > 0;
	im->opt.mapping = NULL;
	import_release(im);
	db_forget(&s->db);
	if (fd != STDIN_FILENO)
		close(fd);
	return rc;
}

/*
 * Undo an import, or count what that would do.  Set *kept if something stays
 * because it was changed since.
 */
static int
undo(struct session *s, const char *id, bool dry_run, bool *kept)
{
	struct undone	 u;
	int		 rc;

	/* It connects, so that there is something to cancel. */
	rc = db_begin(&s->db, &s->err);
	merging = db_cancel_new(&s->db);
	if (rc == 0)
		rc = import_undo(&s->db, id, dry_run, s->cfg.merge_timeout,
		    &u, &s->err);
	if (rc == 0)
		rc = db_commit(&s->db, &s->err);
	else
		db_rollback(&s->db);
	if (rc != 0 && interrupted) {
		err_clear(&s->err);
		err_set(&s->err, ERR_INTERNAL, "The undo was interrupted.");
	}
	forget_merging();
	if (rc != 0)
		return -1;
	printf("import %s %s: %lld reverted, %lld deleted, %lld kept because "
	    "they were changed since, %lld gone\n", id,
	    dry_run ? "(dry run)" : "undone", (long long)u.reverted,
	    (long long)u.deleted, (long long)u.kept, (long long)u.gone);
	if (u.votes_reverted + u.votes_kept > 0)
		printf("import %s: votes of %lld voters reverted, of %lld "
		    "kept\n", id, (long long)u.votes_reverted,
		    (long long)u.votes_kept);
	*kept = u.kept + u.votes_kept > 0;
	return 0;
}

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

int
import_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "campaign",      required_argument, NULL, 'c' },
		{ "layout",        required_argument, NULL, 'l' },
		{ "mapping",       required_argument, NULL, 'm' },
		{ "mode",          required_argument, NULL, 'M' },
		{ "header",        required_argument, NULL, 'H' },
		{ "delimiter",     required_argument, NULL, 'D' },
		{ "quote",         required_argument, NULL, 'Q' },
		{ "encoding",      required_argument, NULL, 'E' },
		{ "date-order",    required_argument, NULL, 'O' },
		{ "registration-state", required_argument, NULL, 'R' },
		{ "strict",        no_argument,       NULL, 'S' },
		{ "keep-unmapped", no_argument,       NULL, 'k' },
		{ "dry-run",       no_argument,       NULL, 'n' },
		{ "undo",          required_argument, NULL, 'U' },
		{ "token-file",    required_argument, NULL, 'T' },
		{ "help",          no_argument,       NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	static const char *const	 names[128] = {
		['c'] = "campaign_id", ['l'] = "layout", ['m'] = "mapping",
		['M'] = "mode", ['H'] = "has_header", ['D'] = "delimiter",
		['Q'] = "quote", ['E'] = "encoding", ['O'] = "date_order",
		['R'] = "registration_state", ['S'] = "strict",
		['k'] = "keep_unmapped", ['n'] = "dry_run",
	};
	struct session		 s;
	struct import_options	 o;
	const char		*value[128] = { NULL }, *token = NULL, *text;
	const char		*undone = NULL;
	bool			 rejected = false;
	int64_t			 id;
	int			 c, given = 0, rc = 0;

	while ((c = getopt_long(argc, argv, "c:l:m:knh", options, NULL)) !=
	    -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return STATUS_DONE;
		}
		if (c == 'T') {
			token = optarg;
		} else if (c == 'U') {
			undone = optarg;
		} else if (c < 128 && names[c] != NULL) {
			value[c] = optarg != NULL ? optarg : "yes";
			given += c != 'n';
		} else {
			goto misused;
		}
	}
	/* --undo takes neither files nor the options of files. */
	if ((optind == argc) != (undone != NULL) ||
	    (undone != NULL && (given > 0 ||
	    !text_int64(undone, strlen(undone), &id) || id < 1)))
		goto misused;
	if (!session_open(&s, token))
		return STATUS_FAILED;
	if (undone != NULL) {
		catch_signals();
		rc = undo(&s, undone, value['n'] != NULL, &rejected);
		if (rc != 0)
			session_fail(&s);
		session_close(&s);
		return rc != 0 ? STATUS_FAILED : rejected ? STATUS_PARTLY :
		    STATUS_DONE;
	}
	import_options_init(&o);
	for (c = 0; c < 128 && rc == 0; c++) {
		if (value[c] == NULL)
			continue;
		if ((text = contents(&s, value[c])) == NULL)
			rc = -1;
		else
			rc = import_option(&o, &s.arena, names[c], text,
			    strlen(text), &s.err);
	}
	if (rc != 0) {
		if (s.err.nfields > 0)
			session_fail(&s);
		session_close(&s);
		return STATUS_USAGE;
	}
	catch_signals();
	for (; optind < argc && rc == 0; optind++)
		rc = import_file(&s, &o, argv[optind], &rejected);
	if (rc != 0)
		session_fail(&s);
	json_object_put(o.mapping);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : rejected ? STATUS_PARTLY :
	    STATUS_DONE;
misused:
	fputs(usage, stderr);
	return STATUS_USAGE;
}
