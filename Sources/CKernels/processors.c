#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>
#include <stdatomic.h>

int martlet_processor_count(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

static atomic_int level_limit = 3;

int martlet_kernel_level(void) {
    int level = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4"))
        level = __builtin_cpu_supports("avx512vbmi") ? 3 : 2;
    else if (__builtin_cpu_supports("x86-64-v3"))
        level = 1;
#endif
    int limit = atomic_load_explicit(&level_limit, memory_order_relaxed);
    return level < limit ? level : limit;
}

void martlet_limit_kernel_level(int level) {
    atomic_store_explicit(&level_limit, level, memory_order_relaxed);
}
