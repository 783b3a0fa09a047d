/* cerberus token: the caller's API keys. */
#include <getopt.h>
#include <openssl/crypto.h>

#include "commands.h"
#include "core/text.h"
#include "record/field.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus token create NAME [--days N]\n"
    "       cerberus token list\n"
    "       cerberus token revoke ID\n"
    "\n"
    "API keys of the user whose key this command itself uses.  A new key is\n"
    "printed once, alone on standard output.\n"
    "\n"
    "  -d, --days N           until it expires; default: never\n"
    "      --token-file FILE  whose key; else CERBERUS_TOKEN, else admin-token\n"
    "                         beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 1 there is no such key, 2 usage, 3 failure.\n";

static int
create(struct session *s, const char *name, const char *days)
{
	static const char	 sql[] =
	    "SELECT FROM api_key_create($1, $2, $3, "
	    "now() + $4::integer * interval '1 day')";
	char			 token[TOKEN_MAX], hash[TOKEN_HASH], prefix[9];
	const char		*param[] = { name, prefix, hash, days };
	PGresult		*res;
	int			 rc = 0;

	if (!token_new(token) || !token_hash(token, hash))
		return err_detail(&s->err, ERR_INTERNAL, "no random bytes");
	snprintf(prefix, sizeof(prefix), "%.8s", token);
	if (db_one(&s->db, sql, 4, param, &res, &s->err) != 0) {
		rc = -1;
	} else {
		PQclear(res);
		printf("%s\n", token);
	}
	OPENSSL_cleanse(token, sizeof(token));
	return rc;
}

static int
list(struct session *s)
{
	static const char	 sql[] =
	    "SELECT api_key_id, prefix, created_at::date, expires_at::date, "
	    "last_used_at::date, name FROM api_keys "
	    "WHERE user_id = caller_id() ORDER BY api_key_id";
	PGresult		*res;

	if (db_one(&s->db, sql, 0, NULL, &res, &s->err) != 0)
		return -1;
	printf("%-8s%-10s%-12s%-12s%-12s%s\n", "id", "begins", "created",
	    "expires", "last used", "name");
	for (int i = 0; i < PQntuples(res); i++)
		printf("%-8s%-10s%-12s%-12s%-12s%s\n", PQgetvalue(res, i, 0),
		    PQgetvalue(res, i, 1), PQgetvalue(res, i, 2),
		    PQgetvalue(res, i, 3), PQgetvalue(res, i, 4),
		    PQgetvalue(res, i, 5));
	PQclear(res);
	return 0;
}

static int
revoke(struct session *s, const char *id, bool *found)
{
	PGresult	*res;

	if (db_one(&s->db, "SELECT api_key_revoke($1, NULL)", 1, &id, &res,
	    &s->err) != 0)
		return -1;
	*found = *PQgetvalue(res, 0, 0) == 't';
	PQclear(res);
	if (!*found)
		fprintf(stderr, "cerberus: there is no key %s\n", id);
	return 0;
}

int
token_main(int argc, char **argv)
{
	static const struct option	 options[] = {
		{ "days", required_argument, NULL, 'd' },
		{ "token-file", required_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	struct session	 s;
	const char	*days = NULL, *file = NULL, *verb, *what;
	int64_t		 n;
	bool		 found = true;
	int		 c, rc;

	while ((c = getopt_long(argc, argv, "d:h", options, NULL)) != -1)
		switch (c) {
		case 'd':
			days = optarg;
			if (!text_int64(days, strlen(days), &n) || n < 1 ||
			    n > 36500)
				goto misused;
			break;
		case 'T':
			file = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			return STATUS_DONE;
		default:
			goto misused;
		}
	verb = optind < argc ? argv[optind] : "";
	what = optind + 1 < argc ? argv[optind + 1] : NULL;
	if (argc - optind > 2 || (strcmp(verb, "list") == 0) != (what == NULL) ||
	    (strcmp(verb, "list") != 0 && strcmp(verb, "create") != 0 &&
	    strcmp(verb, "revoke") != 0) || (strcmp(verb, "revoke") == 0 &&
	    !text_int64(what, strlen(what), &n)))
		goto misused;
	if (!session_open(&s, file))
		return STATUS_FAILED;
	if (strcmp(verb, "create") == 0)
		rc = create(&s, what, days);
	else if (strcmp(verb, "list") == 0)
		rc = list(&s);
	else
		rc = revoke(&s, what, &found);
	if (rc != 0)
		session_fail(&s);
	session_close(&s);
	return rc != 0 ? STATUS_FAILED : found ? STATUS_DONE : STATUS_PARTLY;
misused:
	fputs(usage, stderr);
	return STATUS_USAGE;
}
