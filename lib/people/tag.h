/* Tags on voters. */
#ifndef PEOPLE_TAG_H
#define PEOPLE_TAG_H

#include <json-c/json.h>

#include "http/req.h"
#include "http/resp.h"

#define TAG_MAX		100	/* characters of one */
#define TAGS_MAX	100	/* of one voter's call */

/* Checks an array of tags into a new one, which the caller owns. */
int	 tag_read(struct req *, struct json_object *,
	    struct json_object **out, struct err *) MUST_USE;

/* POST /voters/:id/tags {"tags": [...]} or {"tag": "..."}: 200, all its tags. */
int	 tag_add(struct req *, struct resp *, struct err *);

/* DELETE /voters/:id/tags/:name: 200, the tags that are left; else 404. */
int	 tag_remove(struct req *, struct resp *, struct err *);

#endif
