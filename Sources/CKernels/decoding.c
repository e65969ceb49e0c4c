// Parts of decoding Parquet pages: bit-packed integers, values onto the rows that are not null, and
// long copies.
#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define V3 __attribute__((target("arch=x86-64-v3")))
#define V4 __attribute__((target("arch=x86-64-v4")))
#endif

// MARK: Copies

#if defined(__x86_64__)
// libc takes `rep movsb` for such sizes, which reached two thirds of this on Zen 4.
V3 static void copy_v3(uint8_t *target, const uint8_t *source, size_t count) {
    size_t i = 0;
    for (; i + 128 <= count; i += 128) {
        __m256i a = _mm256_loadu_si256((const void *)(source + i));
        __m256i b = _mm256_loadu_si256((const void *)(source + i + 32));
        __m256i c = _mm256_loadu_si256((const void *)(source + i + 64));
        __m256i d = _mm256_loadu_si256((const void *)(source + i + 96));
        _mm256_storeu_si256((void *)(target + i), a);
        _mm256_storeu_si256((void *)(target + i + 32), b);
        _mm256_storeu_si256((void *)(target + i + 64), c);
        _mm256_storeu_si256((void *)(target + i + 96), d);
    }
    memcpy(target + i, source + i, count - i);
}
#endif

void martlet_copy(uint8_t *target, const uint8_t *source, size_t count) {
#if defined(__x86_64__)
    if (count >= 1024 && martlet_kernel_level() >= 1) {
        copy_v3(target, source, count);
        return;
    }
#endif
    memcpy(target, source, count);
}

// MARK: Nulls

/// 64 bits from any bit on; the word behind is readable.
static inline uint64_t window(const uint64_t *words, size_t bit) {
    size_t shift = bit & 63;
    // In two shifts, because a shift by 64 is undefined.
    return (words[bit >> 6] >> shift) | ((words[(bit >> 6) + 1] << 1) << (63 - shift));
}

#define SPREAD(NAME, TYPE)                                                                        \
    static void NAME(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,      \
                     TYPE *rows) {                                                                \
        for (size_t row = 0; row < count; row += 64) {                                            \
            uint64_t bits = window(words, bit + row);                                             \
            size_t step = count - row < 64 ? count - row : 64;                                    \
            if (bits == UINT64_MAX && step == 64) {                                               \
                memcpy(rows + row, values, 64 * sizeof(TYPE));                                    \
                values += 64 * sizeof(TYPE);                                                      \
                continue;                                                                         \
            }                                                                                     \
            for (size_t i = 0; i < step; i++, bits >>= 1) {                                       \
                TYPE value;                                                                       \
                memcpy(&value, values, sizeof(TYPE));                                             \
                rows[row + i] = value & (TYPE)(0 - (bits & 1));                                   \
                values += (bits & 1) * sizeof(TYPE);                                              \
            }                                                                                     \
        }                                                                                         \
    }

SPREAD(spread_8, uint8_t)
SPREAD(spread_32, uint32_t)
SPREAD(spread_64, uint64_t)

#if defined(__x86_64__)
V4 static void spread_32_v4(const uint8_t *values, const uint64_t *words, size_t bit,
                            size_t count, uint32_t *rows) {
    for (size_t row = 0; row < count; row += 64) {
        uint64_t bits = window(words, bit + row);
        if (count - row < 64) bits &= ((uint64_t)1 << (count - row)) - 1;
        for (size_t i = 0; i < 64 && row + i < count; i += 16, bits >>= 16) {
            __mmask16 mask = (__mmask16)bits;
            size_t left = count - row - i;
            __mmask16 kept = left < 16 ? (__mmask16)((1u << left) - 1) : (__mmask16)0xFFFF;
            __m512i loaded = _mm512_loadu_si512(values);
            _mm512_mask_storeu_epi32(rows + row + i, kept,
                                     _mm512_maskz_expand_epi32(mask, loaded));
            values += 4 * __builtin_popcount(mask);
        }
    }
}

V4 static void spread_64_v4(const uint8_t *values, const uint64_t *words, size_t bit,
                            size_t count, uint64_t *rows) {
    for (size_t row = 0; row < count; row += 64) {
        uint64_t bits = window(words, bit + row);
        if (count - row < 64) bits &= ((uint64_t)1 << (count - row)) - 1;
        for (size_t i = 0; i < 64 && row + i < count; i += 8, bits >>= 8) {
            __mmask8 mask = (__mmask8)bits;
            size_t left = count - row - i;
            __mmask8 kept = left < 8 ? (__mmask8)((1u << left) - 1) : (__mmask8)0xFF;
            __m512i loaded = _mm512_loadu_si512(values);
            _mm512_mask_storeu_epi64(rows + row + i, kept,
                                     _mm512_maskz_expand_epi64(mask, loaded));
            values += 8 * __builtin_popcount(mask);
        }
    }
}
#endif

void martlet_spread_8(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                      uint8_t *rows) {
    spread_8(values, words, bit, count, rows);
}

