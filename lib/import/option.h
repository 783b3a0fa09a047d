/*
 * What a request or a command line may say about a file, one option at a time,
 * always as text.
 *
 * Texts live in the arena of import_option().  mapping is a reference that the
 * options hold: json_object_put() it in the end.
 */
#ifndef IMPORT_OPTION_H
#define IMPORT_OPTION_H

#include <json-c/json.h>

#include "core/arena.h"
#include "core/err.h"

struct import_options {
	const char	*campaign_id;	/* a number as text, or NULL */
	const char	*file_name;
	const char	*layout;
	struct json_object *mapping;	/* or NULL */
	const char	*mode;		/* update, fill, skip */
	int		 header;	/* 1, 0; -1: to be found out */
	char		 delimiter;	/* 0: to be found out */
	int		 quote;		/* 1, 0; -1: to be found out */
	const char	*encoding;
	int		 order;		/* enum date_order, or -1 */
	bool		 dry_run;
	bool		 keep_unmapped;
};

void	 import_options_init(struct import_options *);

/* True for the name of an option that import_option() reads. */
bool	 import_is_option(const char *name);

/* True when an option says how the file is read, not what becomes of it. */
bool	 import_option_reads(const char *name);

/* One option as text; what is wrong with it goes into e. */
int	 import_option(struct import_options *, struct arena *,
	    const char *name, const char *value, size_t n, struct err *)
	    MUST_USE;

#endif
