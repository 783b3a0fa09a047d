/* What the harnesses share: the entry point, and a request from memory. */
#ifndef FUZZ_H
#define FUZZ_H

#include "core/arena.h"
#include "unit/fake.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#endif
