// What the Swift language has no word for. Header-only, so that calls are inlined.
#pragma once
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "millrace_crc32c.h"

// Asks the processor to bring the cache line at `address` close, for writing.
static inline void millrace_prefetch(const void *address) { __builtin_prefetch(address, 1, 3); }

// `bytes` of uninitialised memory at a multiple of `alignment` (a power of two), or NULL.
// For `free`.
static inline void *millrace_allocate_aligned(size_t bytes, size_t alignment) {
    void *block = NULL;
    return posix_memalign(&block, alignment, bytes) == 0 ? block : NULL;
}

// `bytes` of zeroed memory at a multiple of `alignment` (a power of two, at least a page), in huge
// pages where the system has them, or NULL. For `munmap`.
static inline void *millrace_map_huge(size_t bytes, size_t alignment) {
    char *mapped = (char *)mmap(
        NULL, bytes + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    if (mapped == MAP_FAILED) return NULL;
    char *block = (char *)(((uintptr_t)mapped + alignment - 1) & ~(uintptr_t)(alignment - 1));
    if (block > mapped) munmap(mapped, (size_t)(block - mapped));
    size_t behind = (size_t)(mapped + alignment - block);
    if (behind > 0) munmap(block + bytes, behind);
#ifdef MADV_HUGEPAGE
    madvise(block, bytes, MADV_HUGEPAGE);
#endif
    return block;
}

// Lets another thread go first.
static inline void millrace_yield(void) { sched_yield(); }

// What a new thread does, and with what.
struct millrace_thread_start {
    void (*body)(void *);
    void *argument;
};

static inline void *millrace_thread_main(void *start) {
    struct millrace_thread_start own = *(struct millrace_thread_start *)start;
    free(start);
    own.body(own.argument);
    return NULL;
}

// Calls `body(argument)` on a new thread that nobody waits for. Gives 0, or the system's error. The stack is
// as large everywhere as the main systems have it; some give new threads far less.
static inline int millrace_start_thread(void (*body)(void *), void *argument) {
    struct millrace_thread_start *start = (struct millrace_thread_start *)malloc(sizeof *start);
    if (start == NULL) return ENOMEM;
    start->body = body;
    start->argument = argument;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 8 << 20);
    int result = pthread_create(&thread, &attributes, millrace_thread_main, start);
    pthread_attr_destroy(&attributes);
    if (result != 0) free(start);
    return result;
}
