/*
 * Translates errors of PostgreSQL and PgBouncer into struct err, and recognises
 * the end of a session.  pipeline.c decides what to do then.
 */
#include <libpq-fe.h>

#include "fault.h"
#include "result.h"

/* The SQLSTATE of a write that a standby refuses. */
#define READ_ONLY	"25006"

struct fault {
	const char	*sqlstate;	/* or the class's two letters */
	enum err_code	 code;
	const char	*slug;
	const char	*msg;		/* NULL: that of the code */
};

/* By SQLSTATE, see PostgreSQL's appendix A.  The first that fits counts. */
static const struct fault faults[] = {
	{ "23505", ERR_CONFLICT, "conflict", "Another %s has this %s." },
	{ "23503", ERR_INVALID, "not_found", "There is no such %s." },
	{ "23502", ERR_INVALID, "required", "%s is required." },
	{ "23514", ERR_INVALID, "invalid", "%s is not allowed." },
	{ "22001", ERR_INVALID, "too_long", "A value is too long." },
	{ "22003", ERR_INVALID, "out_of_range", "A number is too big." },
	{ "22007", ERR_INVALID, "invalid_time", "A time is not valid." },
	{ "22008", ERR_INVALID, "invalid_time", "A time is not valid." },
	{ "22021", ERR_INVALID, "invalid_text", "A text is not valid UTF-8." },
	{ "22P05", ERR_INVALID, "invalid_text", "A text is not valid." },
	{ "42501", ERR_FORBIDDEN, "forbidden",
	  "Your role does not allow this." },
	{ READ_ONLY, ERR_UNAVAILABLE, NULL, NULL },
	{ "40001", ERR_UNAVAILABLE, "busy", NULL },
	{ "40P01", ERR_UNAVAILABLE, "busy", NULL },
	{ "55P03", ERR_UNAVAILABLE, "busy", NULL },
	{ "57014", ERR_UNAVAILABLE, "timeout",
	  "The database took too long; ask for less." },
	/* Longer than an index entry may be: hundreds of characters that are
	 * not Latin. */
	{ "54000", ERR_INVALID, "too_long", "A value is too long." },
	{ "53100", ERR_UNAVAILABLE, "disk_full",
	  "The database has no space left on its disk." },
	{ "53400", ERR_UNAVAILABLE, "disk_full",
	  "The database has no more space for temporary files." },
	{ "08",    ERR_UNAVAILABLE, NULL, NULL },
	{ "53",    ERR_UNAVAILABLE, NULL, NULL },
	{ "57",    ERR_UNAVAILABLE, NULL, NULL },
	{ "58",    ERR_UNAVAILABLE, NULL, NULL },
};

bool
fault_in(const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		return false;
	default:
		return true;
	}
}

/*
 * The schema's functions raise CBnnn: the HTTP status, with a message for the
 * client.  DETAIL has the error's code, HINT the seconds to wait.
 */
static int
own_fault(const PGresult *res, int status, struct err *e)
{
	/* Codes in struct err must be static. */
	static const char *const	 slugs[] = {
		"last_admin", "not_a_session", "refund_unknown",
	};
	const char	*detail = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_DETAIL);
	const char	*hint = PQresultErrorField(res, PG_DIAG_MESSAGE_HINT);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);
	const char	*column = PQresultErrorField(res,
			    PG_DIAG_COLUMN_NAME);

	if (column != NULL && status == 400)
		return err_field(e, column, "invalid", "%s", msg);
	for (int code = ERR_MALFORMED; code < ERR__MAX; code++)
		if (err_kind((enum err_code)code)->status == status) {
			err_set(e, (enum err_code)code, "%s", msg);
			if (hint != NULL)
				e->retry_after = (int)strtol(hint, NULL, 10);
			for (size_t i = 0; detail != NULL &&
			    i < ARRAY_LEN(slugs); i++)
				if (strcmp(slugs[i], detail) == 0)
					e->slug = slugs[i];
			return -1;
		}
	return err_detail(e, ERR_INTERNAL, "CB%d: %s", status, msg);
}

/*
 * Write the column of a constraint to out, which has n bytes, or "".  Names of
 * constraints are <table>_<column>_<kind>.
 */
static void
constrained(const PGresult *res, char *out, size_t n)
{
	const char	*name = PQresultErrorField(res,
			    PG_DIAG_CONSTRAINT_NAME);
	const char	*table = PQresultErrorField(res, PG_DIAG_TABLE_NAME);
	const char	*column = PQresultErrorField(res,
			    PG_DIAG_COLUMN_NAME);
	char		*end;

	if (column != NULL) {
		snprintf(out, n, "%s", column);
		return;
	}
	*out = '\0';
	if (name == NULL || table == NULL)
		return;
	if (strncmp(name, table, strlen(table)) == 0 &&
	    name[strlen(table)] == '_')
		name += strlen(table) + 1;
	snprintf(out, n, "%s", name);
	if ((end = strrchr(out, '_')) != NULL)
		*end = '\0';
}

