#include "CKernels.h"

#include <string.h>

// Results must have the same bits on every machine, so no multiply-add may be fused.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// MARK: Packing

// Adding 1.5 * 2^52 to a double leaves its rounded value in the low bits.
INLINE int64_t rounded(double value) {
    const double shifter = 6755399441055744.0;
    double shifted = value + shifter;
    int64_t bits, origin;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&origin, &shifter, sizeof origin);
    return bits - origin;
}

// Magnitudes order like the integers of their bits, and integers reduce in vectors.
INLINE int32_t magnitude_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x7fffffff;
}

INLINE void raise_to(float *max, int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    *max = value > *max ? value : *max;
}

INLINE void pack_unit(const float *restrict gradients, size_t count, double factor, int shift,
                      int64_t *restrict packed, int64_t *gradient_sum, float *gradient_max) {
    int64_t sum = 0;
    int32_t max = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t magnitude = magnitude_bits(gradients[i]);
        max = magnitude > max ? magnitude : max;
        int64_t quantum = rounded((double)gradients[i] * factor);
        sum += quantum;
        packed[i] = (int64_t)((uint64_t)quantum << shift) + 1;
    }
    *gradient_sum += sum;
    raise_to(gradient_max, max);
}

INLINE void pack_general(const float *restrict gradients, const float *restrict hessians,
                         size_t count, double gradient_factor, double hessian_factor, int shift,
                         uint32_t dither, int64_t *restrict packed, int64_t *gradient_sum,
                         int64_t *hessian_sum, float *gradient_max) {
    int64_t sum = 0, hessian = 0;
    int32_t max = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t magnitude = magnitude_bits(gradients[i]);
        max = magnitude > max ? magnitude : max;
        // Multiples of the golden ratio spread evenly, so rounding errors cancel out. The two
        // fields use different bits.
        uint32_t spread = (dither + (uint32_t)i) * 0x9E3779B9u;
        uint32_t other = spread * 0x85EBCA6Bu;
        double u = (double)(int32_t)(spread >> 1) * 0x1p-31 - 0.5;
        double v = (double)(int32_t)(other >> 1) * 0x1p-31 - 0.5;
        int64_t quantum = rounded((double)gradients[i] * gradient_factor + u);
        double weight = (double)hessians[i] * hessian_factor;
        int64_t curvature = rounded(weight + v);
        // Rounding half to even may turn 0 - 0.5 into 0 but never into -1.
        sum += quantum;
        hessian += curvature;
        packed[i] = (int64_t)((uint64_t)quantum << shift) + curvature;
    }
    *gradient_sum += sum;
    *hessian_sum += hessian;
    raise_to(gradient_max, max);
}

// MARK: Split search

INLINE double split_gain(double left_g, double left_h, const martlet_split_scan scan) {
    double right_g = scan.total_gradient - left_g, right_h = scan.total_hessian - left_h;
    double left_t = __builtin_fabs(left_g) - scan.lambda_l1;
    double right_t = __builtin_fabs(right_g) - scan.lambda_l1;
    left_t = left_t > 0 ? left_t : 0;
    right_t = right_t > 0 ? right_t : 0;
    double left_d = left_h + scan.lambda_l2, right_d = right_h + scan.lambda_l2;
    double gain = (left_t * left_t * right_d + right_t * right_t * left_d) / (left_d * right_d);
    int is_valid = (left_h >= scan.min_hessian) & (right_h >= scan.min_hessian);
    return is_valid ? gain : -1;
}

INLINE int64_t best_split(const double *restrict gradients, const double *restrict hessians,
                          size_t count, const martlet_split_scan *scan, double *restrict gains,
                          double *best_gain) {
    const martlet_split_scan node = *scan;
    // Gains are -1 or not negative, so they order like the integers of their bits.
    int64_t best = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        double gain = split_gain(gradients[i] + node.added_gradient,
                                 hessians[i] + node.added_hessian, node);
        int64_t bits;
        memcpy(&bits, &gain, sizeof bits);
        gains[i] = gain;
        best = bits > best ? bits : best;
    }
    if (best < 0) return -1;
    memcpy(best_gain, &best, sizeof best);
    for (size_t i = 0; i < count; i++)
        if (gains[i] == *best_gain) return (int64_t)i;
    return -1;
}

