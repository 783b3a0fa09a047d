/* What a program gives up. */
#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include "sandbox.h"

#define MEMORY		((rlim_t)2 << 30)
#define FILES		256
#define CPU_SECONDS	1800	/* an import of some ten million rows */

#ifdef HAVE_SECCOMP
#include <linux/filter.h>
#include <linux/seccomp.h>

/* Made by sandbox_rules when the programs are built: putting the rules together
 * at each start would cost plain CGI more than the rest of it. */
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

static void
limit(int what, rlim_t most)
{
	struct rlimit	 l;

	if (getrlimit(what, &l) != 0)
		return;
	if (l.rlim_max == RLIM_INFINITY || l.rlim_max > most)
		l.rlim_max = most;
	l.rlim_cur = l.rlim_max;
	setrlimit(what, &l);
}

bool
sandbox_enter(bool stays, bool filter)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_NOFILE, FILES);
	if (!stays)
		limit(RLIMIT_CPU, CPU_SECONDS);
	if (!SANITIZED)
		limit(RLIMIT_AS, MEMORY);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return false;
	return SANITIZED || !filter || filter_calls();
}