static int
table_fault(const struct fault *f, const PGresult *res, struct err *e)
{
	const char	*table = PQresultErrorField(res, PG_DIAG_TABLE_NAME);
	char		 column[64], one[64];

	constrained(res, column, sizeof(column));
	if (f->msg == NULL)
		return err_slug(e, f->code, f->slug, "%s", "");
	if (*column == '\0' || strchr(f->msg, '%') == NULL)
		return err_slug(e, f->code, f->slug, "%s",
		    strchr(f->msg, '%') == NULL ? f->msg :
		    "The database refuses these values.");
	if (f->code == ERR_CONFLICT) {
		snprintf(one, sizeof(one), "%.*s", table != NULL &&
		    *table != '\0' ? (int)strlen(table) - 1 : 3,
		    table != NULL && *table != '\0' ? table : "row");
		err_field(e, column, f->slug, "Another %s has this %s.", one,
		    column);
		return err_slug(e, ERR_CONFLICT, f->slug,
		    "Another %s has this %s.", one, column);
	}
	if (f->msg[0] == '%')
		return err_field(e, column, f->slug, "%s %s", column,
		    f->msg + 3);
	return err_field(e, column, f->slug, "There is no such %s.", column);
}

int
fault_fill(struct db *db, const PGresult *res, struct err *e)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL) {
		/* There is no result: the connection broke. */
		return err_detail(e, ERR_UNAVAILABLE, "%s",
		    PQerrorMessage(db->conn));
	}
	if (state[0] == 'C' && state[1] == 'B')
		return own_fault(res, (state[2] - '0') * 100 +
		    (state[3] - '0') * 10 + (state[4] - '0'), e);
	err_detail(e, ERR_NONE, "%s %s", state, msg != NULL ? msg : "");
	if (strcmp(state, READ_ONLY) == 0)
		db->unfit = true;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++)
		if (strncmp(state, faults[i].sqlstate,
		    strlen(faults[i].sqlstate)) == 0)
			return table_fault(&faults[i], res, e);
	e->code = ERR_INTERNAL;
	return -1;
}

int
fault_refusal(const PGresult *res, struct err *e)
{
	const struct rows	*r = result_rows(res);

	if (PQfnumber(res, "refusal") == -1 || rows_count(r) == 0 ||
	    rows_is_null(r, 0, "refusal"))
		return 0;
	switch (rows_int64(r, 0, "refusal")) {
	case 401:
		return err_set(e, ERR_UNAUTHORIZED, "The token is not valid.");
	case 403:
		return err_set(e, ERR_FORBIDDEN, "Only an admin may do this.");
	default:
		e->retry_after = (int)rows_int64(r, 0, "wait");
		return err_set(e, ERR_RATE, "Too many requests; wait before "
		    "the next one.");
	}
}

int
fault_fill_removal(struct db *db, const PGresult *res, struct err *e)
{
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*table = PQresultErrorField(res, PG_DIAG_TABLE_NAME);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL || strcmp(state, "23503") != 0)
		return fault_fill(db, res, e);
	err_detail(e, ERR_NONE, "%s %s", state, msg != NULL ? msg : "");
	return err_slug(e, ERR_CONFLICT, "conflict",
	    "This cannot be deleted: %.63s still refer to it.",
	    table != NULL && *table != '\0' ? table : "other rows");
}

enum fault_end
fault_end(const PGresult *res)
{
	/*
	 * PgBouncer's messages are never translated.  It uses 08P01 for these
	 * and for others.  Those that it sends while a request waits for a
	 * server precede all statements.
	 */
	static const struct {
		const char	*state, *msg;	/* msg: its beginning */
		enum fault_end	 end;
	} ends[] = {
		{ "57P01", NULL, FAULT_ENDED },
		{ "57P05", NULL, FAULT_ENDED },
		{ "57P02", NULL, FAULT_BROKE },
		{ "08P01", "invalid server parameter", FAULT_ENDED },
		{ "08P01", "server login has been failing", FAULT_UNFIT },
		{ READ_ONLY, NULL, FAULT_UNFIT },
		{ "08P01", "server connection closed", FAULT_BROKE },
		{ "08P01", "server conn crashed?", FAULT_BROKE },
	};
	const char	*state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	const char	*msg = PQresultErrorField(res,
			    PG_DIAG_MESSAGE_PRIMARY);

	if (state == NULL)
		return FAULT_BROKE;
	/* Only the server names its source file, and only the server knows
	 * what it has read: a pooler that shuts down may have passed on all of
	 * it. */
	if (strncmp(state, "57", 2) == 0 && PQresultErrorField(res,
	    PG_DIAG_SOURCE_FILE) == NULL)
		return FAULT_BROKE;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (strcmp(state, ends[i].state) == 0 && (ends[i].msg == NULL ||
		    (msg != NULL && strncmp(msg, ends[i].msg,
		    strlen(ends[i].msg)) == 0)))
			return ends[i].end;
	return FAULT_NO_END;
}
