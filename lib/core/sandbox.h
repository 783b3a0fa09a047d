/* Restrictions that a process puts on itself before it reads a request. */
#ifndef CORE_SANDBOX_H
#define CORE_SANDBOX_H

#include "base.h"

/*
 * Built with AddressSanitizer?  It reserves terabytes of address space and
 * makes system calls that nothing else needs.
 */
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
 * Restrict the process for the rest of its life: no core dumps, no new
 * privileges, limits on memory and open files.  A process that serves a single
 * request (not persistent) gets a limit on CPU time too.  With filter, only the
 * system calls listed in sandbox_rules.c are allowed.
 *
 * A limit that cannot be set is ignored, because the web server may have set a
 * lower one.  Return false if the kernel refused no_new_privs or the filter.
 */
bool	 sandbox_enter(bool persistent, bool filter);

#endif
