/* Encoding of JSON values as Stripe's forms. */
#ifndef STRIPE_ENCODE_H
#define STRIPE_ENCODE_H

#include <json-c/json.h>

#include "core/buf.h"

/*
 * Append a value: name[member]=value for each member of an object, and
 * name[0]=value, name[1]=value and so on for the items of an array.  With the
 * name "", the members of an object are named as they are.
 */
void	 encode_form(struct buf *, const char *name, struct json_object *);

#endif
