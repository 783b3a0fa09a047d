/*
 * One contact as a request reports it: an interaction with answers and tags,
 * which may be an event of a device, and the end of a call.  SQL's
 * record_event() stores it.
 */
#ifndef CANVASS_EVENT_H
#define CANVASS_EVENT_H

#include <json-c/json.h>

#include "http/req.h"

/*
 * Check a contact and set *out to the document that record_event() takes: an
 * object whose values are the checked texts.  at is its index in the batch.
 * The caller frees *out with json_object_put().
 *
 * client_event_id, a UUID, makes it an event, which is recorded only once.
 * With undo the event with this id is undone, and nothing else is required.
 * call has the result of a call of a call list.
 */
int	 event_read(struct req *, struct json_object *in, size_t at,
	    struct json_object **out, struct err *) MUST_USE;

/*
 * Add the errors of a nested object to e.  prefix, such as "answers.2.", is
 * prepended to the fields' names.
 */
void	 event_adopt(struct err *e, const struct err *inner,
	    const char *prefix);

#endif
