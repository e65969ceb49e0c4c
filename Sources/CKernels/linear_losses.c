// Losses of linear scores with their derivatives, many rows at once.
#include "CKernels.h"
#include "exponential.h"

// Results must have the same bits on every machine, so no multiply-add may be fused.
#pragma STDC FP_CONTRACT OFF

// The curvature of a row is at least this: its working response must be finite.
#define CURVATURE_MIN 1e-12

static inline __attribute__((always_inline)) void logistic_terms(
    const double *restrict scores, const double *restrict targets, size_t count,
    double *restrict losses, double *restrict slopes, double *restrict curvatures) {
    for (size_t i = 0; i < count; i++) {
        double score = scores[i];
        double positive = score > 0 ? score : 0;
        double e = exponential(score > 0 ? -score : score);
        double p = (score >= 0 ? 1 : e) / (1 + e);
        losses[i] = positive + logarithm_to_two(1 + e) - targets[i] * score;
        slopes[i] = targets[i] - p;
        double curvature = p * (1 - p);
        curvatures[i] = curvature > CURVATURE_MIN ? curvature : CURVATURE_MIN;
    }
}

static inline __attribute__((always_inline)) void poisson_terms(
    const double *restrict scores, const double *restrict targets, size_t count,
    double *restrict losses, double *restrict slopes, double *restrict curvatures) {
    for (size_t i = 0; i < count; i++) {
        double mean = exponential(scores[i]);
        losses[i] = mean - targets[i] * scores[i];
        slopes[i] = targets[i] - mean;
        curvatures[i] = mean > CURVATURE_MIN ? mean : CURVATURE_MIN;
    }
}

#define PARAMETERS                                                                        \
    const double *scores, const double *targets, size_t count, double *losses, double *slopes, \
        double *curvatures
#define ARGUMENTS scores, targets, count, losses, slopes, curvatures

#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4")))
#define V3 __attribute__((target("arch=x86-64-v3")))

V4 static void logistic_terms_v4(PARAMETERS) { logistic_terms(ARGUMENTS); }
V3 static void logistic_terms_v3(PARAMETERS) { logistic_terms(ARGUMENTS); }
V4 static void poisson_terms_v4(PARAMETERS) { poisson_terms(ARGUMENTS); }
V3 static void poisson_terms_v3(PARAMETERS) { poisson_terms(ARGUMENTS); }
#endif

void martlet_logistic_terms(PARAMETERS) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) return logistic_terms_v4(ARGUMENTS);
    if (martlet_kernel_level() >= 1) return logistic_terms_v3(ARGUMENTS);
#endif
    logistic_terms(ARGUMENTS);
}

void martlet_poisson_terms(PARAMETERS) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) return poisson_terms_v4(ARGUMENTS);
    if (martlet_kernel_level() >= 1) return poisson_terms_v3(ARGUMENTS);
#endif
    poisson_terms(ARGUMENTS);
}
