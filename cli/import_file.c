/*
 * Importing one voter file, as POST /voters/upload does, and undoing an import:
 * with the progress on standard error, until a signal interrupts it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"
#include "db/cancel.h"
#include "import/copy.h"
#include "import_file.h"
#include "import_report.h"
#include "people/import_undo.h"

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

void
import_catch_signals(void)
{
	struct sigaction	 sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

/* What draw() and show() need to print the progress on standard error. */
struct watching {
	const struct db	*db;		/* runs the statement to be cancelled */
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

int
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

int
import_file_undo(struct session *s, const char *id, bool dry_run, bool *kept)
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
