/*
 * The layouts that campaigns have saved: a mapping and options of uploads under
 * a name.  Editors of the campaign write them; uploads of the campaign use them
 * by their name, or recognise a file by the headings that they list.
 */
#ifndef IMPORT_SAVED_LAYOUT_H
#define IMPORT_SAVED_LAYOUT_H

#include "layout.h"
#include "rest/list.h"

#define LAYOUT_FIELDS(F, P) \
	F(P, INT,    layout_id,    .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,  .low = 1, .high = INT64_MAX, \
	    .flags = F_REQUIRED) \
	F(P, TEXT,   name,         .max = 50, \
	    .flags = F_REQUIRED | F_SORT) \
	F(P, TEXTS,  headers,      .max = 255, .flags = F_NOT_NULL) \
	F(P, OBJECT, mapping,      .max = 100000, .flags = F_NOT_NULL) \
	F(P, OBJECT, options,      .max = 10000, .flags = F_NOT_NULL) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,   .flags = F_SERVER | F_SORT)

enum layout_field {
	LAYOUT_FIELDS(FIELD_ENUM, LAYOUT)
	LAYOUT__MAX
};

extern const struct schema layout_schema;
extern const struct list layout_list;

/* GET: the saved layouts; "shipped" has names and titles of layout files. */
int	 layout_list_answer(struct req *, struct resp *, struct err *);

/*
 * POST and PATCH: 400 unless mapping and options are what an upload accepts,
 * 409 for the name of a layout file.
 */
int	 layout_create(struct req *, struct resp *, struct err *);
int	 layout_update(struct req *, struct resp *, struct err *);

/*
 * Read the layout that a campaign has saved under this name.  Return 1 if there
 * is no such layout or campaign is NULL; 422, slug "layout_broken", if it is no
 * longer valid.
 */
int	 layout_load_saved(struct layout *, struct arena *, struct db *,
	    const char *campaign, const char *name, struct err *) MUST_USE;

/*
 * Set *l to the campaign's layout with the most headings, if all of them are in
 * the header.  found is the number of headings of the layout file that
 * layout_recognise() chose: leave *l unchanged if no saved layout has as many.
 */
int	 layout_recognise_saved(struct layout *l, struct arena *, struct db *,
	    const char *campaign, const struct row *header, size_t found,
	    struct err *) MUST_USE;

#endif
