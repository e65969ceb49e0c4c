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

// MARK: Binning

/// For each value the number of bounds below it, or `missing_bin` for NaN.
/// bounds: (2^step_count - 1), ascending, padded with infinity. bins: (count).
void martlet_bin_values(const double *values, size_t count, const double *bounds, int step_count,
                        uint16_t missing_bin, uint16_t *bins);

// MARK: Exponential and logarithm

/// e to the x, relative error below 1e-15, with the same bits on every machine. The argument is
/// clamped to [-708, 709]; NaN stays NaN.
double martlet_exp(double x);

/// The natural logarithm, relative error below 1e-15, with the same bits on every machine.
double martlet_log(double x);

/// 1 / (1 + e^-score) of each. result: (count), may be `scores`.
void martlet_sigmoid(const double *scores, size_t count, double *result);

/// Derivatives of the cross entropy with respect to log-odds. labels: 0 or 1. weights: (count) or
/// NULL for 1. All others: (count).
void martlet_logistic_gradients(const double *scores, const float *labels, const float *weights,
                                size_t count, float negative_weight, float positive_weight,
                                float *gradients, float *hessians);

#endif
