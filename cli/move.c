/*
 * cerberus move-from-flask: move the data of the Flask backend into this
 * installation.  move.h says how.
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include "commands.h"
#include "move.h"
#include "record/csv.h"

#define SECRET_MAX	4096	/* bytes of a URL or a key */
#define NOTES_MAX	((size_t)1024 * 1024 * 1024)

static const char usage[] =
    "usage: cerberus move-from-flask [URL] [--dry-run] [OPTION...]\n"
    "\n"
    "Moves campaigns, users, voters, interactions, surveys and donations of the\n"
    "Flask backend from its PostgreSQL database, which stays as it is, into this\n"
    "installation, which has none yet.  Ids of campaigns and voters stay.  All of\n"
    "it is one transaction.\n"
    "\n"
    "URL names the other database, such as postgresql://user@host/name or\n"
    "service=flask.  It must not have a password: that is in ~/.pgpass, in the\n"
    "file of --url-file, or in the URL in FLASK_DATABASE_URL.\n"
    "\n"
    "  -n, --dry-run           report what would be moved; change nothing\n"
    "  -i, --invitations FILE  write a link for each user to set a password\n"
    "  -r, --report FILE       write all that could not be taken, as CSV\n"
    "      --url-file FILE     the URL of the other database\n"
    "      --key-file FILE     the key of its encrypted columns; else FLASK_KEY\n"
    "      --no-key            leave encrypted data out\n"
    "      --token-file FILE   an admin's API key; else CERBERUS_TOKEN, else\n"
    "                          admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 everything was taken, 1 all but what the report says,\n"
    "2 usage, 3 failure: nothing has changed.\n";

/*
 * Read a secret: the first line of a file, or if path is NULL, a variable of
 * the environment.  *out is NULL if there is none.
 */
static int
read_secret(struct session *s, const char *path, const char *variable,
    const char **out)
{
	char		 line[SECRET_MAX];
	const char	*value = getenv(variable);
	FILE		*f;

	if (path == NULL) {
		*out = value != NULL && *value != '\0' ? value : NULL;
		return 0;
	}
	if ((f = fopen(path, "re")) == NULL)
		return err_set(&s->err, ERR_INTERNAL, "%s: %s.", path,
		    strerror(errno));
	setvbuf(f, NULL, _IONBF, 0);
	line[0] = '\0';
	if (fgets(line, sizeof(line), f) == NULL || *line == '\n')
		err_set(&s->err, ERR_INTERNAL, "%s is empty.", path);
	fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	*out = arena_strdup(&s->arena, line);
	OPENSSL_cleanse(line, sizeof(line));
	return s->err.code != ERR_NONE ? -1 : 0;
}

/* SQLAlchemy names its driver in a URL: postgresql+psycopg2://. */
static const char *
without_driver(struct arena *a, const char *url)
{
	size_t		 n = strcspn(url, "+:");
	const char	*rest = strstr(url, "://");

	return url[n] == '+' && rest != NULL ?
	    arena_printf(a, "%.*s%s", (int)n, url, rest) : url;
}

/* Open the snapshot of the other database, and the stage here. */
static int
begin(struct move *m)
{
	struct err	*e = &m->s.err;
	struct rows	*r;

	if (db_begin(&m->from, e) != 0 ||
	    db_select(&m->from, "SET TRANSACTION ISOLATION LEVEL REPEATABLE "
	    "READ, READ ONLY", 0, NULL, &r, e) != 0 ||
	    db_select(&m->from, "SET LOCAL statement_timeout = 0", 0, NULL, &r,
	    e) != 0) {
		fputs("cerberus: the other database:\n", stderr);
		return -1;
	}
	if (db_begin(&m->s.db, e) != 0 ||
	    db_select(&m->s.db, "SELECT set_config('statement_timeout', '0', "
	    "true)", 0, NULL, &r, e) != 0)
		return -1;
	return db_select(&m->s.db, "SELECT cerberus.flask_stage()", 0, NULL,
	    &r, e);
}

