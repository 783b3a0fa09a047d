/*
 * Walk lists: the doors of a segment or a turf, street by street, as a page to
 * print, as CSV, and for a device.
 */
#ifndef CANVASS_WALK_LIST_H
#define CANVASS_WALK_LIST_H

#include "http/req.h"
#include "http/resp.h"

#define WALK_FIELDS(F, P) \
	F(P, INT,  door_number,       .flags = F_SERVER) \
	F(P, TEXT, street,            .flags = F_SERVER) \
	F(P, TEXT, number,            .flags = F_SERVER) \
	F(P, TEXT, unit,              .flags = F_SERVER) \
	F(P, TEXT, street_address,    .flags = F_SERVER) \
	F(P, TEXT, city,              .flags = F_SERVER) \
	F(P, TEXT, state,             .flags = F_SERVER) \
	F(P, TEXT, zip_code,          .flags = F_SERVER) \
	F(P, TEXT, precinct,          .flags = F_SERVER) \
	F(P, INT,  voter_id,          .flags = F_SERVER) \
	F(P, TEXT, first_name,        .flags = F_SERVER) \
	F(P, TEXT, last_name,         .flags = F_SERVER) \
	F(P, TEXT, suffix,            .flags = F_SERVER) \
	F(P, INT,  age,               .flags = F_SERVER) \
	F(P, TEXT, gender,            .flags = F_SERVER) \
	F(P, TEXT, party_affiliation, .flags = F_SERVER) \
	F(P, TEXT, phone_number,      .flags = F_SERVER)

extern const struct schema walk_schema;

/* The query parameters of the page. */
extern const char *const walk_list_params[];

/*
 * The walk list of the segment or the turf in the path.  A segment's page is
 * for editors, and its CSV, which has no limit, for those who may export.  400
 * if the page would have more than WALK_PEOPLE people.
 */
#define WALK_PEOPLE	10000

int	 walk_list_segment(struct req *, struct resp *, struct err *);
int	 walk_list_segment_csv(struct req *, struct resp *, struct err *);
int	 walk_list_turf(struct req *, struct resp *, struct err *);
int	 walk_list_turf_csv(struct req *, struct resp *, struct err *);

/*
 * The same for a device, which keeps it without a connection: the doors with
 * their people, without ways to contact them, and the campaign's questions.
 * Editors only, as they record what comes of it.
 */
int	 walk_list_segment_json(struct req *, struct resp *, struct err *);
int	 walk_list_turf_json(struct req *, struct resp *, struct err *);

#endif
