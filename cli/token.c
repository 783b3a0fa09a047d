/* cerberus token: create, list and revoke the caller's API keys. */
#include <openssl/crypto.h>

#include "commands.h"
#include "core/text.h"
#include "options.h"
#include "session.h"

static const char usage[] =
    "usage: cerberus token create NAME [--days N]\n"
    "       cerberus token list\n"
    "       cerberus token revoke ID\n"
    "\n"
    "Manages the API keys of the user whose key this command itself uses.  A new\n"
    "key is printed once, alone on standard output.\n"
    "\n"
    "  -d, --days N           expires after N days; default: never\n"
    "      --token-file FILE  the user's API key; else CERBERUS_TOKEN, else\n"
    "                         admin-token beside the configuration\n"
    "  -h, --help\n"
    "\n"
    "Exit status: 0 done, 1 no such key, 2 usage, 3 failure.\n";

static int
create(struct session *s, const char *name, const char *days)
{
	static const char	 sql[] =
	    "SELECT FROM api_key_create($1, $2, $3, "
	    "now() + $4::integer * interval '1 day')";
	char			 token[TOKEN_MAX], hash[TOKEN_HASH];
	char			 prefix[TOKEN_SHOWN + 1];
	const char		*param[] = { name, prefix, hash, days };
	struct rows		*r;
	int			 rc;

	if (token_issue(token, hash, &s->err) != 0)
		return -1;
	snprintf(prefix, sizeof(prefix), "%.*s", TOKEN_SHOWN, token);
	rc = db_select(&s->db, sql, 4, param, &r, &s->err);
	if (rc == 0)
		printf("%s\n", token);
	OPENSSL_cleanse(token, sizeof(token));
	return rc;
}

/* Return the text of a column, "" for null. */
static const char *
cell(const struct rows *r, size_t row, const char *column)
{
	const char	*text = rows_text(r, row, column);

	return text != NULL ? text : "";
}

static int
list(struct session *s)
{
	static const char	 sql[] =
	    "SELECT api_key_id, prefix, created_at::date AS created, "
	    "expires_at::date AS expires, last_used_at::date AS last_used, "
	    "name FROM api_keys "
	    "WHERE user_id = caller_id() ORDER BY api_key_id";
	struct rows		*r;

	if (db_select(&s->db, sql, 0, NULL, &r, &s->err) != 0)
		return -1;
	printf("%-8s%-12s%-12s%-12s%-12s%s\n", "id", "prefix", "created",
	    "expires", "last used", "name");
	for (size_t i = 0; i < rows_count(r); i++)
		printf("%-8s%-12s%-12s%-12s%-12s%s\n",
		    cell(r, i, "api_key_id"), cell(r, i, "prefix"),
		    cell(r, i, "created"), cell(r, i, "expires"),
		    cell(r, i, "last_used"), cell(r, i, "name"));
	return 0;
}

static int
revoke(struct session *s, const char *id, bool *found)
{
	struct rows	*r;

	if (db_select(&s->db, "SELECT api_key_revoke($1, NULL) AS revoked", 1,
	    &id, &r, &s->err) != 0)
		return -1;
	*found = rows_bool(r, 0, "revoked");
	if (!*found)
		fprintf(stderr, "cerberus: there is no API key %s\n", id);
	return 0;
}

int
token_main(int argc, char **argv)
{
	const char		*days = NULL, *file = NULL, *verb, *what;
	const struct cli_option	 options[] = {
		{ "days", 'd', .text = &days },
		{ "token-file", .text = &file },
	};
	struct session		 s;
	int64_t			 n;
	bool			 found = true;
	int			 at, rc;

	at = options_read(argc, argv, options, ARRAY_LEN(options), usage,
	    &rc);
	if (at == -1)
		return rc;
	if (days != NULL && (!text_int64(days, strlen(days), &n) || n < 1 ||
	    n > 36500))
		return options_misused(usage);
	verb = at < argc ? argv[at] : "";
	what = at + 1 < argc ? argv[at + 1] : NULL;
	if (argc - at > 2)
		return options_misused(usage);
	if (strcmp(verb, "list") == 0) {
		if (what != NULL)
			return options_misused(usage);
	} else if (what == NULL || (strcmp(verb, "create") != 0 &&
	    (strcmp(verb, "revoke") != 0 ||
	    !text_int64(what, strlen(what), &n)))) {
		return options_misused(usage);
	}
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
}
