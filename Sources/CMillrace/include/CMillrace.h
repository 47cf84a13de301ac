// What the Swift language has no word for. Header-only, so that calls are inlined.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Asks the processor to bring the cache line at `address` close, for writing.
static inline void millrace_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }
