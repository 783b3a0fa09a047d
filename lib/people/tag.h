/* Tags of voters: adding and removing one or more, and checking them. */
#ifndef PEOPLE_TAG_H
#define PEOPLE_TAG_H

#include <json-c/json.h>

#include "http/req.h"
#include "http/resp.h"

#define TAG_MAX		100	/* characters of a tag */
#define TAGS_MAX	100	/* tags in a request */

/*
 * Check an array of tags.  *out is a new array of the normalised tags, which
 * the caller frees, or NULL if in is NULL.  A bad tag is an error in the field
 * tags.
 */
int	 tag_read(struct req *, struct json_object *in,
	    struct json_object **out, struct err *) MUST_USE;

/*
 * POST /voters/:id/tags {"tags": ["a", "b"]} or {"tag": "a"}: 200 with all tags
 * of the voter.  404 if the caller cannot see the voter, 403 if they may not
 * change it.
 */
int	 tag_add(struct req *, struct resp *, struct err *);

/*
 * POST /voters/tags {"add": ["a"], "remove": ["b"]}: add and remove tags of the
 * voters whom the body chooses by voter_ids, filter or segment_id, as far as
 * the caller may change them.  200 with how many were matched and how many
 * were changed; 403 if the caller is not an editor of any campaign.
 */
int	 tag_many(struct req *, struct resp *, struct err *);

/*
 * DELETE /voters/:id/tags/:name: 200 with the remaining tags.  404 if the
 * caller cannot see the voter or the voter has no such tag, 403 as above.
 */
int	 tag_remove(struct req *, struct resp *, struct err *);

#endif
