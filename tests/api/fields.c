/* What the contract says of values, on every route where their kind occurs. */
#include <criterion/criterion.h>

#include "call.h"
#include "sql.h"
