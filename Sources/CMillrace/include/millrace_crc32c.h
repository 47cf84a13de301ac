// CRC-32C by the processor's own instruction, where it has one. Header-only.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#define MILLRACE_CRC32C_TARGET __attribute__((target("sse4.2")))
#define MILLRACE_CRC32C_WORD(crc, word) \
    ((uint32_t)__builtin_ia32_crc32di((uint64_t)(crc), (word)))
#define MILLRACE_CRC32C_BYTE(crc, byte) __builtin_ia32_crc32qi((crc), (byte))
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#define MILLRACE_CRC32C_TARGET
#define MILLRACE_CRC32C_WORD(crc, word) __builtin_arm_crc32cd((crc), (word))
#define MILLRACE_CRC32C_BYTE(crc, byte) __builtin_arm_crc32cb((crc), (byte))
#endif

// Whether `millrace_crc32c_step` may be called on this processor.
static inline bool millrace_crc32c_is_accelerated(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#elif defined(MILLRACE_CRC32C_WORD)
    return true;
#else
    return false;
#endif
}

// The state of the checksum after `count` more bytes. The caller inverts it before the first step and
// after the last one.
#if defined(MILLRACE_CRC32C_WORD)
MILLRACE_CRC32C_TARGET
static inline uint32_t millrace_crc32c_step(uint32_t state, const void *bytes, size_t count) {
    const unsigned char *next = (const unsigned char *)bytes;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        state = MILLRACE_CRC32C_WORD(state, word);
    }
    for (; count > 0; count--, next++) state = MILLRACE_CRC32C_BYTE(state, *next);
    return state;
}
#else
static inline uint32_t millrace_crc32c_step(uint32_t state, const void *bytes, size_t count) {
    (void)bytes, (void)count;
    return state;
}
#endif
