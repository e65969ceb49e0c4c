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

// MARK: Several outputs at once

// A row's packed gradients of four or eight outputs lie side by side, and so do the sums of a code:
// one load, addition and store serve all outputs.
typedef uint64_t four __attribute__((vector_size(32), aligned(32), may_alias));
typedef uint64_t eight __attribute__((vector_size(64), aligned(64), may_alias));
typedef uint64_t four_apart __attribute__((vector_size(32), aligned(8), may_alias));
typedef uint64_t eight_apart __attribute__((vector_size(64), aligned(8), may_alias));

#define DEFINE_ADD(NAME, LANES)                                                             \
    INLINE void NAME(const uint64_t *restrict words, size_t stride, const int64_t *restrict rows, \
                     size_t count, size_t column_count, int64_t *restrict sums) {           \
        const LANES *values = (const LANES *)rows;                                          \
        LANES *totals = (LANES *)sums;                                                      \
        for (size_t i = 0; i < count; i++) {                                                \
            uint64_t word = words[i * stride];                                              \
            LANES value = values[i];                                                        \
            _Pragma("clang loop unroll(full)") for (size_t k = 0; k < column_count; k++)    \
                totals[256 * k + ((word >> (8 * k)) & 255)] += value;                       \
        }                                                                                   \
    }

DEFINE_ADD(add_four, four)
DEFINE_ADD(add_eight, eight)

#define ADD_COLUMNS(ADD)                                                        \
    switch (column_count) {                                                     \
    case 8: ADD(words, stride, rows, count, 8, sums); break;                    \
    case 6: ADD(words, stride, rows, count, 6, sums); break;                    \
    case 4: ADD(words, stride, rows, count, 4, sums); break;                    \
    default: ADD(words, stride, rows, count, 2, sums);                          \
    }

INLINE void add_together(const uint64_t *words, size_t stride, const int64_t *rows, size_t lanes,
                         size_t count, size_t column_count, int64_t *sums) {
    if (lanes == 8) {
        ADD_COLUMNS(add_eight)
    } else {
        ADD_COLUMNS(add_four)
    }
}

// Lanes without an output repeat the last one; nobody reads their sums.
#define LANE(K) (values + ((K) < output_count ? (K) : output_count - 1) * stride)

INLINE void lay_four(const int64_t *restrict values, size_t stride, size_t output_count,
                     size_t count, int64_t *restrict rows) {
    for (size_t i = 0; i + 4 <= count; i += 4) {
        four_apart in[4];
        for (size_t k = 0; k < 4; k++) in[k] = *(const four_apart *)(LANE(k) + i);
        four_apart a = __builtin_shufflevector(in[0], in[1], 0, 4, 2, 6);
        four_apart b = __builtin_shufflevector(in[0], in[1], 1, 5, 3, 7);
        four_apart c = __builtin_shufflevector(in[2], in[3], 0, 4, 2, 6);
        four_apart d = __builtin_shufflevector(in[2], in[3], 1, 5, 3, 7);
        four *out = (four *)(rows + 4 * i);
        out[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
        out[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
        out[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
        out[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
    }
}

INLINE void lay_eight(const int64_t *restrict values, size_t stride, size_t output_count,
                      size_t count, int64_t *restrict rows) {
    for (size_t i = 0; i + 8 <= count; i += 8) {
        eight_apart in[8], pairs[8], fours[8];
        for (size_t k = 0; k < 8; k++) in[k] = *(const eight_apart *)(LANE(k) + i);
        for (int k = 0; k < 8; k += 2) {
            pairs[k] = __builtin_shufflevector(in[k], in[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
            pairs[k + 1] = __builtin_shufflevector(in[k], in[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
        }
        for (int k = 0; k < 8; k++) {
            // Of each pair of pairs first the even rows' lower halves, then the upper ones.
            int first = k / 4 * 4 + k % 2;
            fours[k] = k % 4 < 2 ? __builtin_shufflevector(pairs[first], pairs[first + 2], 0, 1, 8,
                                                           9, 4, 5, 12, 13)
                                 : __builtin_shufflevector(pairs[first], pairs[first + 2], 2, 3,
                                                           10, 11, 6, 7, 14, 15);
        }
        eight *out = (eight *)(rows + 8 * i);
        for (int k = 0; k < 4; k++) {
            out[k] = __builtin_shufflevector(fours[k], fours[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
            out[k + 4] = __builtin_shufflevector(fours[k], fours[k + 4], 4, 5, 6, 7, 12, 13, 14,
                                                 15);
        }
    }
}

INLINE void lay_together(const int64_t *values, size_t stride, size_t output_count, size_t lanes,
                         size_t count, int64_t *rows) {
    if (lanes == 8)
        lay_eight(values, stride, output_count, count, rows);
    else
        lay_four(values, stride, output_count, count, rows);
    for (size_t i = count / lanes * lanes; i < count; i++)
        for (size_t k = 0; k < lanes; k++) rows[i * lanes + k] = LANE(k)[i];
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

DEFINE(martlet_add_together, add_together,
       (const uint64_t *words, size_t stride, const int64_t *rows, size_t lanes, size_t count,
        size_t column_count, int64_t *sums),
       (words, stride, rows, lanes, count, column_count, sums))

DEFINE(martlet_lay_together, lay_together,
       (const int64_t *values, size_t stride, size_t output_count, size_t lanes, size_t count,
        int64_t *rows),
       (values, stride, output_count, lanes, count, rows))
