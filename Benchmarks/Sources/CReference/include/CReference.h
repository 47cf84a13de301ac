#pragma once
#include <stdint.h>

// What a hand-written loop makes of a workload.
typedef struct {
    uint64_t checksum;
    uint64_t rows;
    double seconds;
} reference_result;

reference_result reference_w1(uint64_t events);
