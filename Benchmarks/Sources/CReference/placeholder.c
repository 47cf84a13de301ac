#include "CReference.h"
reference_result reference_w1(uint64_t events) { reference_result r = {0,0,0}; return r; }
