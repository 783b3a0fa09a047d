/*
 * How the columns of a voter file become fields of voters: one rule for each
 * field.  A layout comes from a file of etc/layouts/ (layout_file.h), a
 * request's mapping (layout_map.h), or both.  plan.h applies it, and the
 * headings' aliases, to the file at hand.
 *
 * Everything that a layout points to lives in the arena that it was read into.
 */
#ifndef IMPORT_LAYOUT_H
#define IMPORT_LAYOUT_H

#include "people/voter.h"
#include "reader.h"

#define RULE_PARTS	16	/* most columns that make up a field */
#define RULE_NAMES	6	/* most alternative headings of a column */
#define PLAN_SPLITS	4	/* most columns that are split */
#define LAYOUT_SPANS	200	/* most columns of a fixed-width file */
#define LAYOUT_HEADINGS	32	/* most headings to recognise a file by */

enum date_order {
	DATE_MDY,
	DATE_DMY,
	DATE_YMD,
};

/*
 * One column of the file: by one of several headings, or by position.  In a
 * fixed-width file the position is that of a span in the layout's list.
 */
struct origin {
	const char	*name[RULE_NAMES];	/* folded; the rest NULL */
	size_t		 position;		/* from 1; 0: by heading */
};

/*
 * A replacement of a cell's text.  If from is NULL it matches any other text;
 * that one is the last of its list.
 */
struct value {
	const char	*from, *to;
	struct value	*next;
};

/* Where one field comes from. */
struct rule {
	bool		 set;		/* false: try the aliases */
	struct origin	 part[RULE_PARTS];	/* joined by spaces */
	size_t		 n;
	const char	*constant;	/* used if the columns are blank */
	struct value	*values;
	bool		 number;	/* only the first number of the text */
};

/* One column that holds several fields. */
struct split {
	struct origin	 from;
	int		 field[RULE_PARTS];
	const char	*before[RULE_PARTS];	/* separator in front of the
						 * field */
	size_t		 n;
};

struct layout {
	const char	*name;		/* NULL: only a mapping, or nothing */
	const char	*title;		/* of a file; else NULL */
	bool		 complete;	/* fields without a rule are not in the
					 * file: do not try their aliases */
	int		 header;	/* 1, 0; -1: to be detected */
	char		 delimiter;	/* NUL: to be detected */
	int		 quote;		/* 1, 0; -1: to be detected */
	const char	*encoding;	/* NULL: to be detected */
	int		 order;		/* enum date_order; -1: to be decided */
	bool		 fixed;		/* fixed widths, no delimiter */
	struct span	 span[LAYOUT_SPANS];	/* the columns, if fixed */
	size_t		 nspan;
	size_t		 columns;	/* without a header; 0: any number */
	const char	*recognise[LAYOUT_HEADINGS];	/* folded */
	size_t		 nrecognise;
	struct rule	 rule[VOTER__MAX];
	struct rule	 full_name;	/* all parts of the name */
	struct split	 split[PLAN_SPLITS];
	size_t		 nsplit;
	struct history_rules *history;	/* votes (layout_history.h), or NULL */
};

/* Start with no rule and everything to be detected. */
void	 layout_init(struct layout *);

/* The name, in mappings and layouts, of a column with a person's full name. */
#define FULL_NAME	"full_name"

/* May a file set the field? */
bool	 layout_may_set(size_t field);

/* Return the field of this name that a file may set, or -1. */
int	 layout_field(const char *name);

/*
 * Return the next part of a text separated by sep, trimmed, in the arena, and
 * move *at behind it.
 */
const char *layout_word(struct arena *, const char **at, char sep);

/*
 * Read a column: "NAME | other name", "#12" for the twelfth column, or, in a
 * fixed-width layout, "#12-31" for the characters 12 to 31.  Return NULL, or
 * what is wrong: the end of a sentence that begins with the setting's name.
 */
const char *layout_origin(struct layout *, struct origin *, struct arena *,
	    const char *text);

/*
 * Add a replacement to a rule; from "*" matches any other text.  Both texts are
 * copied into the arena.
 */
void	 layout_add_value(struct rule *, struct arena *, const char *from,
	    const char *to);

#endif