static int
send_notes(struct move *m)
{
	struct err	*e = &m->s.err;

	if (m->notes.failed)
		return err_set(e, ERR_INTERNAL, "There is too much that cannot "
		    "be taken: is this the Flask backend's database?");
	if (m->notes.len == 0)
		return 0;
	if (db_copy_start(&m->s.db, "COPY pg_temp.flask_notes (kind, "
	    "table_name, row_id, column_name, value, message) FROM STDIN",
	    e) != 0 || db_copy_put(&m->s.db, m->notes.data, m->notes.len,
	    e) != 0)
		return -1;
	return db_copy_end(&m->s.db, e);
}

/* Return the ids of campaigns with their own Stripe account as a bigint[]. */
static const char *
accounts(struct session *s)
{
	struct buf	 b;

	buf_init_in(&b, &s->arena, 64 * 1024);
	buf_addc(&b, '{');
	for (const struct cfg_stripe *k = s->cfg.stripe.next; k != NULL;
	    k = k->next)
		if (k->secret_key != NULL || k->webhook_secrets.n > 0)
			buf_addf(&b, "%s%lld", b.len > 1 ? "," : "",
			    (long long)k->campaign_id);
	buf_addc(&b, '}');
	return buf_str(&b);
}

/* Create an invitation for user i, and append its line to the file. */
static int
invite(struct move *m, const struct rows *users, size_t i, struct buf *out)
{
	char		 token[TOKEN_MAX], hash[TOKEN_HASH];
	const char	*param[] = { rows_text(users, i, "user_id"), hash };
	const char	*email = rows_text(users, i, "email_address");
	const char	*name = rows_text(users, i, "username");
	const char	*site = m->s.cfg.site_url;
	struct rows	*r;

	if (token_issue(token, hash, &m->s.err) != 0 ||
	    db_select(&m->s.db, "SELECT cerberus.invitation_create($1, $2) "
	    "AS expires_at", 2, param, &r, &m->s.err) != 0)
		return -1;
	csv_add_cell(out, name, strlen(name));
	buf_addc(out, ',');
	csv_add_cell(out, email, email != NULL ? strlen(email) : 0);
	buf_addf(out, ",%s%s%s,%s\r\n", site != NULL ? site : "",
	    site != NULL ? "/portal/#invitation=" : "", token,
	    rows_text(r, 0, "expires_at"));
	OPENSSL_cleanse(token, sizeof(token));
	return 0;
}

/* Write an invitation for each user who is new and active. */
static int
invite_users(struct move *m)
{
	static const char	 sql_users[] =
	    "SELECT u.user_id, u.username, u.email_address FROM users u "
	    "JOIN pg_temp.flask_known k USING (user_id) "
	    "WHERE k.is_new AND u.is_active ORDER BY u.user_id";
	struct err	*e = &m->s.err;
	struct rows	*users;
	struct buf	 b;
	int		 fd, rc = 0;

	if (db_select(&m->s.db, sql_users, 0, NULL, &users, e) != 0)
		return -1;
	if (m->dry_run || rows_count(users) == 0)
		return 0;
	if (m->invitations == NULL)
		return err_set(e, ERR_INTERNAL, "%zu users need an invitation, "
		    "because their passwords are not taken. Name a file for "
		    "the links with --invitations.", rows_count(users));
	fd = open(m->invitations, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
	    0600);
	if (fd == -1)
		return err_set(e, ERR_INTERNAL, "%s: %s.", m->invitations,
		    strerror(errno));
	buf_init(&b, 64 * 1024 * 1024);
	buf_adds(&b, "username,email_address,invitation,expires_at\r\n");
	for (size_t i = 0; rc == 0 && i < rows_count(users); i++)
		rc = invite(m, users, i, &b);
	if (rc == 0 && (b.failed ||
	    write(fd, b.data, b.len) != (ssize_t)b.len || fsync(fd) != 0))
		rc = err_set(e, ERR_INTERNAL, "%s cannot be written.",
		    m->invitations);
	close(fd);
	OPENSSL_cleanse(b.data, b.len);
	buf_release(&b);
	if (rc != 0)
		unlink(m->invitations);
	return rc;
}

