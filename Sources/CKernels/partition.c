#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Rows fetched ahead of their use.
#define AHEAD 32

// The plain form: both sides are written, and one of them moves on.
#define PARTITION_TAIL(ROW)                                        \
    {                                                              \
        uint32_t row = (ROW);                                      \
        size_t is_left = goes_left[codes[(size_t)row * stride]];   \
        left[left_count] = row;                                    \
        right[right_count] = row;                                  \
        left_count += is_left;                                     \
        right_count += is_left ^ 1;                                \
    }

#define DEFINE_PARTITION(NAME, CODE)                                                              \
    static size_t NAME(const CODE *codes, size_t stride, const uint32_t *indices, uint32_t first, \
                       size_t count, const uint8_t *goes_left, uint32_t *left,                    \
                       uint32_t *right) {                                                         \
        size_t left_count = 0, right_count = 0;                                                   \
        if (indices)                                                                              \
            for (size_t i = 0; i < count; i++) {                                                  \
                if (i + AHEAD < count)                                                            \
                    __builtin_prefetch(codes + (size_t)indices[i + AHEAD] * stride);              \
                PARTITION_TAIL(indices[i])                                                        \
            }                                                                                     \
        else                                                                                      \
            for (size_t i = 0; i < count; i++) PARTITION_TAIL(first + (uint32_t)i)                \
        return left_count;                                                                        \
    }

DEFINE_PARTITION(partition_bytes, uint8_t)
DEFINE_PARTITION(partition_wide, uint16_t)

#if defined(__x86_64__)
// Sixteen rows make a mask, by which their numbers are compressed to either side.
//
// FETCH asks for rows ahead: only where codes lie apart, since columns are read nearly in order.
#define PARTITION_LOOP(FETCH)                                                              \
    for (; i + 16 + AHEAD <= count; i += 16) {                                                   \
        __m512i rows = _mm512_loadu_si512(indices + i);                                          \
        uint32_t mask = 0;                                                                       \
        for (int k = 0; k < 16; k++) {                                                           \
            FETCH;                                                                               \
            mask |= (uint32_t)goes_left[codes[(size_t)indices[i + k] * stride]] << k;            \
        }                                                                                        \
        PARTITION_STORE                                                                          \
    }

#define PARTITION_STORE                                                                          \
    size_t taken = (size_t)__builtin_popcount(mask);                                             \
    _mm512_storeu_si512(left + left_count, _mm512_maskz_compress_epi32((__mmask16)mask, rows));   \
    _mm512_storeu_si512(right + right_count,                                                     \
                        _mm512_maskz_compress_epi32((__mmask16)~mask, rows));                    \
    left_count += taken;                                                                         \
    right_count += 16 - taken;

#define DEFINE_PARTITION_V4(NAME, CODE)                                                          \
    __attribute__((target("arch=x86-64-v4"))) static size_t NAME(                                \
        const CODE *codes, size_t stride, const uint32_t *indices, uint32_t first, size_t count, \
        const uint8_t *goes_left, uint32_t *left, uint32_t *right) {                             \
        const __m512i lanes =                                                                    \
            _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);             \
        size_t left_count = 0, right_count = 0, i = 0;                                           \
        if (!indices) {                                                                          \
            for (; i + 16 <= count; i += 16) {                                                   \
                uint32_t start = first + (uint32_t)i, mask = 0;                                  \
                __m512i rows = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)start));           \
                for (int k = 0; k < 16; k++)                                                     \
                    mask |= (uint32_t)goes_left[codes[((size_t)start + k) * stride]] << k;       \
                PARTITION_STORE                                                                  \
            }                                                                                    \
        } else if (stride == 1) {                                                                \
            const size_t stride = 1;                                                             \
            PARTITION_LOOP()                                                               \
        } else {                                                                                 \
            PARTITION_LOOP(                                                                      \
                __builtin_prefetch(codes + (size_t)indices[i + AHEAD + k] * stride))  \
        }                                                                                        \
        for (; i < count; i++) PARTITION_TAIL(indices ? indices[i] : first + (uint32_t)i)        \
        return left_count;                                                                       \
    }

DEFINE_PARTITION_V4(partition_bytes_v4, uint8_t)
DEFINE_PARTITION_V4(partition_wide_v4, uint16_t)
#endif

size_t martlet_partition_bytes(const uint8_t *codes, size_t stride, const uint32_t *indices,
                               uint32_t first, size_t count, const uint8_t *goes_left,
                               uint32_t *left, uint32_t *right) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return partition_bytes_v4(codes, stride, indices, first, count, goes_left, left, right);
#endif
    return partition_bytes(codes, stride, indices, first, count, goes_left, left, right);
}

size_t martlet_partition_wide(const uint16_t *codes, const uint32_t *indices, uint32_t first,
                              size_t count, const uint8_t *goes_left, uint32_t *left,
                              uint32_t *right) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2)
        return partition_wide_v4(codes, 1, indices, first, count, goes_left, left, right);
#endif
    return partition_wide(codes, 1, indices, first, count, goes_left, left, right);
}
