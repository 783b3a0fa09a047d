/*
 * The options of an import, from a request or a command line, given as texts
 * one at a time.  Texts live in the arena of import_option(); the owner of
 * the options frees mapping with json_object_put().
 */
#ifndef IMPORT_OPTION_H
#define IMPORT_OPTION_H

#include <json-c/json.h>

#include "core/arena.h"
#include "core/err.h"

struct import_options {
	const char	*campaign_id;	/* decimal, or NULL */
	const char	*file_name;	/* as the client calls it, or NULL */
	const char	*layout;	/* name, or NULL: to be recognised */
	struct json_object *mapping;	/* or NULL */
	const char	*mode;		/* update, fill, skip */
	int		 header;	/* 1, 0; -1: to be detected */
	char		 delimiter;	/* NUL: to be detected */
	int		 quote;		/* 1, 0; -1: to be detected */
	const char	*encoding;	/* NULL: to be detected */
	int		 order;		/* enum date_order, or -1 */
	const char	*state;		/* of ids without one: two letters; or
					 * NULL */
	bool		 strict;	/* a bad cell rejects its row */
	bool		 dry_run;	/* count, but change nothing */
	bool		 keep_unmapped;	/* put other columns in custom_fields */
	bool		 initial;	/* build indexes when all rows are
					 * there; only by the command line */
};

/* Set the defaults. */
void	 import_options_init(struct import_options *);

/* Is this the name of an option? */
bool	 import_is_option(const char *name);

/* Does the file have to be read again if the option comes after it? */
bool	 import_option_reads(const char *name);

/*
 * Set an option from n bytes of text; blank text changes nothing.  400 if the
 * value is not valid.
 */
int	 import_option(struct import_options *, struct arena *,
	    const char *name, const char *value, size_t n, struct err *)
	    MUST_USE;

#endif
