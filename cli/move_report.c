/* The report of a move: the counts, and what could not be taken and why. */
#include <errno.h>
#include <fcntl.h>

#include "move.h"

#define SHOWN	"10"	/* rows of each kind on standard output */

/* Notes that say the same of several rows are one line. */
static const char sql_lines[] =
    "SELECT n.kind, n.table_name, n.column_name, n.message, count(*) AS n, "
    "string_agg(CASE WHEN n.nth <= " SHOWN " THEN concat_ws(': ', n.row_id, "
    "n.value) END, '; ' ORDER BY n.nth) AS shown "
    "FROM (SELECT x.*, row_number() OVER (PARTITION BY kind, table_name, "
    "column_name, message ORDER BY row_id, value) AS nth "
    "FROM pg_temp.flask_notes x) n "
    "GROUP BY n.kind, n.table_name, n.column_name, n.message "
    "ORDER BY array_position('{row,value,note}', n.kind), n.table_name, "
    "n.column_name, n.message";

static const char sql_all[] =
    "COPY (SELECT CASE kind WHEN 'row' THEN 'not taken' WHEN 'value' "
    "THEN 'changed' ELSE 'note' END AS what, table_name, row_id, "
    "column_name, value, message FROM pg_temp.flask_notes "
    "ORDER BY array_position('{row,value,note}', kind), table_name, row_id, "
    "column_name) TO STDOUT (FORMAT csv, HEADER)";

/* Write every note into the file, which must not be there yet. */
static int
write_all(struct move *m, struct err *e)
{
	char	*piece;
	FILE	*f;
	int	 n, fd;
	bool	 ok = true;

	fd = open(m->report, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1 || (f = fdopen(fd, "w")) == NULL)
		return err_set(e, ERR_INTERNAL, "%s: %s.", m->report,
		    strerror(errno));
	n = db_copy_out(&m->s.db, sql_all, e);
	while (n == 0 && (n = db_copy_get(&m->s.db, &piece, e)) > 0) {
		ok &= fwrite(piece, (size_t)n, 1, f) == 1;
		n = 0;
	}
	if ((fclose(f) != 0 || !ok) && n == 0)
		n = err_set(e, ERR_INTERNAL, "%s cannot be written.",
		    m->report);
	return n;
}

static void
print_counts(const struct rows *r)
{
	printf("%-18s %10s %10s %10s\n", "table", "there", "moved", "made");
	for (size_t i = 0; i < rows_count(r); i++)
		printf("%-18s %10s %10s %10s\n", rows_text(r, i, "table_name"),
		    rows_text(r, i, "found"), rows_text(r, i, "moved"),
		    rows_text(r, i, "made"));
}

static void
print_line(const struct rows *r, size_t i)
{
	const char	*kind = rows_text(r, i, "kind");
	const char	*column = rows_text(r, i, "column_name");
	const char	*shown = rows_text(r, i, "shown");
	int64_t		 n = rows_int64(r, i, "n");

	printf("%s%s%s: ", rows_text(r, i, "table_name"),
	    column != NULL ? "." : "", column != NULL ? column : "");
	if (strcmp(kind, "row") == 0)
		printf("%lld not taken: ", (long long)n);
	else if (strcmp(kind, "value") == 0)
		printf("%lld changed: ", (long long)n);
	fputs(rows_text(r, i, "message"), stdout);
	if (shown != NULL && *shown != '\0')
		printf(" (%s%s)", shown, n > 10 ? "; ..." : "");
	putchar('\n');
}

int
move_report(struct move *m, const struct rows *counts, bool *lost)
{
	struct rows	*r;

	if (db_select(&m->s.db, sql_lines, 0, NULL, &r, &m->s.err) != 0)
		return -1;
	print_counts(counts);
	*lost = false;
	for (size_t i = 0; i < rows_count(r); i++) {
		print_line(r, i);
		*lost |= strcmp(rows_text(r, i, "kind"), "note") != 0;
	}
	return m->report != NULL ? write_all(m, &m->s.err) : 0;
}
