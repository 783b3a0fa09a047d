/*
 * cerberus user add: create a user with a password from the terminal or stdin.
 */
#include <errno.h>
#include <openssl/crypto.h>
#include <termios.h>
#include <unistd.h>

#include "access/password.h"
#include "commands.h"
#include "options.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus user add NAME [--admin] [--email ADDRESS] [--no-password]\n"
    "\n"
    "Creates a user.  The password is read from the terminal, or as one line from\n"
    "standard input; never from the command line.\n"
    "\n"
    "  -a, --admin            an admin, who may do everything\n"
    "      --first            with --admin: the first admin of an installation;\n"
    "                         needs no API key\n"
    "  -e, --email ADDRESS    the user's e-mail address\n"
    "  -P, --no-password      the user cannot sign in with a password\n"
    "      --token-file FILE  an admin's API key; else CERBERUS_TOKEN, else\n"
    "                         admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failure.\n";

/*
 * Read one line from standard input, without its line break; a terminal does
 * not echo it.  Return false at the end of the input.
 */
static bool
read_secret(const char *prompt, char *out, size_t size)
{
	struct termios	 old, quiet;
	bool		 terminal = tcgetattr(STDIN_FILENO, &old) == 0, ok;

	if (terminal) {
		fputs(prompt, stderr);
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	ok = fgets(out, (int)size, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	if (ok)
		out[strcspn(out, "\r\n")] = '\0';
	return ok;
}

/* Read a password, on a terminal twice.  Return false after a message. */
static bool
read_password(char *out, size_t size)
{
	char	 again[PASSWORD_MAX + 2];
	bool	 same = true;

	if (!read_secret("Password: ", out, size)) {
		fputs("cerberus: there is no password on standard "
		    "input\n", stderr);
		return false;
	}
	if (isatty(STDIN_FILENO)) {
		same = read_secret("Repeat it: ", again, sizeof(again)) &&
		    strcmp(out, again) == 0;
		OPENSSL_cleanse(again, sizeof(again));
		if (!same)
			fprintf(stderr, "cerberus: the passwords differ\n");
	}
	return same;
}

/* Create the first admin, without an API key.  Fails if there is an admin. */
static int
add_first(struct session *s, const char *name, const char *email,
    const char *hash)
{
	const char	*param[] = { name, email, hash };
	struct rows	*r;

	if (db_select(&s->db, "SELECT cerberus.first_admin($1, $2, $3) "
	    "AS user_id", 3, param, &r, &s->err) != 0)
		return -1;
	printf("user %s: %s\n", rows_text(r, 0, "user_id"), name);
	return 0;
}

static int
add(struct session *s, const char *name, const char *email, bool admin,
    const char *hash)
{
	static const char	 sql_insert[] =
	    "INSERT INTO users (username, email_address, role) "
	    "VALUES ($1, $2, $3)";
	static const char	 sql_password[] =
	    "SELECT password_set(currval('users_user_id_seq'), $1)";
	static const char	 sql_id[] =
	    "SELECT currval('users_user_id_seq') AS user_id";
	const char		*param[] = { name, email, admin ? "admin" :
				    "user" };
	const struct db_query	 q[] = {
		{ .sql = sql_insert, .n = 3, .param = param },
		{ .sql = sql_password, .n = 1, .param = &hash },
		{ .sql = sql_id },
	};
	struct rows		*res[3];

	if (db_exec(&s->db, q, 3, res, &s->err) != 0)
		return -1;
	printf("user %s: %s\n", rows_text(res[2], 0, "user_id"), name);
	return 0;
}

int
user_main(int argc, char **argv)
{
	const char		*email = NULL, *token = NULL;
	bool			 admin = false, none = false, first = false;
	const struct cli_option	 options[] = {
		{ "admin", 'a', .flag = &admin },
		{ "email", 'e', .text = &email },
		{ "first", .flag = &first },
		{ "no-password", 'P', .flag = &none },
		{ "token-file", .text = &token },
	};
	struct session		 s;
	char			 password[PASSWORD_MAX + 2];
	char			 hash[PASSWORD_HASH];
	int			 at, rc = 0;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	if (argc - at != 2 || strcmp(argv[at], "add") != 0 ||
	    (first && (!admin || none)))
		return options_misused(usage);
	if (!(first ? session_begin(&s) : session_open(&s, token)))
		return STATUS_FAILED;
	if (!none) {
		rc = read_password(password, sizeof(password)) ? 0 : -1;
		if (rc == 0 && (password_check("password", password,
		    strlen(password), &s.err) != 0 || password_hash(password,
		    strlen(password), hash, &s.err) != 0))
			rc = session_fail(&s);
		OPENSSL_cleanse(password, sizeof(password));
	}
	if (rc == 0 && (first ? add_first(&s, argv[at + 1], email, hash) :
	    add(&s, argv[at + 1], email, admin, none ? NULL : hash)) != 0)
		rc = session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : STATUS_DONE;
}
