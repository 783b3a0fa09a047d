/* Shared by the harnesses: the entry point, and requests from memory. */
#ifndef FUZZ_H
#define FUZZ_H

#include "core/arena.h"
#include "unit/fake.h"

/*
 * Called by libFuzzer with each input of n bytes.  Return 0; abort() reports a
 * failure.
 */
int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t n);

#endif
