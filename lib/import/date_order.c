/*
 * The order of day and month in the dates of a file.  One date is read in
 * date_text.c.
 */
#include "date_order.h"
#include "record/field.h"

void
dates_init(struct dates *d, int order)
{
	*d = (struct dates){ .given = order != -1,
	    .order = order != -1 ? (enum date_order)order : DATE_MDY };
	date_today(d->today);
}

enum date_kind
dates_read(struct dates *d, const char *s, size_t n, int64_t line,
    char out[11])
{
	enum date_sign	 sign;
	enum date_kind	 kind = date_read(s, n, d->order, d->today, out,
			    &sign);

	if (d->given || sign == DATE_NO_SIGN)
		return kind;
	if (d->count[sign]++ == 0)
		d->line[sign] = line;
	if (sign == DATE_DAY_FIRST && d->order == DATE_MDY && !d->decided &&
	    d->count[DATE_MONTH_FIRST] + d->count[DATE_EITHER] == 0) {
		d->order = DATE_DMY;
		kind = date_read(s, n, d->order, d->today, out, &sign);
	}
	return kind;
}

bool
dates_decide(struct dates *d)
{
	enum date_order	 order = d->count[DATE_DAY_FIRST] >
			    d->count[DATE_MONTH_FIRST] ? DATE_DMY : DATE_MDY;

	if (d->given || d->decided || order == d->order)
		return false;
	dates_init(d, -1);
	d->order = order;
	d->decided = true;
	return true;
}

const char *
dates_warning(const struct dates *d, struct arena *a)
{
	bool	 day = d->order == DATE_DMY;

	if (d->count[DATE_MONTH_FIRST] > 0 && d->count[DATE_DAY_FIRST] > 0)
		return arena_printf(a, "Some dates have the month first (%lld, "
		    "as in line %lld), others the day (%lld, as in line "
		    "%lld). They are read with the %s first; give date_order "
		    "if that is wrong.",
		    (long long)d->count[DATE_MONTH_FIRST],
		    (long long)d->line[DATE_MONTH_FIRST],
		    (long long)d->count[DATE_DAY_FIRST],
		    (long long)d->line[DATE_DAY_FIRST],
		    day ? "day" : "month");
	if (d->count[DATE_EITHER] > 0 && d->count[DATE_MONTH_FIRST] +
	    d->count[DATE_DAY_FIRST] == 0)
		return arena_printf(a, "The dates, as in line %lld, do not "
		    "show whether month or day comes first. They are read "
		    "with the %s first; give date_order if that is wrong.",
		    (long long)d->line[DATE_EITHER], day ? "day" : "month");
	return NULL;
}