double martlet_split_gain(double gradient, double hessian, const martlet_split_scan *scan) {
    return split_gain(gradient + scan->added_gradient, hessian + scan->added_hessian, *scan);
}

#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4,prefer-256-bit")))
#define V3 __attribute__((target("arch=x86-64-v3")))

V4 static void pack_unit_v4(const float *gradients, size_t count, double factor, int shift,
                            int64_t *packed, int64_t *gradient_sum, float *gradient_max) {
    pack_unit(gradients, count, factor, shift, packed, gradient_sum, gradient_max);
}
V3 static void pack_unit_v3(const float *gradients, size_t count, double factor, int shift,
                            int64_t *packed, int64_t *gradient_sum, float *gradient_max) {
    pack_unit(gradients, count, factor, shift, packed, gradient_sum, gradient_max);
}
V4 static void pack_general_v4(const float *gradients, const float *hessians, size_t count,
                               double gradient_factor, double hessian_factor, int shift,
                               uint32_t dither, int64_t *packed, int64_t *gradient_sum,
                               int64_t *hessian_sum, float *gradient_max) {
    pack_general(gradients, hessians, count, gradient_factor, hessian_factor, shift, dither,
                 packed, gradient_sum, hessian_sum, gradient_max);
}
V3 static void pack_general_v3(const float *gradients, const float *hessians, size_t count,
                               double gradient_factor, double hessian_factor, int shift,
                               uint32_t dither, int64_t *packed, int64_t *gradient_sum,
                               int64_t *hessian_sum, float *gradient_max) {
    pack_general(gradients, hessians, count, gradient_factor, hessian_factor, shift, dither,
                 packed, gradient_sum, hessian_sum, gradient_max);
}
V4 static int64_t best_split_v4(const double *gradients, const double *hessians, size_t count,
                                const martlet_split_scan *scan, double *gains, double *best_gain) {
    return best_split(gradients, hessians, count, scan, gains, best_gain);
}
V3 static int64_t best_split_v3(const double *gradients, const double *hessians, size_t count,
                                const martlet_split_scan *scan, double *gains, double *best_gain) {
    return best_split(gradients, hessians, count, scan, gains, best_gain);
}
#endif

void martlet_pack_unit(const float *gradients, size_t count, double factor, int shift,
                       int64_t *packed, int64_t *gradient_sum, float *gradient_max) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return pack_unit_v4(gradients, count, factor, shift, packed, gradient_sum, gradient_max);
    if (martlet_kernel_level() >= 1)
        return pack_unit_v3(gradients, count, factor, shift, packed, gradient_sum, gradient_max);
#endif
    pack_unit(gradients, count, factor, shift, packed, gradient_sum, gradient_max);
}

void martlet_pack_general(const float *gradients, const float *hessians, size_t count,
                          double gradient_factor, double hessian_factor, int shift,
                          uint32_t dither, int64_t *packed, int64_t *gradient_sum,
                          int64_t *hessian_sum, float *gradient_max) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return pack_general_v4(gradients, hessians, count, gradient_factor, hessian_factor, shift,
                               dither, packed, gradient_sum, hessian_sum, gradient_max);
    if (martlet_kernel_level() >= 1)
        return pack_general_v3(gradients, hessians, count, gradient_factor, hessian_factor, shift,
                               dither, packed, gradient_sum, hessian_sum, gradient_max);
#endif
    pack_general(gradients, hessians, count, gradient_factor, hessian_factor, shift, dither,
                 packed, gradient_sum, hessian_sum, gradient_max);
}

int64_t martlet_best_split(const double *gradients, const double *hessians, size_t count,
                           const martlet_split_scan *scan, double *gains, double *best_gain) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return best_split_v4(gradients, hessians, count, scan, gains, best_gain);
    if (martlet_kernel_level() >= 1)
        return best_split_v3(gradients, hessians, count, scan, gains, best_gain);
#endif
    return best_split(gradients, hessians, count, scan, gains, best_gain);
}
