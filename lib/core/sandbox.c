/*
 * Resource limits, and the system call filter (seccomp(2)).  The rules of the
 * filter are in sandbox_rules.c.
 */
#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "sandbox.h"

#define MEMORY		((rlim_t)2 << 30)
#define FILES		256
#define CPU_SECONDS	1800	/* enough to import ten million rows */

#ifdef HAVE_SECCOMP
#include <linux/filter.h>
#include <linux/seccomp.h>

/* sandbox_rules generates this at build time: computing the rules at each start
 * would cost a plain CGI process more than everything else it does. */
static struct sock_filter rules[] = {
#include "sandbox_filter.h"
};

static bool
filter_calls(void)
{
	const struct sock_fprog	 program = {
		.len = ARRAY_LEN(rules), .filter = rules
	};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
#else
static bool
filter_calls(void)
{
	return true;
}
#endif

/* Lower a limit to max, if it is not lower already. */
static void
limit(int resource, rlim_t max)
{
	struct rlimit	 l;

	if (getrlimit(resource, &l) != 0)
		return;
	if (l.rlim_max == RLIM_INFINITY || l.rlim_max > max)
		l.rlim_max = max;
	l.rlim_cur = l.rlim_max;
	setrlimit(resource, &l);
}

bool
sandbox_enter(bool persistent, bool filter)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, FILES);
	if (!persistent)
		limit(RLIMIT_CPU, CPU_SECONDS);
	if (!SANITIZED)
		limit(RLIMIT_AS, MEMORY);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return SANITIZED || !filter || filter_calls();
}
