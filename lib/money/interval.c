/*
 * How often a donation is repeated.  The objects at Stripe that repeat it are
 * made in recurring.c.
 */
#include "interval.h"

int
interval_check(struct rec *r, struct err *e)
{
	const char	*recurring = r->value[INTENT_is_recurring];
	const char	*interval = r->value[INTENT_interval];

	if (recurring == NULL || *recurring != 't')
		rec_put(r, INTENT_interval, NULL);
	else if (interval == NULL)
		rec_put(r, INTENT_interval, "month");
	else if (strcmp(interval, "month") != 0 &&
	    strcmp(interval, "week") != 0)
		return err_field(e, "interval", "invalid_choice",
		    "interval must be month or week.");
	return 0;
}

const char *
interval_name(const struct donation *d)
{
	return strcmp(d->interval, "week") == 0 ? "Weekly donation" :
	    "Monthly donation";
}

struct json_object *
interval_period(const struct donation *d)
{
	struct json_object	*period = json_object_new_object();

	json_object_object_add(period, "interval",
	    json_object_new_string(d->interval));
	return period;
}
