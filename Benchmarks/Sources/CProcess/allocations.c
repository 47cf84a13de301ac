#include "CProcess.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__GLIBC__)

// The program's own definitions take the place of the library's for everything that is linked
// dynamically, the Swift runtime included; glibc documents this ("Replacing malloc"). Memory still
// comes from glibc, so its free() and malloc_usable_size() need no replacement.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_bool counting;
static atomic_uint_fast64_t allocations;

static inline void count_one(void) {
    if (atomic_load_explicit(&counting, memory_order_relaxed))
        atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
}

void *malloc(size_t size) {
    count_one();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    count_one();
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    count_one();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count_one();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count_one();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    count_one();
    void *made = __libc_memalign(alignment, size);
    if (made == NULL) return ENOMEM;
    *memory = made;
    return 0;
}

bool process_can_count_allocations(void) { return true; }

void process_start_counting_allocations(void) {
    atomic_store(&allocations, 0);
    atomic_store(&counting, true);
}

uint64_t process_stop_counting_allocations(void) {
    atomic_store(&counting, false);
    return atomic_load(&allocations);
}

#else

bool process_can_count_allocations(void) { return false; }
void process_start_counting_allocations(void) {}
uint64_t process_stop_counting_allocations(void) { return 0; }

#endif
