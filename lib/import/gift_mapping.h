/*
 * The columns of files of gifts that campaigns have saved: for each source,
 * such as anedot, the headings by the fields of a gift.  Imports without a
 * mapping use them.
 */
#ifndef IMPORT_GIFT_MAPPING_H
#define IMPORT_GIFT_MAPPING_H

#include "gift_file.h"
#include "rest/list.h"

#define GIFT_MAPPING_FIELDS(F, P) \
	F(P, INT,    mapping_id,   .flags = F_SERVER | F_SORT) \
	F(P, INT,    campaign_id,  .flags = F_SERVER) \
	F(P, TEXT,   source,       .max = 20, .flags = F_SERVER | F_SORT) \
	F(P, OBJECT, mapping,      .flags = F_SERVER) \
	F(P, TIME,   created_at,   .flags = F_SERVER | F_SORT) \
	F(P, TIME,   updated_at,   .flags = F_SERVER | F_SORT)

extern const struct schema gift_mapping_schema;
extern const struct list gift_mapping_list;

/*
 * Set the file's source and mapping to a mapping that its campaign has saved.
 * If the file's source is given, take the mapping of that source.  Otherwise
 * take the mapping with the most headings among those whose headings all occur
 * in the file; folded is the file's header.  Leave mapping NULL if none fits.
 */
int	 gift_mapping_find(struct gift_file *, const char *const *folded,
	    struct err *) MUST_USE;

/* Save the file's mapping for its campaign and source, in its transaction. */
int	 gift_mapping_save(struct gift_file *, struct err *) MUST_USE;

#endif
