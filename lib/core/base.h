/* What every room may use: array lengths and the calls that nobody may use. */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banned.h"

#define ARRAY_LEN(a)	(sizeof(a) / sizeof((a)[0]))

#define PRINTF(f, a)	__attribute__((format(printf, f, a)))
#define MUST_USE	__attribute__((warn_unused_result))

#endif
