#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations can be counted here: only where the C library is glibc.
bool process_can_count_allocations(void);

/// Starts counting the process's allocations, on all its threads, from zero.
void process_start_counting_allocations(void);

/// Stops counting, and gives how often memory was asked for since counting began.
uint64_t process_stop_counting_allocations(void);

/// Nanoseconds on a clock that all processes of the machine share.
uint64_t process_clock_nanos(void);

#endif
