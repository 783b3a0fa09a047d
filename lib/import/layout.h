/*
 * How a file's columns become ours: a layout from etc/layouts/, or the mapping of
 * a request, as one table of rules.  plan.h makes of it, and of the headings'
 * aliases, what a file at hand wants.
 *
 * All that a layout points to lives in the arena that it was read into.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include <json-c/json.h>

#include "model/voter.h"
#include "reader.h"

#define RULE_PARTS	16
#define RULE_NAMES	4
#define PLAN_SPLITS	4

enum date_order {
	DATE_MDY,
	DATE_DMY,
	DATE_YMD,
};

/* One column of the file: by one of several headings, or by position. */
struct origin {
	const char	*name[RULE_NAMES];	/* folded; NULL: no more */
	size_t		 position;		/* from 1; 0: by name */
};

/* The file's word to ours; from NULL: any other word. */
struct value {
	const char	*from, *to;
	struct value	*next;
};

/* Where one of our columns comes from. */
struct rule {
	bool		 set;
	struct origin	 part[RULE_PARTS];	/* joined by spaces */
	size_t		 n;
	const char	*constant;
	struct value	*values;
};

/* One column of theirs that holds several of ours. */
struct split {
	struct origin	 from;
	int		 field[RULE_PARTS];
	const char	*before[RULE_PARTS];	/* text between it and the last */
	size_t		 n;
};

struct layout {
	const char	*name;		/* NULL: none */
	int		 header;	/* 1, 0; -1: to be found out */
	char		 delimiter;	/* 0: to be found out */
	int		 quote;		/* 1, 0; -1: to be found out */
	const char	*encoding;
	enum date_order	 order;
	bool		 order_set;
	size_t		 columns;	/* of a file without a header; 0: any */
	const char	*recognise[32];	/* folded headings that tell it */
	size_t		 nrecognise;
	struct rule	 rule[VOTER__MAX];
	struct split	 split[PLAN_SPLITS];
	size_t		 nsplit;
};

void	 layout_init(struct layout *);

/*
 * By its name; 400 where there is none of that name, 422 that says what is
 * wrong and in which line where it has a mistake.
 */
int	 layout_load(struct layout *, struct arena *, const char *dir,
	    const char *name, struct err *) MUST_USE;

/*
 * Calls take() for each layout of the folder: with the layout, which is read
 * into the storage given here, or with NULL and what is wrong as the error's
 * msg.  -1 where the folder cannot be read.
 */
int	 layout_each(struct layout *, struct arena *, const char *dir,
	    void (*take)(struct layout *, const struct err *, void *),
	    void *ctx);

/*
 * The layout whose headings are all among these, and the most of them; leaves it
 * alone where there is none.  A layout with a mistake is left out, and
 * skipped() gets a sentence about it.
 */
void	 layout_recognise(struct layout *, struct arena *, const char *dir,
	    const struct row *header, void (*skipped)(const char *));

/*
 * A request's mapping over it: our column to a heading, a position, a list of
 * those, or {"from": ..., "value": "NC", "values": {"A": "Active"}}.
 */
int	 layout_map(struct layout *, struct arena *, struct json_object *,
	    struct err *) MUST_USE;

#endif
