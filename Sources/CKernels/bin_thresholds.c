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

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,popcnt")))

// Up to here comparing eight values with one threshold after the other is faster.
#define FEW_THRESHOLDS 16

AVX512 static void few_avx512(
    const double *values, size_t count, const double *thresholds, size_t threshold_count,
    uint8_t *right, uint8_t *left) {
    __m512i one = _mm512_set1_epi64(1);
    for (size_t k = 0; k < count; k += 8) {
        __m512d x = _mm512_loadu_pd(values + k);
        __mmask8 missing = _mm512_cmp_pd_mask(x, x, _CMP_UNORD_Q);
        __m512i codes = _mm512_setzero_si512();
        for (size_t i = 0; i < threshold_count; i++) {
            __mmask8 below = _mm512_cmp_pd_mask(_mm512_set1_pd(thresholds[i]), x, _CMP_LT_OQ);
            codes = _mm512_mask_add_epi64(codes, below, codes, one);
        }
        __m512i shifted = _mm512_maskz_add_epi64((__mmask8)~missing, codes, one);
        codes = _mm512_mask_mov_epi64(codes, missing, _mm512_set1_epi64(255));
        if (right) _mm_storel_epi64((__m128i *)(right + k), _mm512_cvtepi64_epi8(codes));
        if (left) _mm_storel_epi64((__m128i *)(left + k), _mm512_cvtepi64_epi8(shifted));
    }
}

// Sixteen pivots, then the sixteen thresholds behind the pivot: two compares each, no branch.
AVX512 static void narrow_avx512(
    const double *values, size_t count, const double *thresholds, uint8_t *right, uint8_t *left) {
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
    if (level >= 2 && threshold_count > FEW_THRESHOLDS) {
        narrow_avx512(values, count, thresholds, right, left);
        return;
    }
    if (level >= 2) {
        size_t whole = count & ~(size_t)7;
        few_avx512(values, whole, thresholds, threshold_count, right, left);
        values += whole, count -= whole;
        right = right ? right + whole : right;
        left = left ? left + whole : left;
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

// MARK: Codes

#if defined(__x86_64__)
#define VBMI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi")))

// Tables of up to 256 bytes, in four registers.
VBMI static size_t look_up_vbmi(
    const uint8_t *table, const uint16_t *codes, size_t count, uint8_t *found) {
    __m512i a = _mm512_loadu_si512(table), b = _mm512_loadu_si512(table + 64);
    __m512i c = _mm512_loadu_si512(table + 128), d = _mm512_loadu_si512(table + 192);
    size_t k = 0;
    for (; k + 64 <= count; k += 64) {
        __m256i low = _mm512_cvtepi16_epi8(_mm512_loadu_si512(codes + k));
        __m256i high = _mm512_cvtepi16_epi8(_mm512_loadu_si512(codes + k + 32));
        __m512i code = _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
        __m512i below = _mm512_permutex2var_epi8(a, code, b);
        __m512i above = _mm512_permutex2var_epi8(c, code, d);
        __m512i both = _mm512_mask_mov_epi8(below, _mm512_movepi8_mask(code), above);
        _mm512_storeu_si512(found + k, both);
    }
    return k;
}
#endif

void martlet_look_up_8(
    int level, const uint8_t *table, size_t table_count, const uint16_t *codes, size_t count,
    uint8_t *found) {
    size_t k = 0;
#if defined(__x86_64__)
    if (level >= 3 && table_count <= 256) k = look_up_vbmi(table, codes, count, found);
#else
    (void)level, (void)table_count;
#endif
    for (; k < count; k++) found[k] = table[codes[k]];
}