void martlet_spread_32(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                       uint32_t *rows) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        spread_32_v4(values, words, bit, count, rows);
        return;
    }
#endif
    spread_32(values, words, bit, count, rows);
}

void martlet_spread_64(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                       uint64_t *rows) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        spread_64_v4(values, words, bit, count, rows);
        return;
    }
#endif
    spread_64(values, words, bit, count, rows);
}

/// Rows whose indices are spread at once: they stay in the first-level cache.
#define BLOCK 512

#define GATHER(NAME, TYPE)                                                                        \
    void NAME(const TYPE *dictionary, const uint32_t *indices, const uint64_t *words, size_t bit, \
              size_t count, TYPE *rows) {                                                         \
        uint32_t spread[BLOCK];                                                                   \
        for (size_t row = 0; row < count; row += BLOCK) {                                         \
            size_t step = count - row < BLOCK ? count - row : BLOCK;                              \
            martlet_spread_32((const uint8_t *)indices, words, bit + row, step, spread);          \
            for (size_t i = 0; i < step; i++) rows[row + i] = dictionary[spread[i]];              \
            for (size_t i = 0; i < step; i += 64) {                                               \
                uint64_t bits = window(words, bit + row + i);                                     \
                if (step - i < 64) bits &= ((uint64_t)1 << (step - i)) - 1;                       \
                indices += __builtin_popcountll(bits);                                            \
            }                                                                                     \
        }                                                                                         \
    }

GATHER(martlet_gather_32, uint32_t)
GATHER(martlet_gather_64, uint64_t)

// MARK: Codes

#if defined(__x86_64__)
V4 static void spread_codes_v4(const uint32_t *indices, const uint64_t *words, size_t bit,
                               size_t count, uint16_t *rows) {
    __m512i one = _mm512_set1_epi32(1);
    for (size_t row = 0; row < count; row += 64) {
        uint64_t bits = words ? window(words, bit + row) : UINT64_MAX;
        if (count - row < 64) bits &= ((uint64_t)1 << (count - row)) - 1;
        for (size_t i = 0; i < 64 && row + i < count; i += 16, bits >>= 16) {
            __mmask16 mask = (__mmask16)bits;
            size_t left = count - row - i;
            __mmask16 kept = left < 16 ? (__mmask16)((1u << left) - 1) : (__mmask16)0xFFFF;
            __m512i raised = _mm512_add_epi32(_mm512_loadu_si512(indices), one);
            _mm512_mask_cvtepi32_storeu_epi16(rows + row + i, kept,
                                              _mm512_maskz_expand_epi32(mask, raised));
            indices += __builtin_popcount(mask);
        }
    }
}
#endif

void martlet_spread_codes(const uint32_t *indices, const uint64_t *words, size_t bit, size_t count,
                          uint16_t *rows) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        spread_codes_v4(indices, words, bit, count, rows);
        return;
    }
#endif
    for (size_t row = 0; row < count; row++) {
        uint32_t valid = words ? (uint32_t)(words[(bit + row) >> 6] >> ((bit + row) & 63)) & 1 : 1;
        rows[row] = (uint16_t)((*indices + 1) & (0 - valid));
        indices += valid;
    }
}

// MARK: Bit-packed integers

#if defined(__x86_64__)
/// Four values of a half: their bytes by a shuffle, then each shifted to its place. Widths to 25.
V3 static void unpack_v3(const uint8_t *source, int width, size_t group_count, uint32_t *values) {
    uint8_t bytes[32];
    uint32_t shifts[8];
    size_t second = (size_t)(4 * width) >> 3;
    for (int i = 0; i < 8; i++) {
        int bit = i < 4 ? i * width : i * width - 8 * (int)second;
        for (int k = 0; k < 4; k++) bytes[4 * i + k] = (uint8_t)((bit >> 3) + k);
        shifts[i] = (uint32_t)(bit & 7);
    }
    __m256i order = _mm256_loadu_si256((const void *)bytes);
    __m256i shift = _mm256_loadu_si256((const void *)shifts);
    __m256i mask = _mm256_set1_epi32((int)((1u << width) - 1));
    for (size_t group = 0; group < group_count; group++) {
        __m256i both = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_loadu_si128((const void *)source)),
            _mm_loadu_si128((const void *)(source + second)), 1);
        __m256i moved = _mm256_srlv_epi32(_mm256_shuffle_epi8(both, order), shift);
        _mm256_storeu_si256((void *)(values + 8 * group), _mm256_and_si256(moved, mask));
        source += width;
    }
}
#endif

int martlet_unpack_bits(const uint8_t *source, int width, size_t group_count, uint32_t *values) {
#if defined(__x86_64__)
    if (width >= 1 && width <= 25 && martlet_kernel_level() >= 1) {
        unpack_v3(source, width, group_count, values);
        return 1;
    }
#endif
    (void)source, (void)width, (void)group_count, (void)values;
    return 0;
}
