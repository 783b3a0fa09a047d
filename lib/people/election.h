/* Elections, and who voted in them.  Imports write both. */
#ifndef PEOPLE_ELECTION_H
#define PEOPLE_ELECTION_H

#include "rest/list.h"

/* The kinds of elections; ends in NULL. */
extern const char *const election_kinds[];

#define ELECTION_FIELDS(F, P) \
	F(P, INT,    election_id, .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   state,       .max = 20, .flags = F_SERVER) \
	F(P, DATE,   date,        .flags = F_SERVER | F_SORT) \
	F(P, INT,    year,        .flags = F_SERVER) \
	F(P, CHOICE, kind,        .max = 20, .flags = F_SERVER, \
	    .choices = election_kinds) \
	F(P, TEXT,   name,        .max = 255, .flags = F_SERVER)

#define VOTE_FIELDS(F, P) \
	F(P, INT,    election_id, .flags = F_SERVER | F_SORT) \
	F(P, TEXT,   state,       .max = 20, .flags = F_SERVER) \
	F(P, DATE,   date,        .flags = F_SERVER | F_SORT) \
	F(P, INT,    year,        .flags = F_SERVER) \
	F(P, CHOICE, kind,        .max = 20, .flags = F_SERVER, \
	    .choices = election_kinds) \
	F(P, TEXT,   name,        .max = 255, .flags = F_SERVER) \
	F(P, TEXT,   method,      .max = 50, .flags = F_SERVER) \
	F(P, TEXT,   party,       .max = 100, .flags = F_SERVER)

enum election_field {
	ELECTION_FIELDS(FIELD_ENUM, ELECTION)
	ELECTION__MAX
};

enum vote_field {
	VOTE_FIELDS(FIELD_ENUM, VOTE)
	VOTE__MAX
};

extern const struct schema election_schema;
extern const struct list election_list;		/* GET /elections */
extern const struct schema vote_schema;
extern const struct list vote_list;		/* GET /voters/:id/votes */

#endif