static int
move(struct move *m, bool *lost)
{
	struct err	*e = &m->s.err;
	const char	*own = accounts(&m->s);
	struct rows	*counts;

	if (begin(m) != 0 || move_tables(m, e) != 0 ||
	    move_contacts(m, e) != 0)
		return -1;
	/* The rest may take long, and does not need the snapshot. */
	db_release(&m->from);
	if (send_notes(m) != 0 || db_select(&m->s.db,
	    "SELECT * FROM cerberus.flask_move($1)", 1, &own, &counts,
	    e) != 0 || move_report(m, counts, lost) != 0 ||
	    invite_users(m) != 0)
		return -1;
	if (m->dry_run) {
		db_rollback(&m->s.db);
		return 0;
	}
	if (fflush(stdout) != 0)
		return err_set(e, ERR_INTERNAL, "The report cannot be "
		    "written.");
	if (db_commit(&m->s.db, e) == 0)
		return 0;
	if (m->invitations != NULL)
		unlink(m->invitations);
	return -1;
}

/* Read the other database's URL and key, and move the data. */
static int
run(struct move *m, const char *url, const char *url_file,
    const char *key_file)
{
	bool	 lost = false;
	int	 rc;

	if (url == NULL && read_secret(&m->s, url_file, "FLASK_DATABASE_URL",
	    &url) != 0)
		return session_fail(&m->s);
	if (url == NULL)
		return options_misused(usage);
	if (read_secret(&m->s, key_file, "FLASK_KEY", &m->key) != 0)
		return session_fail(&m->s);
	/* Only the role for Stripe may call these functions. */
	m->s.db.url = m->s.cfg.stripe_database_url;
	db_init_foreign(&m->from, without_driver(&m->s.arena, url));
	buf_init(&m->out, 64 * 1024 * 1024);
	buf_init(&m->notes, NOTES_MAX);
	rc = move(m, &lost);
	if (rc == 0)
		printf(m->dry_run ? "Nothing was changed.\n" : "Moved.\n");
	else
		rc = session_fail(&m->s);
	/* Ends both transactions, if they are open. */
	db_release(&m->from);
	buf_release(&m->out);
	buf_release(&m->notes);
	arena_release(&m->row);
	return rc != 0 ? STATUS_FAILED : lost ? STATUS_PARTLY : STATUS_DONE;
}

int
move_main(int argc, char **argv)
{
	struct move		 m = { .dry_run = false };
	const char		*url = NULL, *token = NULL, *url_file = NULL;
	const char		*key_file = NULL;
	const struct cli_option	 options[] = {
		{ "dry-run", 'n', .flag = &m.dry_run },
		{ "invitations", 'i', .text = &m.invitations },
		{ "report", 'r', .text = &m.report },
		{ "url-file", .text = &url_file },
		{ "key-file", .text = &key_file },
		{ "no-key", .flag = &m.no_key },
		{ "token-file", .text = &token },
	};
	int			 at, status;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &status);
	if (at == -1)
		return status;
	if (at < argc)
		url = argv[at++];
	if (at < argc || (url != NULL && url_file != NULL))
		return options_misused(usage);
	if (url != NULL && db_url_has_password(url)) {
		fputs("cerberus: other users can see a password in the "
		    "arguments. Put it into ~/.pgpass, or the URL into a file "
		    "for --url-file.\n", stderr);
		return STATUS_USAGE;
	}
	if (!session_open(&m.s, token))
		return STATUS_FAILED;
	status = run(&m, url, url_file, key_file);
	session_close(&m.s);
	return status;
}
