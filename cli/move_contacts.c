/*
 * The e-mail addresses and phone numbers of donations.  The Flask backend
 * encrypts them with pgcrypto's pgp_sym_encrypt(), or stores plain text in
 * bytes if it has no key.  The other database decrypts them.  A value that
 * cannot be decrypted is left out alone; the rest of its row is copied.
 */
#include "import/stage.h"
#include "money/donation.h"
#include "move.h"

/* Rows that are read at once; a batch that fails is read again. */
#define BATCH		"100"

/* After so many failures without a success, the key counts as wrong. */
#define WRONG_KEY	20

/*
 * An OpenPGP message begins with the tag of a session key: 0xc3, or 0x8c in the
 * old format.  UTF-8 never begins with 0x8c, nor with 0xc3 before a byte that
 * does not continue a character.
 */
#define ENCRYPTED(c)	\
	"(length(" c ") > 1 AND (get_byte(" c ", 0) = 140 "	\
	"OR (get_byte(" c ", 0) = 195 "				\
	"AND get_byte(" c ", 1) NOT BETWEEN 128 AND 191)))"
#define PLAIN(c)	\
	"CASE WHEN " ENCRYPTED(c) " THEN "			\
	"CASE WHEN $1::text IS NOT NULL "			\
	"THEN pgp_sym_decrypt_bytea(" c ", $1) END ELSE " c " END"
#define HIDDEN(c)	\
	"CASE WHEN NOT " ENCRYPTED(c) " THEN " c " END"

static const char sql_types[] =
    "SELECT count(*) AS columns, count(*) FILTER (WHERE atttypid = "
    "'bytea'::regtype) AS bytes, EXISTS (SELECT FROM pg_proc "
    "WHERE proname = 'pgp_sym_decrypt_bytea' "
    "AND pg_function_is_visible(oid)) AS can_decrypt "
    "FROM pg_attribute WHERE attrelid = to_regclass('donations') "
    "AND attname IN ('email', 'phone_number') AND NOT attisdropped";

static const char sql_encrypted[] =
    "SELECT count(*) AS n FROM donations "
    "WHERE " ENCRYPTED("email") " OR " ENCRYPTED("phone_number");

/* Select a donation's contact data, and which of it is encrypted. */
#define SELECT_CONTACTS(email, phone)	\
	"SELECT id, " email " AS email, " phone " AS phone_number, "	\
	"coalesce(" ENCRYPTED("email") ", false) AS email_hidden, "	\
	"coalesce(" ENCRYPTED("phone_number") ", false) AS phone_hidden " \
	"FROM donations "

/* $1: the key, $2: the last id before the batch. */
static const char sql_batch[] =
    SELECT_CONTACTS(PLAIN("email"), PLAIN("phone_number"))
    "WHERE id > $2::bigint ORDER BY id LIMIT " BATCH;
/* The statements for a row of a batch that could not be decrypted. */
static const char sql_email[] =
    SELECT_CONTACTS(PLAIN("email"), HIDDEN("phone_number"))
    "WHERE id = $2::bigint";
static const char sql_phone[] =
    SELECT_CONTACTS(HIDDEN("email"), PLAIN("phone_number"))
    "WHERE id = $2::bigint";
static const char sql_hidden[] =
    SELECT_CONTACTS(HIDDEN("email"), HIDDEN("phone_number"))
    "WHERE id > $1::bigint ORDER BY id LIMIT " BATCH;

struct contacts {
	size_t	 failed, decrypted;
};

/* Append a column of a row, checked. */
static void
add_value(struct move *m, const struct rows *r, size_t i, const char *column,
    bool lost)
{
	int			 at = schema_find(&donation_schema, column,
				    strlen(column));
	const struct field	*f = &donation_schema.field[at];
	const char		*id = rows_text(r, i, "id"), *value = NULL;
	const unsigned char	*bytes;
	size_t			 n;

	bytes = rows_bytea(r, i, column, &m->row, &n);
	if (lost)
		move_note(m, "value", "donations", id, column, NULL,
		    "It is encrypted, and the key does not fit. It is left "
		    "blank.");
	else if (bytes != NULL)
		value = move_check(m, f, "donations", id, (const char *)bytes,
		    n);
	stage_value(&m->out, value);
}

/*
 * Append row i to those for the stage, with the address of the result email and
 * the number of the result phone, which may be the same result.
 */
static void
add_row(struct move *m, struct contacts *c, const struct rows *email,
    const struct rows *phone, size_t i, bool email_read, bool phone_read)
{
	bool	 secret_email = rows_bool(email, i, "email_hidden");
	bool	 secret_phone = rows_bool(phone, i, "phone_hidden");

	buf_adds(&m->out, rows_text(email, i, "id"));
	add_value(m, email, i, "email", secret_email && !email_read);
	add_value(m, phone, i, "phone_number", secret_phone && !phone_read);
	buf_addc(&m->out, '\n');
	c->decrypted += (secret_email && email_read) ||
	    (secret_phone && phone_read);
	c->failed += (secret_email && !email_read) ||
	    (secret_phone && !phone_read);
	arena_reset(&m->row);
}

