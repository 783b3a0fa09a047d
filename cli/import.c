/* cerberus import: import voter files, as POST /voters/upload does. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "core/clock.h"
#include "db/cancel.h"
#include "import/run.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus import FILE... [--campaign N] [--layout NAME]\n"
    "           [--mapping JSON] [--mode MODE] [--dry-run] [OPTION...]\n"
    "\n"
    "Imports voter files into the database; - is standard input.  Each file\n"
    "is one transaction: all its valid rows or none.  Importing a file again\n"
    "changes nothing.\n"
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
    "      --date-order O    mdy (default), dmy or ymd\n"
    "  -k, --keep-unmapped   put other columns into custom_fields\n"
    "  -n, --dry-run         count, but change nothing\n"
    "      --token-file FILE file with the API key; default: CERBERUS_TOKEN,\n"
    "                        or admin-token next to the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 all rows imported, 1 some rejected, 2 usage, 3 failure.\n";

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

/* Print the counts of votes, if the file has any. */
static void
print_votes(const struct import *im, const char *path)
{
	static const struct {
		const char	*key, *label;
	} counts[] = {
		{ "added", "votes added" }, { "changed", "changed" },
		{ "unchanged", "unchanged" },
		{ "unknown", "unknown voters" }, { "none", "without a vote" },
	};
	struct json_object	*o, *n;

	if (im->history.counts == NULL ||
	    (o = json_tokener_parse(im->history.counts)) == NULL)
		return;
	printf("%s: ", path);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		if (json_object_object_get_ex(o, counts[i].key, &n))
			printf("%s%lld %s", i > 0 ? ", " : "",
			    (long long)json_object_get_int64(n),
			    counts[i].label);
	printf("\n");
	json_object_put(o);
}

/*
 * Print the counts to standard output, and the first errors to standard
 * error.
 */
static void
print_report(const struct import *im, const char *path, int64_t ms)
{
	const struct report	*r = &im->report;

	printf("%s: import %s%s, %lld rows: %lld created, %lld updated, "
	    "%lld unchanged, %lld duplicates, %lld rejected (%lld rows/s)\n",
	    path, im->progress.id, im->opt.dry_run ? " (dry run)" : "",
	    (long long)r->rows, (long long)r->created, (long long)r->updated,
	    (long long)r->unchanged, (long long)r->duplicates,
	    (long long)r->rejected, (long long)(r->rows * 1000 / (ms + 1)));
	print_votes(im, path);
	for (size_t i = 0; i < r->nerrors; i++)
		fprintf(stderr, "%s:%lld: %s%s%s\n", path,
		    (long long)r->error[i].line, r->error[i].column,
		    *r->error[i].column != '\0' ? ": " : "",
		    r->error[i].message);
	if (r->rejected > (int64_t)r->nerrors)
		fprintf(stderr, "%s: and %lld more; GET /voters/imports/%s/"
		    "rejects returns all of them\n", path,
		    (long long)(r->rejected - (int64_t)r->nerrors),
		    im->progress.id);
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
	struct db_cancel *old;

	if (fd == -1)
		return err_set(&s->err, ERR_INTERNAL, "%s: %s", path,
		    strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		w.size = st.st_size;
	import_init(im, &s->arena, &s->cfg, &s->db);
	im->opt = *o;
	im->opt.file_name = name != NULL ? name + 1 : path;
	im->progress.watch = watch;
	im->progress.watch_ctx = &w;
	rc = import_open(im, &s->err);
	if (rc == 0)
		rc = import_stage(im, &src, &s->err);
	if (rc == 0)
		rc = import_finish(im, &s->err);
	if (interrupted && rc != 0) {
		err_clear(&s->err);
		err_set(&s->err, ERR_INTERNAL, "The import was interrupted.");
	}
	/* The handler must not see a handle that is freed. */
	old = merging;
	merging = NULL;
	db_cancel_free(old);
	if (w.terminal)
		fprintf(stderr, "\r\033[K");
	if (rc == 0)
		print_report(im, path, clock_ms() - w.started);
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
	/* clang-format off */
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
		{ "keep-unmapped", no_argument,       NULL, 'k' },
		{ "dry-run",       no_argument,       NULL, 'n' },
		{ "token-file",    required_argument, NULL, 'T' },
		{ "help",          no_argument,       NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	static const char *const	 names[128] = {
		['c'] = "campaign_id", ['l'] = "layout", ['m'] = "mapping",
		['M'] = "mode", ['H'] = "has_header", ['D'] = "delimiter",
		['Q'] = "quote", ['E'] = "encoding", ['O'] = "date_order",
		['k'] = "keep_unmapped", ['n'] = "dry_run",
	};
	/* clang-format on */
	struct session		 s;
	struct import_options	 o;
	const char		*value[128] = { NULL }, *token = NULL, *text;
	bool			 rejected = false;
	int			 c, rc = 0;

	while ((c = getopt_long(argc, argv, "c:l:m:knh", options, NULL)) !=
	    -1) {
		if (c == 'h') {
			fputs(usage, stdout);
			return STATUS_DONE;
		}
		if (c == 'T')
			token = optarg;
		else if (c < 128 && names[c] != NULL)
			value[c] = optarg != NULL ? optarg : "yes";
		else
			goto misused;
	}
	if (optind == argc)
		goto misused;
	if (!session_open(&s, token))
		return STATUS_FAILED;
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
