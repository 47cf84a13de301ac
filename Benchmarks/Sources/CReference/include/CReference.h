#pragma once
#include <stdint.h>

// What a hand-written single-threaded loop makes of a workload: the yardstick of one core.
typedef struct {
    uint64_t checksum;
    uint64_t rows;
    double seconds;
} reference_result;

// `name` is w1, w1z, w2, w3 or w4.
reference_result reference_run(const char *name, uint64_t events);
// w5: newline-delimited JSON from a file.
reference_result reference_run_file(const char *path, uint64_t events);
// Writes the input of w5; returns 0 when done.
int reference_write_json(const char *path, uint64_t events, int iso);
// The greatest amount of memory that the process has had, in megabytes.
double reference_peak_megabytes(void);