/* Run a statement that may fail, without ending the transaction. */
static int
attempt(struct db *db, const char *sql, int n, const char *const *param,
    struct rows **out, struct err *e)
{
	struct rows	*r;
	struct err	 ignored = { 0 };

	if (db_select(db, "SAVEPOINT contacts", 0, NULL, &r, e) != 0)
		return -1;
	if (db_select(db, sql, n, param, out, e) == 0)
		return db_select(db, "RELEASE SAVEPOINT contacts", 0, NULL, &r,
		    e);
	if (db_select(db, "ROLLBACK TO SAVEPOINT contacts", 0, NULL, &r,
	    &ignored) != 0)
		*e = ignored;
	return -1;
}

/* Append a row, decrypting each of its columns by a statement of its own. */
static void
add_parts(struct move *m, struct contacts *c, const struct rows *hidden,
    size_t i)
{
	const char	*param[] = { m->key, rows_text(hidden, i, "id") };
	struct err	 refused = { 0 };
	struct rows	*r, *email = NULL, *phone = NULL;

	if (attempt(&m->from, sql_email, 2, param, &r, &refused) == 0)
		email = r;
	err_clear(&refused);
	if (attempt(&m->from, sql_phone, 2, param, &r, &refused) == 0)
		phone = r;
	/* Nothing could be decrypted: copy only what is not encrypted. */
	if (email == NULL && phone == NULL)
		add_row(m, c, hidden, hidden, i, false, false);
	else
		add_row(m, c, email != NULL ? email : phone,
		    phone != NULL ? phone : email, 0, email != NULL,
		    phone != NULL);
}

/* Append the rows of a batch that failed as a whole, one by one. */
static int
one_by_one(struct move *m, struct contacts *c, const struct rows *batch,
    struct err *e)
{
	for (size_t i = 0; i < rows_count(batch); i++) {
		add_parts(m, c, batch, i);
		if (c->failed >= WRONG_KEY && c->decrypted == 0)
			return err_set(e, ERR_INTERNAL, "The key decrypts none "
			    "of the contact data: it is not the key of the "
			    "other backend.");
	}
	return 0;
}

/*
 * Copy the rows after the id *last, at most a batch.  Set *last to the id of
 * the last one, and *n to their number.
 */
static int
copy_batch(struct move *m, struct contacts *c, char last[24], size_t *n,
    struct err *e)
{
	const char	*param[2] = { m->key, last };
	struct err	 refused = { 0 };
	struct rows	*r;
	int		 rc = 0;

	if (m->key != NULL && attempt(&m->from, sql_batch, 2, param, &r,
	    &refused) == 0) {
		for (size_t i = 0; i < rows_count(r); i++)
			add_row(m, c, r, r, i, true, true);
	} else {
		if (db_select(&m->from, sql_hidden, 1, &param[1], &r, e) != 0)
			return -1;
		if (m->key != NULL)
			rc = one_by_one(m, c, r, e);
		else
			for (size_t i = 0; i < rows_count(r); i++)
				add_row(m, c, r, r, i, false, false);
	}
	*n = rows_count(r);
	if (*n > 0)
		snprintf(last, 24, "%s", rows_text(r, *n - 1, "id"));
	db_forget(&m->from);
	return rc != 0 ? -1 : move_send(m, false, e);
}

/* Is there a key if one is needed? */
static int
check_key(struct move *m, bool can_decrypt, struct err *e)
{
	struct rows	*r;
	int64_t		 n;

	if (db_select(&m->from, sql_encrypted, 0, NULL, &r, e) != 0)
		return -1;
	n = rows_int64(r, 0, "n");
	if (n == 0 || m->no_key)
		m->key = NULL;
	if (n == 0 || m->no_key)
		return 0;
	if (m->key == NULL)
		return err_set(e, ERR_INTERNAL, "The contact data of %lld "
		    "donations is encrypted. Give the other backend's key "
		    "with --key-file or FLASK_KEY, or leave these data out "
		    "with --no-key.", (long long)n);
	if (!can_decrypt)
		return err_set(e, ERR_INTERNAL, "The other database has no "
		    "function pgp_sym_decrypt_bytea. Install pgcrypto there, "
		    "in a schema of the search_path.");
	return 0;
}

int
move_contacts(struct move *m, struct err *e)
{
	struct contacts	 c = { 0 };
	struct rows	*r;
	char		 last[24] = "-9223372036854775808";
	size_t		 n = 1;

	if (db_select(&m->from, sql_types, 0, NULL, &r, e) != 0)
		return -1;
	if (rows_int64(r, 0, "columns") == 0)
		return 0;
	if (rows_int64(r, 0, "bytes") != 2)
		return err_set(e, ERR_INTERNAL, "The columns email and "
		    "phone_number of donations are not both of the type "
		    "bytea: it is not the Flask backend's table.");
	if (check_key(m, rows_bool(r, 0, "can_decrypt"), e) != 0 ||
	    db_copy_start(&m->s.db, "COPY pg_temp.flask_contacts "
	    "(donation_id, email, phone_number) FROM STDIN", e) != 0)
		return -1;
	while (n > 0)
		if (copy_batch(m, &c, last, &n, e) != 0)
			return -1;
	if (move_send(m, true, e) != 0)
		return -1;
	return db_copy_end(&m->s.db, e);
}
