#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>

int martlet_processor_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
