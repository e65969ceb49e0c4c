#include "CKernels.h"

#include <string.h>

// Results must have the same bits on every machine, so no multiply-add may be fused.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// Sums are of integers that wrap, so that every variant gives the same; those that become doubles
// are below 2^53, hence exact.

INLINE void carry_packed(const int64_t *restrict packed, size_t count, int shift, int64_t step,
                         int64_t *restrict sums) {
    const uint64_t mask = ((uint64_t)1 << shift) - 1, moved = (uint64_t)step << shift;
    for (size_t i = 0; i < count; i++) {
        uint64_t value = (uint64_t)packed[i];
        sums[i] = (int64_t)((uint64_t)sums[i] + value + moved * (value & mask));
    }
}

INLINE void carry_split(const int64_t *restrict first, const int64_t *restrict second,
                        size_t count, int shift, int64_t step, int64_t *restrict gradients,
                        int64_t *restrict hessians) {
    const int64_t mask = ((int64_t)1 << shift) - 1;
    if (second)
        for (size_t i = 0; i < count; i++) {
            gradients[i] += first[i] + step * second[i];
            hessians[i] += second[i];
        }
    else
        for (size_t i = 0; i < count; i++) {
            int64_t rows = first[i] & mask;
            gradients[i] += (first[i] >> shift) + step * rows;
            hessians[i] += rows;
        }
}

INLINE void unpack(const int64_t *packed, size_t count, int shift, int64_t *gradients,
                   int64_t *hessians) {
    const int64_t mask = ((int64_t)1 << shift) - 1;
    for (size_t i = 0; i < count; i++) {
        int64_t value = packed[i];
        hessians[i] = value & mask;
        gradients[i] = value >> shift;
    }
}

// The same of packed sums, one addition for both. Sums stand as integers where they then become
// doubles.
INLINE void scan_packed(const int64_t *restrict packed, size_t count, int shift,
                        double gradient_scale, double hessian_scale,
                        double *restrict gradient_sums, double *restrict hessian_sums) {
    const int64_t mask = ((int64_t)1 << shift) - 1;
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += (uint64_t)packed[i];
        memcpy(gradient_sums + i, &total, sizeof total);
    }
    for (size_t i = 0; i < count; i++) {
        int64_t sum;
        memcpy(&sum, gradient_sums + i, sizeof sum);
        gradient_sums[i] = (double)(sum >> shift) * gradient_scale;
        hessian_sums[i] = (double)(sum & mask) * hessian_scale;
    }
}

INLINE void scan_sums(const int64_t *restrict gradients, const int64_t *restrict hessians,
                      size_t count, double gradient_scale, double hessian_scale,
                      double *restrict gradient_sums, double *restrict hessian_sums) {
    int64_t gradient = 0, hessian = 0;
    for (size_t i = 0; i < count; i++) {
        gradient += gradients[i];
        hessian += hessians[i];
        memcpy(gradient_sums + i, &gradient, sizeof gradient);
        memcpy(hessian_sums + i, &hessian, sizeof hessian);
    }
    for (size_t i = 0; i < count; i++) {
        int64_t sum;
        memcpy(&sum, gradient_sums + i, sizeof sum);
        gradient_sums[i] = (double)sum * gradient_scale;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t sum;
        memcpy(&sum, hessian_sums + i, sizeof sum);
        hessian_sums[i] = (double)sum * hessian_scale;
    }
}

// One kernel for each level of instructions; the processor decides.
#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4,prefer-256-bit")))
#define V3 __attribute__((target("arch=x86-64-v3")))
#define DEFINE(NAME, BODY, PARAMETERS, ARGUMENTS)                    \
    V4 static void BODY##_v4 PARAMETERS { BODY ARGUMENTS; }          \
    V3 static void BODY##_v3 PARAMETERS { BODY ARGUMENTS; }          \
    void NAME PARAMETERS {                                           \
        if (martlet_kernel_level() >= 2) return BODY##_v4 ARGUMENTS; \
        if (martlet_kernel_level() >= 1) return BODY##_v3 ARGUMENTS; \
        BODY ARGUMENTS;                                              \
    }
#else
#define DEFINE(NAME, BODY, PARAMETERS, ARGUMENTS) \
    void NAME PARAMETERS { BODY ARGUMENTS; }
#endif

DEFINE(martlet_carry_packed, carry_packed,
       (const int64_t *packed, size_t count, int shift, int64_t step, int64_t *sums),
       (packed, count, shift, step, sums))

DEFINE(martlet_carry_split, carry_split,
       (const int64_t *first, const int64_t *second, size_t count, int shift, int64_t step,
        int64_t *gradients, int64_t *hessians),
       (first, second, count, shift, step, gradients, hessians))

DEFINE(martlet_unpack, unpack,
       (const int64_t *packed, size_t count, int shift, int64_t *gradients, int64_t *hessians),
       (packed, count, shift, gradients, hessians))

DEFINE(martlet_scan_packed, scan_packed,
       (const int64_t *packed, size_t count, int shift, double gradient_scale,
        double hessian_scale, double *gradient_sums, double *hessian_sums),
       (packed, count, shift, gradient_scale, hessian_scale, gradient_sums, hessian_sums))

DEFINE(martlet_scan_sums, scan_sums,
       (const int64_t *gradients, const int64_t *hessians, size_t count, double gradient_scale,
        double hessian_scale, double *gradient_sums, double *hessian_sums),
       (gradients, hessians, count, gradient_scale, hessian_scale, gradient_sums, hessian_sums))
