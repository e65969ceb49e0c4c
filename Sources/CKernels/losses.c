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

// Rows whose sums stay in the first-level cache over the passes of a softmax.
enum { SOFTMAX_ROWS = 256 };

INLINE void largest_scores(const double *restrict scores, size_t stride, size_t output_count,
                           size_t rows, double *restrict largest) {
    for (size_t i = 0; i < rows; i++) largest[i] = scores[i];
    for (size_t k = 1; k < output_count; k++)
        for (size_t i = 0; i < rows; i++) {
            double score = scores[k * stride + i];
            largest[i] = score > largest[i] ? score : largest[i];
        }
}

// The largest score has put 1 into each sum, so that no share is above 1.
INLINE void write_softmax_state(const double *restrict largest, double *restrict sums,
                                size_t rows, double *restrict state) {
    for (size_t i = 0; i < rows; i++) {
        double inverse = 1.0 / sums[i];
        sums[i] = inverse;
        state[2 * i] = largest[i];
        state[2 * i + 1] = inverse;
    }
}

INLINE void prepare_softmax(const double *restrict scores, size_t stride, size_t output_count,
                            size_t count, double *restrict state) {
    double largest[SOFTMAX_ROWS], sums[SOFTMAX_ROWS];
    for (size_t start = 0; start < count; start += SOFTMAX_ROWS) {
        size_t rows = count - start < SOFTMAX_ROWS ? count - start : SOFTMAX_ROWS;
        largest_scores(scores + start, stride, output_count, rows, largest);
        for (size_t i = 0; i < rows; i++) sums[i] = 0;
        for (size_t k = 0; k < output_count; k++)
            INTERLEAVED for (size_t i = 0; i < rows; i++)
                sums[i] += exponential(scores[k * stride + start + i] - largest[i]);
        write_softmax_state(largest, sums, rows, state + 2 * start);
    }
}

#define SOFTMAX_ROW(SHARE)                                                              \
    double p = (SHARE);                                                                 \
    gradients[i] = (float)((labels[i] == class_label ? p - 1.0 : p) * weight);          \
    hessians[i] = (float)(hessian_factor * p * (1.0 - p) * weight);

INLINE void softmax(const double *restrict scores, const double *restrict state,
                    const float *restrict labels, const float *restrict weights, size_t count,
                    float class_label, double hessian_factor, float *restrict gradients,
                    float *restrict hessians) {
    OVER_ROWS(SOFTMAX_ROW(exponential(scores[i] - state[2 * i]) * state[2 * i + 1]))
}

INLINE void shares(const double *restrict exponentials, const double *restrict inverses,
                   const float *restrict labels, const float *restrict weights, size_t count,
                   float class_label, double hessian_factor, float *restrict gradients,
                   float *restrict hessians) {
    OVER_ROWS(SOFTMAX_ROW(exponentials[i] * inverses[i]))
}

INLINE void all_softmax(const double *restrict scores, size_t stride, size_t output_count,
                        const float *restrict labels, const float *restrict weights, size_t count,
                        double hessian_factor, double *restrict state, float *restrict gradients,
                        float *restrict hessians) {
    double largest[SOFTMAX_ROWS], sums[SOFTMAX_ROWS],
        exponentials[MARTLET_OUTPUTS_TOGETHER * SOFTMAX_ROWS];
    for (size_t start = 0; start < count; start += SOFTMAX_ROWS) {
        size_t rows = count - start < SOFTMAX_ROWS ? count - start : SOFTMAX_ROWS;
        largest_scores(scores + start, stride, output_count, rows, largest);
        for (size_t i = 0; i < rows; i++) sums[i] = 0;
        for (size_t k = 0; k < output_count; k++)
            INTERLEAVED for (size_t i = 0; i < rows; i++) {
                double e = exponential(scores[k * stride + start + i] - largest[i]);
                exponentials[k * rows + i] = e;
                sums[i] += e;
            }
        write_softmax_state(largest, sums, rows, state + 2 * start);
        for (size_t k = 0; k < output_count; k++)
            shares(exponentials + k * rows, sums, labels + start, weights ? weights + start : 0,
                   rows, (float)k, hessian_factor, gradients + k * count + start,
                   hessians + k * count + start);
    }
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

DEFINE(martlet_prepare_softmax, prepare_softmax,
       (const double *scores, size_t stride, size_t output_count, size_t count, double *state),
       (scores, stride, output_count, count, state))

DEFINE(martlet_softmax_gradients, softmax,
       (const double *scores, const double *state, const float *labels, const float *weights,
        size_t count, float class_label, double hessian_factor, float *gradients,
        float *hessians),
       (scores, state, labels, weights, count, class_label, hessian_factor, gradients, hessians))

DEFINE(martlet_all_softmax_gradients, all_softmax,
       (const double *scores, size_t stride, size_t output_count, const float *labels,
        const float *weights, size_t count, double hessian_factor, double *state,
        float *gradients, float *hessians),
       (scores, stride, output_count, labels, weights, count, hessian_factor, state, gradients,
        hessians))

DEFINE(martlet_exp_all, exp_all, (const double *scores, size_t count, double *result),
       (scores, count, result))
