/*
 * Ballots as voter files write them: which election, and with which method and
 * party somebody voted.
 */
#ifndef IMPORT_BALLOT_H
#define IMPORT_BALLOT_H

#include "layout.h"

struct ballot {
	const char	*state;
	const char	*date;		/* YYYY-MM-DD; NULL: not known */
	int		 year;
	const char	*kind;		/* one of election_kinds */
	const char	*name;		/* or NULL */
	const char	*method;	/* or NULL */
	const char	*party;		/* or NULL */
};

/*
 * Return the kind of election that a text of n bytes names: a replacement of
 * the list says so, or a word such as "runoff".  NULL if it names none.
 */
const char *ballot_kind(const char *, size_t n, const struct value *kinds);

/*
 * Set date and year from a text of n bytes, a date or only a year; the date is
 * in the arena.  Return false if it is neither.
 */
bool	 ballot_date(struct ballot *, struct arena *, const char *, size_t n,
	    enum date_order, const char *today);

/*
 * Set the date of a general election in an even year, which federal law fixes,
 * if only the year is known.
 */
void	 ballot_complete(struct ballot *, struct arena *);

/*
 * Read a heading such as PRIMARY-03/19/2024 by a pattern such as {kind}-{date}.
 * The pattern has literal text, {kind}, {date}, {year} and {yy}.  Set kind,
 * date, year and name; return false if the heading does not match.
 */
bool	 ballot_heading(struct ballot *, struct arena *, const char *heading,
	    const char *pattern, const struct value *kinds, enum date_order,
	    const char *today);

/*
 * Read an entry of a list in one cell, such as "20221108 GE(P)", "GE 20201103",
 * "General Election, 2003(P)" or "2016 GENERAL ELECTION".  The letters in
 * parentheses are the method.  Return false if it has no year.
 */
bool	 ballot_entry(struct ballot *, struct arena *, const char *, size_t n,
	    const struct value *kinds, enum date_order, const char *today);

#endif
