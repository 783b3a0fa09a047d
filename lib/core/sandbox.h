/* What a program gives up before it reads a request. */
#ifndef CORE_SANDBOX_H
#define CORE_SANDBOX_H

#include "base.h"

/* The sanitizers reserve terabytes, and call what nobody else needs. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED	1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED	0
#endif

/*
 * For good: no core dumps, no new privileges, limits for memory, files and, for
 * a process that serves one request, CPU time; and with filter, no system calls
 * but those that sandbox_rules.c names.  Limits that cannot be set are left:
 * the web server's own may be lower.  False when the filter was refused.
 */
bool	 sandbox_enter(bool stays, bool filter);

#endif
