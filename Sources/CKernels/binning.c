#include "CKernels.h"

// Eight searches go side by side, so that their loads overlap. All variants make the same
// comparisons, hence give the same bins.
#define LANES 8

static inline __attribute__((always_inline)) void bin_values(
    const double *restrict values, size_t count, const double *restrict bounds, int step_count,
    uint16_t missing_bin, uint16_t *restrict bins) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        int64_t position[LANES] = {0};
        for (int64_t step = step_count > 0 ? (int64_t)1 << (step_count - 1) : 0; step > 0;
             step >>= 1)
            for (int lane = 0; lane < LANES; lane++)
                position[lane] +=
                    bounds[position[lane] + step - 1] < values[i + lane] ? step : 0;
        for (int lane = 0; lane < LANES; lane++) {
            double value = values[i + lane];
            bins[i + lane] = value != value ? missing_bin : (uint16_t)position[lane];
        }
    }
    for (; i < count; i++) {
        int64_t position = 0;
        for (int64_t step = step_count > 0 ? (int64_t)1 << (step_count - 1) : 0; step > 0;
             step >>= 1)
            position += bounds[position + step - 1] < values[i] ? step : 0;
        bins[i] = values[i] != values[i] ? missing_bin : (uint16_t)position;
    }
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4"))) static void bin_values_v4(
    const double *values, size_t count, const double *bounds, int step_count,
    uint16_t missing_bin, uint16_t *bins) {
    bin_values(values, count, bounds, step_count, missing_bin, bins);
}
#endif

void martlet_bin_values(const double *values, size_t count, const double *bounds, int step_count,
                        uint16_t missing_bin, uint16_t *bins) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        bin_values_v4(values, count, bounds, step_count, missing_bin, bins);
        return;
    }
#endif
    bin_values(values, count, bounds, step_count, missing_bin, bins);
}
