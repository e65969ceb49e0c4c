#include "CKernels.h"
#include "exponential.h"

// Results must have the same bits on every machine, so no multiply-add may be fused.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// A score may run away where labels are extreme; sums of what follows must stay finite.
#define EXPONENT_MAX 80.0
#define VALUE_MAX 1e37

INLINE double bounded_exp(double x) { return exponential(x > EXPONENT_MAX ? EXPONENT_MAX : x); }

INLINE float bounded(double value) {
    value = value > VALUE_MAX ? VALUE_MAX : value;
    return (float)(value < -VALUE_MAX ? -VALUE_MAX : value);
}

// The statements for each row, with its `weight`. A loop of its own where there are no weights:
// one loop with loads from a null pointer masked out measured five times slower.
#define OVER_ROWS(...)                                      \
    if (weights)                                            \
        INTERLEAVED for (size_t i = 0; i < count; i++) {    \
            const double weight = weights[i];               \
            __VA_ARGS__                                     \
        }                                                   \
    else                                                    \
        INTERLEAVED for (size_t i = 0; i < count; i++) {    \
            const double weight = 1.0;                      \
            __VA_ARGS__                                     \
        }

INLINE void poisson(const double *restrict scores, const float *restrict labels,
                    const float *restrict weights, size_t count, double hessian_factor,
                    float *restrict gradients, float *restrict hessians) {
    OVER_ROWS(
        double mean = bounded_exp(scores[i]);
        gradients[i] = bounded((mean - (double)labels[i]) * weight);
        hessians[i] = bounded(mean * hessian_factor * weight);
    )
}

INLINE void gamma_loss(const double *restrict scores, const float *restrict labels,
                       const float *restrict weights, size_t count, float *restrict gradients,
                       float *restrict hessians) {
    OVER_ROWS(
        double ratio = (double)labels[i] * bounded_exp(-scores[i]);
        gradients[i] = bounded((1.0 - ratio) * weight);
        hessians[i] = bounded(ratio * weight);
    )
}

INLINE void tweedie(const double *restrict scores, const float *restrict labels,
                    const float *restrict weights, size_t count, double power,
                    float *restrict gradients, float *restrict hessians) {
    const double first = 1.0 - power, second = 2.0 - power;
    OVER_ROWS(
        double a = (double)labels[i] * bounded_exp(first * scores[i]);
        double b = bounded_exp(second * scores[i]);
        gradients[i] = bounded((b - a) * weight);
        hessians[i] = bounded((second * b - first * a) * weight);
    )
}

INLINE void log_sum_exp(const double *restrict scores, size_t stride, size_t output_count,
                        size_t count, double *restrict result) {
    // Blocks stay in the first-level cache over the passes.
    enum { BLOCK = 256 };
    double largest[BLOCK], sums[BLOCK];
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t rows = count - start < BLOCK ? count - start : BLOCK;
        for (size_t i = 0; i < rows; i++) {
            largest[i] = scores[start + i];
            sums[i] = 0;
        }
        for (size_t k = 1; k < output_count; k++)
            for (size_t i = 0; i < rows; i++) {
                double score = scores[k * stride + start + i];
                largest[i] = score > largest[i] ? score : largest[i];
            }
        for (size_t k = 0; k < output_count; k++)
            INTERLEAVED for (size_t i = 0; i < rows; i++)
                sums[i] += exponential(scores[k * stride + start + i] - largest[i]);
        // The largest score has put 1 into each sum.
        INTERLEAVED for (size_t i = 0; i < rows; i++)
            result[start + i] = largest[i] + logarithm_of_normal(sums[i]);
    }
}

INLINE void softmax(const double *restrict scores, const double *restrict log_sums,
                    const float *restrict labels, const float *restrict weights, size_t count,
                    float class_label, double hessian_factor, float *restrict gradients,
                    float *restrict hessians) {
    OVER_ROWS(
        double p = exponential(scores[i] - log_sums[i]);
        // Rounding may leave a little more than 1.
        p = p > 1.0 ? 1.0 : p;
        gradients[i] = (float)((labels[i] == class_label ? p - 1.0 : p) * weight);
        hessians[i] = (float)(hessian_factor * p * (1.0 - p) * weight);
    )
}

INLINE void exp_all(const double *scores, size_t count, double *result) {
    INTERLEAVED for (size_t i = 0; i < count; i++) result[i] = exponential(scores[i]);
}

// One kernel for each level of instructions; the processor decides.
#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4,no-prefer-256-bit")))
#define V3 __attribute__((target("arch=x86-64-v3")))
#define DEFINE(NAME, BODY, PARAMETERS, ARGUMENTS)                             \
    V4 static void BODY##_v4 PARAMETERS { BODY ARGUMENTS; }                   \
    V3 static void BODY##_v3 PARAMETERS { BODY ARGUMENTS; }                   \
    void NAME PARAMETERS {                                                    \
        if (martlet_kernel_level() >= 2) return BODY##_v4 ARGUMENTS;  \
        if (martlet_kernel_level() >= 1) return BODY##_v3 ARGUMENTS;  \
        BODY ARGUMENTS;                                                       \
    }
#else
#define DEFINE(NAME, BODY, PARAMETERS, ARGUMENTS) \
    void NAME PARAMETERS { BODY ARGUMENTS; }
#endif

DEFINE(martlet_poisson_gradients, poisson,
       (const double *scores, const float *labels, const float *weights, size_t count,
        double hessian_factor, float *gradients, float *hessians),
       (scores, labels, weights, count, hessian_factor, gradients, hessians))

DEFINE(martlet_gamma_gradients, gamma_loss,
       (const double *scores, const float *labels, const float *weights, size_t count,
        float *gradients, float *hessians),
       (scores, labels, weights, count, gradients, hessians))

DEFINE(martlet_tweedie_gradients, tweedie,
       (const double *scores, const float *labels, const float *weights, size_t count,
        double power, float *gradients, float *hessians),
       (scores, labels, weights, count, power, gradients, hessians))

DEFINE(martlet_log_sum_exp, log_sum_exp,
       (const double *scores, size_t stride, size_t output_count, size_t count, double *result),
       (scores, stride, output_count, count, result))

DEFINE(martlet_softmax_gradients, softmax,
       (const double *scores, const double *log_sums, const float *labels, const float *weights,
        size_t count, float class_label, double hessian_factor, float *gradients,
        float *hessians),
       (scores, log_sums, labels, weights, count, class_label, hessian_factor, gradients,
        hessians))

DEFINE(martlet_exp_all, exp_all, (const double *scores, size_t count, double *result),
       (scores, count, result))
