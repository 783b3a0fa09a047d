/* Included by every header: basic types, a few macros, banned functions. */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banned.h"

#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

/* Argument f is a printf() format, its values begin at argument a. */
#define PRINTF(f, a)	__attribute__((format(printf, f, a)))

/* The compiler warns about a caller that ignores the result. */
#define MUST_USE	__attribute__((warn_unused_result))

#endif
