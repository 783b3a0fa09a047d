/* The hosts of a database's URL, as libpq parses it. */
#include "db.h"
#include "hosts.h"

const char *
hosts_option(const PQconninfoOption *o, const char *name)
{
	for (; o != NULL && o->keyword != NULL; o++)
		if (strcmp(o->keyword, name) == 0)
			return o->val;
	return NULL;
}

static size_t
items(const char *list)
{
	size_t	 n = 1;

	while (list != NULL && (list = strchr(list, ',')) != NULL) {
		n++;
		list++;
	}
	return n;
}

size_t
hosts_count(const PQconninfoOption *o)
{
	size_t	 names = items(hosts_option(o, "host"));
	size_t	 addresses = items(hosts_option(o, "hostaddr"));

	return names > addresses ? names : addresses;
}

const char *
hosts_item(const char *list, size_t i, char *out, size_t n)
{
	size_t	 len;

	if (items(list) == 1)
		i = 0;
	for (; i > 0 && list != NULL; i--)
		if ((list = strchr(list, ',')) != NULL)
			list++;
	len = list != NULL ? strcspn(list, ",") : 0;
	if (len == 0)
		return NULL;
	snprintf(out, n, "%.*s", (int)len, list);
	return out;
}

bool
db_url_has_password(const char *url)
{
	PQconninfoOption	*o = PQconninfoParse(url, NULL);
	const char		*password = hosts_option(o, "password");
	bool			 has = password != NULL && *password != '\0';

	PQconninfoFree(o);
	return has;
}

size_t
db_url_hosts(const char *url)
{
	PQconninfoOption	*o = PQconninfoParse(url, NULL);
	size_t			 n = hosts_count(o);

	PQconninfoFree(o);
	return n;
}

bool
db_url_wants_primary(const char *url)
{
	PQconninfoOption	*o = PQconninfoParse(url, NULL);
	const char		*attrs = hosts_option(o,
				    "target_session_attrs");
	bool			 wants = attrs != NULL &&
				    (strcmp(attrs, "read-write") == 0 ||
				    strcmp(attrs, "primary") == 0);

	PQconninfoFree(o);
	return wants;
}

void
db_url_host(const char *url, size_t i, char *out, size_t n)
{
	PQconninfoOption	*o = PQconninfoParse(url, NULL);

	if (hosts_item(hosts_option(o, "host"), i, out, n) == NULL &&
	    hosts_item(hosts_option(o, "hostaddr"), i, out, n) == NULL)
		snprintf(out, n, "the local server");
	PQconninfoFree(o);
}
