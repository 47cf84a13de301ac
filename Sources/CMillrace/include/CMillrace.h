// What the Swift language has no word for. Header-only, so that calls are inlined.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

// Asks the processor to bring the cache line at `address` close, for writing.
static inline void millrace_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

// Memory for a table, zeroed and aligned to cache lines; large tables on huge pages where the system
// allows it, because address translation is a good part of a cache miss. Ends the process when there
// is none, as Swift's own allocation does. Free with `free`.
static inline void *millrace_allocate_table(size_t bytes) {
    const size_t huge = (size_t)2 << 20;
    void *memory = NULL;
    if (posix_memalign(&memory, bytes >= huge ? huge : 64, bytes)) abort();
#ifdef __linux__
    if (bytes >= huge) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    memset(memory, 0, bytes);
    return memory;
}

// Makes every slot of a table empty.
static inline void millrace_clear_table(void *memory, size_t bytes) { memset(memory, 0, bytes); }

static inline void millrace_free_table(void *memory) { free(memory); }
