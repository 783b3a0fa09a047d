/*
 * Reading the configuration file, and the values of settings.  The table of
 * settings is in cfg.c.
 */
#include <errno.h>
#include <ini.h>
#include <sys/stat.h>

#include "cfg.h"
#include "cfg_part.h"
#include "text.h"

#define LINE_MAX_BYTES	(64 * 1024)
#define PASSWORD_MIN	16	/* of a webhook, which has no rate limit */

/* A file while it is read. */
struct reader {
	struct cfg	*cfg;
	struct err	*err;
	const char	*path;
	bool		*seen;		/* for each row: it was given */
	bool		 secret;	/* a secret was given */
};

static struct cfg_list
split(struct arena *a, const char *text)
{
	struct cfg_list	 list = { 0 };
	const char	*p = text;
	size_t		 n;

	list.word = arena_alloc(a, (strlen(text) / 2 + 1) *
	    sizeof(*list.word));
	while (*(p += strspn(p, " \t,")) != '\0') {
		n = strcspn(p, " \t,");
		list.word[list.n++] = arena_strndup(a, p, n);
		p += n;
	}
	return list;
}

int
cfg_set(struct cfg *c, const struct cfg_row *row, const char *value,
    const char *from, struct err *e)
{
	void	*at = (char *)c + row->offset;
	int64_t	 number;
	bool	 truth;

	switch (row->type) {
	case CFG_TEXT:
		*(const char **)at = *value == '\0' ? NULL :
		    arena_strdup(&c->arena, value);
		return 0;
	case CFG_LIST:
		*(struct cfg_list *)at = split(&c->arena, value);
		return 0;
	case CFG_INT:
		if (!text_int64(value, strlen(value), &number) ||
		    number < row->low || number > row->high)
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s must be a "
			    "whole number from %lld to %lld.", from,
			    row->section, row->key, (long long)row->low,
			    (long long)row->high);
		*(int64_t *)at = number;
		return 0;
	case CFG_BOOL:
		if (!text_bool(value, strlen(value), &truth))
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s must be "
			    "yes or no.", from, row->section, row->key);
		*(bool *)at = truth;
		return 0;
	case CFG_ENV:
		if (strcmp(value, "production") == 0)
			*(enum cfg_env *)at = CFG_PRODUCTION;
		else if (strcmp(value, "development") == 0)
			*(enum cfg_env *)at = CFG_DEVELOPMENT;
		else if (strcmp(value, "testing") == 0)
			*(enum cfg_env *)at = CFG_TESTING;
		else
			return err_set(e, ERR_INTERNAL, "%s: [%s] %s must "
			    "be production, development or testing.", from,
			    row->section, row->key);
		return 0;
	}
	return 0;
}

/* Return the keys of a campaign; add them if there are none. */
static struct cfg_stripe *
campaign_keys(struct cfg *c, int64_t id)
{
	struct cfg_stripe	**at = &c->stripe.next;

	while (*at != NULL && (*at)->campaign_id != id)
		at = &(*at)->next;
	if (*at == NULL) {
		*at = arena_zalloc(&c->arena, sizeof(**at));
		(*at)->campaign_id = id;
	}
	return *at;
}

static int
set_campaign(struct reader *r, const char *section, const char *key,
    const char *value)
{
	const char		*number = section + strlen("campaign ");
	struct cfg_stripe	*keys;
	int64_t			 id;

	if (!text_int64(number, strlen(number), &id) || id < 1)
		return err_set(r->err, ERR_INTERNAL, "%s: [%s] must "
		    "have a campaign's number, such as [campaign 3].", r->path,
		    section);
	keys = campaign_keys(r->cfg, id);
	if (strcmp(key, "stripe_secret_key") == 0)
		keys->secret_key = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	else if (strcmp(key, "stripe_publishable_key") == 0)
		keys->publishable_key = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	else if (strcmp(key, "stripe_webhook_secrets") == 0)
		keys->webhook_secrets = split(&r->cfg->arena, value);
	else if (strcmp(key, "contribution_limit") == 0) {
		if (!text_int64(value, strlen(value),
		    &keys->contribution_limit) || keys->contribution_limit < 0)
			return err_set(r->err, ERR_INTERNAL, "%s: [%s] %s "
			    "must be a whole number of cents.", r->path,
			    section, key);
	} else if (strcmp(key, "actblue_user") == 0) {
		keys->actblue_user = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	} else if (strcmp(key, "actblue_password") == 0) {
		if (*value != '\0' && strlen(value) < PASSWORD_MIN)
			return err_set(r->err, ERR_INTERNAL, "%s: [%s] %s "
			    "must have at least %d characters.", r->path,
			    section, key, PASSWORD_MIN);
		keys->actblue_password = *value == '\0' ? NULL :
		    arena_strdup(&r->cfg->arena, value);
	} else
		return err_set(r->err, ERR_INTERNAL, "%s: [%s] has no setting "
		    "%s.", r->path, section, key);
	return 0;
}

/* inih's callback: return 1 to continue, 0 to stop. */
static int
on_setting(void *user, const char *section, const char *key,
    const char *value)
{
	struct reader		*r = user;
	size_t			 n;
	const struct cfg_row	*rows = cfg_rows(&n);

	if (strncmp(section, "campaign ", strlen("campaign ")) == 0) {
		r->secret = true;
		return set_campaign(r, section, key, value) == 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].section, section) != 0 ||
		    strcmp(rows[i].key, key) != 0)
			continue;
		if (r->seen[i]) {
			err_set(r->err, ERR_INTERNAL, "%s: [%s] %s is given "
			    "twice.", r->path, section, key);
			return 0;
		}
		r->seen[i] = true;
		r->secret |= rows[i].secret && *value != '\0';
		return cfg_set(r->cfg, &rows[i], value, r->path, r->err) == 0;
	}
	err_set(r->err, ERR_INTERNAL, "%s: there is no setting %s in [%s].",
	    r->path, key, section);
	return 0;
}

int
cfg_read(struct cfg *c, const char *path, bool wanted, struct err *e)
{
	struct reader	 r = { .cfg = c, .err = e, .path = path };
	struct stat	 st;
	FILE		*f;
	size_t		 n;
	int		 line;

	if ((f = fopen(path, "re")) == NULL) {
		if (!wanted && errno == ENOENT)
			return 0;
		return err_set(e, ERR_INTERNAL, "%s cannot be read: %s.", path,
		    strerror(errno));
	}
	if (fstat(fileno(f), &st) != 0)
		st.st_mode = 0;
	if ((st.st_mode & S_IWOTH) != 0) {
		fclose(f);
		return err_set(e, ERR_INTERNAL, "%s: other users can write "
		    "to it: chmod o= %s", path, path);
	}
	cfg_rows(&n);
	r.seen = arena_zalloc(&c->arena, n * sizeof(*r.seen));
	ini_use_stack = false;
	ini_allow_realloc = true;
	ini_max_line = LINE_MAX_BYTES;
	ini_allow_multiline = false;
	line = ini_parse_file(f, on_setting, &r);
	fclose(f);
	if (e->code != ERR_NONE)
		return -1;
	if (line != 0)
		return err_set(e, ERR_INTERNAL, "%s: line %d is not a setting.",
		    path, line);
	if (r.secret && (st.st_mode & S_IRWXO) != 0)
		return err_set(e, ERR_INTERNAL, "%s contains secrets, but "
		    "other users can read it: chmod o= %s", path, path);
	c->path = arena_strdup(&c->arena, path);
	return 0;
}
