// Every C kernel of Martlet, in one header.
//
// C stands here only where a whole stage gains clearly over Swift. Each function is pure: no
// allocation, no globals, no errors; sizes are passed in and were checked by the caller.
#ifndef MARTLET_CKERNELS_H
#define MARTLET_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Asks for the cache line at `address`; a hint that never faults.
static inline void martlet_prefetch(const void *address) { __builtin_prefetch(address); }

/// Tells the processor that the caller is spinning.
static inline void martlet_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// Sleeps while `*word == expected`. Returns 0 when woken, or an errno value.
int martlet_futex_wait(const uint32_t *word, uint32_t expected);

/// Wakes up to `count` sleepers on `word`. Returns how many were woken.
int martlet_futex_wake(const uint32_t *word, int count);

#endif
