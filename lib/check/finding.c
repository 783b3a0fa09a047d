/* How checks report what they found, and what several of them compare. */
#include "config.h"

#include <stdarg.h>

#include "check.h"

#define SKEW		60	/* seconds */

bool
check_report(const struct check *k, bool ok, const char *what, const char *fmt,
    ...)
{
	char	 text[800];
	va_list	 ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Each finding is one line. */
	for (char *p = text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	k->found(k->ctx, ok ? CHECK_OK : CHECK_FAILED, what, text);
	return ok;
}

void
check_note(const struct check *k, const char *what, const char *why)
{
	k->found(k->ctx, CHECK_NOTE, what, why);
}

const char *
check_fault(const struct err *e)
{
	return e->detail[0] != '\0' ? e->detail : e->msg[0] != '\0' ? e->msg :
	    e->nfields > 0 ? e->field[0].msg : "";
}

bool
check_clock(const struct check *k, const char *name, int64_t theirs)
{
	int64_t	 ahead = time(NULL) - theirs;

	if (ahead <= SKEW && ahead >= -SKEW)
		return true;
	return check_report(k, false, "clock", "it is %lld seconds %s that of "
	    "%s. Set it by NTP: signatures of Stripe's events and second factors "
	    "depend on it", (long long)(ahead > 0 ? ahead : -ahead),
	    ahead > 0 ? "ahead of" : "behind", name);
}
