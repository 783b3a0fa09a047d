/*
 * Reading a file into a staging table, row by row.  What a row means is decided
 * by gift_file.c and opt_out_file.c.
 */
#include "sniff.h"
#include "staged_file.h"

#define PIECE	(64 * 1024)	/* bytes to send at once */

/* Send the rows if they have at least min bytes. */
static int
send(const struct staged_file *f, size_t min, struct err *e)
{
	int	 rc;

	if (f->rows->failed)
		return err_detail(e, ERR_INTERNAL, "no memory for rows");
	if (f->rows->len < min)
		return 0;
	rc = db_copy_put(f->db, f->rows->data, f->rows->len, e);
	buf_clear(f->rows, 4 * PIECE);
	return rc;
}

/* Read the first row that is not blank. */
static int
read_header(const struct staged_file *f, struct reader *rd, struct err *e)
{
	struct row	 row;
	int		 got;

	do
		got = reader_next(rd, &row, e);
	while (got == 1 && row_is_blank(&row));
	if (got == -1)
		return -1;
	if (got == 0)
		return err_set(e, ERR_UNPROCESSABLE, "The file is empty.");
	if (row.fault != NULL)
		return err_set(e, ERR_UNPROCESSABLE, "The first row cannot be "
		    "read: %s", row.fault);
	return f->header(f->ctx, &row, e);
}

static int
copy_rows(const struct staged_file *f, struct reader *rd, struct err *e)
{
	struct row	 row;
	char		 delimiter;
	bool		 quoted;
	int		 got;

	reader_sniff(rd->in, rd->end, &delimiter, &quoted);
	reader_set(rd, delimiter, quoted);
	if (read_header(f, rd, e) != 0 || db_copy_start(f->db, f->copy, e) != 0)
		return -1;
	while ((got = reader_next(rd, &row, e)) == 1) {
		if (!row_is_blank(&row))
			f->take(f->ctx, &row);
		if (send(f, PIECE, e) != 0)
			return -1;
	}
	if (got == -1 || send(f, 1, e) != 0)
		return -1;
	return db_copy_end(f->db, e);
}

int
staged_file_read(const struct staged_file *f, struct source *s, struct err *e)
{
	/* Reading takes as long as the client sends. */
	const struct db_query	 begin[2] = {
		{ .sql = "SELECT set_config('statement_timeout', '0', true), "
		    "set_config('client_connection_check_interval', '1000', "
		    "true)" },
		{ .sql = f->create },
	};
	struct reader		*rd = arena_alloc(f->arena, sizeof(*rd));
	struct rows		*r[2];
	int			 rc;

	if (db_begin(f->db, e) != 0 || db_exec(f->db, begin, 2, r, e) != 0)
		return -1;
	rc = reader_open(rd, f->arena, s, NULL, e);
	if (rc == 0)
		rc = copy_rows(f, rd, e);
	reader_close(rd);
	return rc;
}
