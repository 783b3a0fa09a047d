/*
 * The hosts of a database's URL, such as postgresql://db1,db2/cerberus, which
 * libpq has parsed.  db.h has what other folders ask of a URL.
 */
#ifndef DB_HOSTS_H
#define DB_HOSTS_H

#include <libpq-fe.h>

#include "core/base.h"

/* Return the value of an option, or NULL. */
const char *hosts_option(const PQconninfoOption *, const char *name);

/* How many hosts are there, at least 1? */
size_t	 hosts_count(const PQconninfoOption *);

/*
 * Copy item i of a list such as "db1,db2" to out, which has n bytes, and return
 * it.  A list of one item applies to all hosts.  Return NULL if there is no
 * such item, or if it is blank.
 */
const char *hosts_item(const char *list, size_t i, char *out, size_t n);

#endif
