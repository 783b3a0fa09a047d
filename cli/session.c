/* Shared by the commands: the configuration, the database, the API key. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <unistd.h>

#include "session.h"

/*
 * Read a key, up to the first blank or line end of the file, and store its
 * hash.  Return false if there is none, with a message unless the file is
 * optional and cannot be opened.
 */
static bool
read_key(struct session *s, const char *path, bool optional)
{
	char		 line[TOKEN_MAX + 2];
	ssize_t		 n;
	int		 fd;
	bool		 ok;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		if (!optional)
			fprintf(stderr, "cerberus: %s: %s\n", path,
			    strerror(errno));
		return false;
	}
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, " \t\r\n")] = '\0';
	ok = token_hash(line, s->hash);
	OPENSSL_cleanse(line, sizeof(line));
	if (!ok)
		fprintf(stderr, "cerberus: %s: not an API key\n", path);
	return ok;
}

/* Read the key from admin-token, which script/server writes. */
static bool
read_admin_key(struct session *s)
{
	char	 path[PATH_MAX], *slash;

	if (s->cfg.path == NULL || realpath(s->cfg.path, path) == NULL ||
	    (slash = strrchr(path, '/')) == NULL ||
	    (size_t)(slash - path) + sizeof("/admin-token") > sizeof(path))
		return false;
	memcpy(slash, "/admin-token", sizeof("/admin-token"));
	return read_key(s, path, true);
}

bool
session_begin(struct session *s)
{
	memset(s, 0, sizeof(*s));
	signal(SIGPIPE, SIG_IGN);
	if (cfg_load(&s->cfg, &s->err) != 0) {
		session_fail(s);
		return false;
	}
	db_init(&s->db, s->cfg.database_url, s->cfg.statement_timeout_ms,
	    DB_KEEP_NONE);
	return true;
}

bool
session_open(struct session *s, const char *token_file)
{
	const char	*token = getenv("CERBERUS_TOKEN");

	if (!session_begin(s))
		return false;
	if (token_file != NULL) {
		if (!read_key(s, token_file, false))
			goto fail;
	} else if (token != NULL && *token != '\0') {
		if (!token_hash(token, s->hash)) {
			fprintf(stderr, "cerberus: CERBERUS_TOKEN: not an "
			    "API key\n");
			goto fail;
		}
	} else if (!read_admin_key(s)) {
		fprintf(stderr, "cerberus: no API key: use --token-file, or "
		    "set CERBERUS_TOKEN\n");
		goto fail;
	}
	db_identity(&s->db, s->hash);
	return true;
fail:
	session_close(s);
	return false;
}

void
session_close(struct session *s)
{
	db_release(&s->db);
	arena_release(&s->arena);
	cfg_release(&s->cfg);
	OPENSSL_cleanse(s->hash, sizeof(s->hash));
}

int
session_fail(const struct session *s)
{
	const struct err	*e = &s->err;

	if (e->msg[0] != '\0')
		fprintf(stderr, "cerberus: %s\n", e->msg);
	for (size_t i = 0; i < e->nfields; i++)
		fprintf(stderr, "cerberus: %s\n", e->field[i].msg);
	if (e->detail[0] != '\0')
		fprintf(stderr, "cerberus: %s\n", e->detail);
	if (e->msg[0] == '\0' && e->nfields == 0 && e->detail[0] == '\0')
		fprintf(stderr, "cerberus: %s\n", err_kind(e->code)->title);
	return STATUS_FAILED;
}
