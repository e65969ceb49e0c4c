// Numbers values by the thresholds below them, exactly: comparisons of doubles only.
#include "CKernels.h"

static inline void write_narrow(size_t k, double x, unsigned code, uint8_t *right, uint8_t *left) {
    int missing = x != x;
    if (right) right[k] = missing ? 255 : (uint8_t)code;
    if (left) left[k] = missing ? 0 : (uint8_t)(code + 1);
}

// A search of eight values at once: the steps of one wait for its loads, those of eight do not.
// The outcome of a compare is a coin toss: the empty statement keeps the compiler from branching.
#define LANES 8

static inline void search(
    const double *values, const double *thresholds, unsigned step_first, unsigned *codes) {
    for (int lane = 0; lane < LANES; lane++) codes[lane] = 0;
    for (unsigned step = step_first; step > 0; step /= 2)
        for (int lane = 0; lane < LANES; lane++) {
            unsigned is_below = thresholds[codes[lane] + step - 1] < values[lane];
            __asm__("" : "+r"(is_below));
            codes[lane] += step & -is_below;
        }
}

// The values behind the last whole group of eight, padded with zeros.
static inline void search_rest(
    const double *values, size_t count, const double *thresholds, unsigned step_first,
    unsigned *codes) {
    double padded[LANES] = {0};
    for (size_t lane = 0; lane < count; lane++) padded[lane] = values[lane];
    search(padded, thresholds, step_first, codes);
}

static void narrow_any(
    const double *values, size_t count, const double *thresholds, size_t threshold_count,
    uint8_t *right, uint8_t *left) {
    unsigned step_first = 1, codes[LANES];
    while (step_first * 2 <= threshold_count) step_first *= 2;
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        search(values + k, thresholds, step_first, codes);
        for (int lane = 0; lane < LANES; lane++)
            write_narrow(k + lane, values[k + lane], codes[lane], right, left);
    }
    search_rest(values + k, count - k, thresholds, step_first, codes);
    for (int lane = 0; k < count; k++, lane++)
        write_narrow(k, values[k], codes[lane], right, left);
}

#if defined(__x86_64__)
#include <immintrin.h>

// Sixteen pivots, then the sixteen thresholds behind the pivot: two compares each, no branch.
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt"))) static void narrow_avx512(
    const double *values, size_t count, const double *thresholds, size_t threshold_count,
    uint8_t *right, uint8_t *left) {
    if (threshold_count <= 16) {
        __m512d low = _mm512_loadu_pd(thresholds), high = _mm512_loadu_pd(thresholds + 8);
        for (size_t k = 0; k < count; k++) {
            __m512d x = _mm512_set1_pd(values[k]);
            unsigned bits = _mm512_cmp_pd_mask(low, x, _CMP_LT_OQ) |
                            (unsigned)_mm512_cmp_pd_mask(high, x, _CMP_LT_OQ) << 8;
            write_narrow(k, values[k], (unsigned)__builtin_popcount(bits), right, left);
        }
        return;
    }
    double pivots[16];
    for (int i = 0; i < 16; i++) pivots[i] = thresholds[16 * i + 15];
    __m512d low = _mm512_loadu_pd(pivots), high = _mm512_loadu_pd(pivots + 8);
    for (size_t k = 0; k < count; k++) {
        __m512d x = _mm512_set1_pd(values[k]);
        unsigned bits = _mm512_cmp_pd_mask(low, x, _CMP_LT_OQ) |
                        (unsigned)_mm512_cmp_pd_mask(high, x, _CMP_LT_OQ) << 8;
        // The last pivot is infinity or past the thresholds: at most 15 lie below a value.
        unsigned start = 16 * (unsigned)__builtin_popcount(bits);
        __m512d first = _mm512_loadu_pd(thresholds + start);
        __m512d second = _mm512_loadu_pd(thresholds + start + 8);
        unsigned rest = _mm512_cmp_pd_mask(first, x, _CMP_LT_OQ) |
                        (unsigned)_mm512_cmp_pd_mask(second, x, _CMP_LT_OQ) << 8;
        write_narrow(k, values[k], start + (unsigned)__builtin_popcount(rest), right, left);
    }
}
#endif

void martlet_bin_narrow(
    int level, const double *values, size_t count, const double *thresholds,
    size_t threshold_count, uint8_t *right, uint8_t *left) {
#if defined(__x86_64__)
    if (level >= 2) {
        narrow_avx512(values, count, thresholds, threshold_count, right, left);
        return;
    }
#else
    (void)level;
#endif
    narrow_any(values, count, thresholds, threshold_count, right, left);
}

static inline void write_wide(size_t k, double x, unsigned code, uint16_t *right, uint16_t *left) {
    int missing = x != x;
    if (right) right[k] = missing ? 65535 : (uint16_t)code;
    if (left) left[k] = missing ? 0 : (uint16_t)(code + 1);
}

void martlet_bin_wide(
    const double *values, size_t count, const double *thresholds, int levels, uint16_t *right,
    uint16_t *left) {
    unsigned step_first = 1u << levels >> 1, codes[LANES];
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        search(values + k, thresholds, step_first, codes);
        for (int lane = 0; lane < LANES; lane++)
            write_wide(k + lane, values[k + lane], codes[lane], right, left);
    }
    search_rest(values + k, count - k, thresholds, step_first, codes);
    for (int lane = 0; k < count; k++, lane++)
        write_wide(k, values[k], codes[lane], right, left);
}
