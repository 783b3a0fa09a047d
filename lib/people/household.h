/*
 * Households: the voters behind one door.  PostgreSQL makes the column door of
 * voters from the address (sql/deploy/doors.sql); it sorts in walking order.
 */
#ifndef PEOPLE_HOUSEHOLD_H
#define PEOPLE_HOUSEHOLD_H

#include "rest/list.h"

#define HOUSEHOLD_FIELDS(F, P) \
	F(P, TEXT, door,           .flags = F_SERVER | F_SORT) \
	F(P, TEXT, name,           .flags = F_SERVER) \
	F(P, TEXT, street_address, .flags = F_SERVER) \
	F(P, TEXT, street,         .flags = F_SERVER) \
	F(P, TEXT, number,         .flags = F_SERVER) \
	F(P, TEXT, unit,           .flags = F_SERVER) \
	F(P, TEXT, city,           .flags = F_SERVER) \
	F(P, TEXT, state,          .flags = F_SERVER) \
	F(P, TEXT, zip_code,       .flags = F_SERVER) \
	F(P, TEXT, county,         .flags = F_SERVER) \
	F(P, TEXT, precinct,       .flags = F_SERVER) \
	F(P, LIST, people,         .flags = F_SERVER)

#define LABEL_FIELDS(F, P) \
	F(P, TEXT, name,           .flags = F_SERVER) \
	F(P, INT,  people,         .flags = F_SERVER) \
	F(P, TEXT, voter_ids,      .flags = F_SERVER) \
	F(P, TEXT, street_address, .flags = F_SERVER) \
	F(P, TEXT, city,           .flags = F_SERVER) \
	F(P, TEXT, state,          .flags = F_SERVER) \
	F(P, TEXT, zip_code,       .flags = F_SERVER) \
	F(P, TEXT, county,         .flags = F_SERVER) \
	F(P, TEXT, precinct,       .flags = F_SERVER)

/* A household as the list shows it. */
extern const struct schema household_schema;

/* A household as one row of an export. */
extern const struct schema label_schema;

/*
 * GET /households: the doors of the voters whom the query selects, with all
 * parameters of GET /voters, in walking order.
 */
int	 household_list_answer(struct req *, struct resp *, struct err *);

/*
 * Append "FROM (...) t", the rows of label_schema, given "FROM voters t" and
 * conditions.  Voters without a door have a row each, behind the others.
 */
void	 household_labels(struct sql *, const struct where *);

#endif
