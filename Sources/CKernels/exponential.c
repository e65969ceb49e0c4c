#include "CKernels.h"
#include "exponential.h"

// Results must have the same bits on every machine, so no multiply-add may be fused.
#pragma STDC FP_CONTRACT OFF

double martlet_exp(double x) { return exponential(x); }

double martlet_log(double x) {
    if (x != x || x < 0) return bits_to_double(0x7ff8000000000000u);
    if (x == 0) return bits_to_double(0xfff0000000000000u);
    uint64_t bits = double_to_bits(x);
    if (bits == 0x7ff0000000000000u) return x;
    double scale = 0;
    if (bits < 0x0010000000000000u) {
        bits = double_to_bits(x * 18014398509481984.0);
        scale = -54;
    }
    double e = scale + (double)((int64_t)(bits >> 52) - 1023);
    double m = bits_to_double((bits & 0x000fffffffffffffu) | 0x3ff0000000000000u);
    if (m > 1.41421356237309504880) {
        m = m * 0.5;
        e = e + 1;
    }
    return logarithm_of_parts(m, e);
}

static inline __attribute__((always_inline)) void sigmoid(const double *scores, size_t count,
                                                          double *result) {
    INTERLEAVED for (size_t i = 0; i < count; i++)
        result[i] = 1.0 / (1.0 + exponential(-scores[i]));
}

// Gradient (p - y) * w and hessian p * (1 - p) * w.
static inline __attribute__((always_inline)) void logistic_gradients(
    const double *restrict scores, const float *restrict labels, const float *restrict weights,
    size_t count, float negative_weight, float positive_weight, float *restrict gradients,
    float *restrict hessians) {
    INTERLEAVED for (size_t i = 0; i < count; i++) {
        double p = 1.0 / (1.0 + exponential(-scores[i]));
        float weight = labels[i] > 0 ? positive_weight : negative_weight;
        gradients[i] = (float)(p - (double)labels[i]) * weight;
        hessians[i] = (float)(p * (1.0 - p)) * weight;
    }
    if (weights)
        for (size_t i = 0; i < count; i++) {
            gradients[i] *= weights[i];
            hessians[i] *= weights[i];
        }
}

#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
#define V3 __attribute__((target("arch=x86-64-v3")))

V4 static void sigmoid_v4(const double *scores, size_t count, double *result) {
    sigmoid(scores, count, result);
}
V3 static void sigmoid_v3(const double *scores, size_t count, double *result) {
    sigmoid(scores, count, result);
}
V4 static void logistic_gradients_v4(const double *scores, const float *labels,
                                     const float *weights, size_t count, float negative_weight,
                                     float positive_weight, float *gradients, float *hessians) {
    logistic_gradients(scores, labels, weights, count, negative_weight, positive_weight, gradients,
                       hessians);
}
V3 static void logistic_gradients_v3(const double *scores, const float *labels,
                                     const float *weights, size_t count, float negative_weight,
                                     float positive_weight, float *gradients, float *hessians) {
    logistic_gradients(scores, labels, weights, count, negative_weight, positive_weight, gradients,
                       hessians);
}
#endif

void martlet_sigmoid(const double *scores, size_t count, double *result) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) return sigmoid_v4(scores, count, result);
    if (martlet_kernel_level() >= 1) return sigmoid_v3(scores, count, result);
#endif
    sigmoid(scores, count, result);
}

void martlet_logistic_gradients(const double *scores, const float *labels, const float *weights,
                                size_t count, float negative_weight, float positive_weight,
                                float *gradients, float *hessians) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return logistic_gradients_v4(scores, labels, weights, count, negative_weight,
                                     positive_weight, gradients, hessians);
    if (martlet_kernel_level() >= 1)
        return logistic_gradients_v3(scores, labels, weights, count, negative_weight,
                                     positive_weight, gradients, hessians);
#endif
    logistic_gradients(scores, labels, weights, count, negative_weight, positive_weight, gradients,
                       hessians);
}
