// The deterministic events of the workloads; the same arithmetic as `Draw` in Swift.
#pragma once
#include <stdint.h>
#include <time.h>

#define GOLDEN 0x9E3779B97F4A7C15ULL
#define BASE 1700000000000LL

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}
static inline uint64_t draw(uint64_t seed, uint64_t i) { return mix(seed + (i + 1) * GOLDEN); }
static inline uint64_t key_of(uint64_t r, uint64_t n) { return ((r >> 32) * n) >> 32; }
static inline int64_t amount_of(uint64_t r) { return (int64_t)(((r & 0xFFFF) * 10000) >> 16) + 1; }
static inline int64_t jitter_of(uint64_t r) { return (int64_t)((((r >> 16) & 0x3FF) * 1000) >> 10); }
static inline uint64_t zipf_of(uint64_t r) {
    double u = (double)(r >> 11) * 0x1p-53, t = 1.0 - u * (1.0 - 0.31622776601683794);
    double t2 = t * t, t4 = t2 * t2, t8 = t4 * t4;
    double rank = 1.0 / (t8 * t2);
    uint64_t place = rank > 100000 ? 100000 : (uint64_t)rank;
    return ((place - 1) * 48271ULL) % 100000ULL;
}
static inline uint64_t row4(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    return mix(mix(mix(mix(a) ^ b) ^ c) ^ d);
}
static inline double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
