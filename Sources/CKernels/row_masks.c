#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sets of rows, a bit each: word w holds rows 64 w to 64 w + 63, the first in the lowest bit.
// All variants set the same bits.

#define INLINE static inline __attribute__((always_inline))

// MARK: Dividing

#define DEFINE_MARK(NAME, CODE)                                                               \
    INLINE uint64_t NAME(const CODE *codes, size_t stride, size_t count,                      \
                         const uint8_t *goes_left) {                                          \
        uint64_t bits = 0;                                                                    \
        for (size_t i = 0; i < count; i++)                                                    \
            bits |= (uint64_t)goes_left[codes[i * stride]] << i;                              \
        return bits;                                                                          \
    }

DEFINE_MARK(mark_bytes, uint8_t)
DEFINE_MARK(mark_wide, uint16_t)

// MARK(word, count) gives the bits of the rows from 64 * word on that go left. Words without rows
// are not looked at, which is most of them where the rows of a node lie together.
#define DIVIDE_LOOP(MARK)                                                                     \
    size_t left_count = 0;                                                                    \
    for (size_t word = 0; word * 64 < count; word++) {                                        \
        size_t rows = count - word * 64 < 64 ? count - word * 64 : 64;                        \
        uint64_t all = rows < 64 ? ((uint64_t)1 << rows) - 1 : ~(uint64_t)0;                  \
        uint64_t inside = within ? within[word] : all;                                        \
        uint64_t goes = inside ? MARK(word, rows) & inside : 0;                               \
        left[word] = goes;                                                                    \
        right[word] = inside & ~goes;                                                         \
        left_count += (size_t)__builtin_popcountll(goes);                                     \
    }                                                                                         \
    return left_count;

#define MARK_BYTES(WORD, ROWS) mark_bytes(codes + (WORD) * 64 * stride, stride, ROWS, goes_left)
#define MARK_WIDE(WORD, ROWS) mark_wide(codes + (WORD) * 64, 1, ROWS, goes_left)

static size_t divide_bytes(const uint8_t *codes, size_t stride, const uint64_t *within,
                           size_t count, const uint8_t *goes_left, uint64_t *left,
                           uint64_t *right) {
    DIVIDE_LOOP(MARK_BYTES)
}

static size_t divide_wide(const uint16_t *codes, const uint64_t *within, size_t count,
                          const uint8_t *goes_left, uint64_t *left, uint64_t *right) {
    DIVIDE_LOOP(MARK_WIDE)
}

#if defined(__x86_64__)
#define V4 __attribute__((target("arch=x86-64-v4")))
#define V3 __attribute__((target("arch=x86-64-v3")))

// A code is looked up in 32 bytes of bits: the byte by its five high bits, in two halves, the bit
// by its three low ones.
typedef struct {
    __m512i low, high, bit;
} rule_v4;

V4 INLINE rule_v4 load_rule_v4(const uint8_t *goes_left) {
    uint64_t bits[4];
    for (int k = 0; k < 4; k++) {
        __m512i flags = _mm512_loadu_si512(goes_left + 64 * k);
        bits[k] = _mm512_test_epi8_mask(flags, flags);
    }
    rule_v4 rule;
    rule.low = _mm512_broadcast_i32x4(_mm_set_epi64x((int64_t)bits[1], (int64_t)bits[0]));
    rule.high = _mm512_broadcast_i32x4(_mm_set_epi64x((int64_t)bits[3], (int64_t)bits[2]));
    rule.bit = _mm512_set1_epi64((int64_t)0x8040201008040201u);
    return rule;
}

V4 INLINE uint64_t look_up_v4(__m512i codes, rule_v4 rule) {
    __m512i place = _mm512_and_si512(_mm512_srli_epi16(codes, 3), _mm512_set1_epi8(31));
    __mmask64 is_high = _mm512_test_epi8_mask(codes, _mm512_set1_epi8((char)128));
    __m512i byte = _mm512_mask_shuffle_epi8(_mm512_shuffle_epi8(rule.low, place), is_high,
                                            rule.high, place);
    __m512i bit = _mm512_shuffle_epi8(rule.bit, _mm512_and_si512(codes, _mm512_set1_epi8(7)));
    return _mm512_test_epi8_mask(byte, bit);
}

// Codes 16 bytes apart: row 4 k + lane of each load goes to byte k of its lane, and what was found
// of a lane's sixteen is spread to every fourth bit.
V4 INLINE uint64_t mark_sixteenths_v4(const uint8_t *codes, rule_v4 rule) {
    __m512i found = _mm512_setzero_si512();
#define TAKE(K)                                                                      \
    found = _mm512_mask_shuffle_epi8(found, (uint64_t)0x0001000100010001u << (K),    \
                                     _mm512_loadu_si512(codes + 64 * (K)),           \
                                     _mm512_setzero_si512());
    TAKE(0) TAKE(1) TAKE(2) TAKE(3) TAKE(4) TAKE(5) TAKE(6) TAKE(7)
    TAKE(8) TAKE(9) TAKE(10) TAKE(11) TAKE(12) TAKE(13) TAKE(14) TAKE(15)
#undef TAKE
    uint64_t bits = look_up_v4(found, rule);
    const uint64_t fourth = 0x1111111111111111u;
    return _pdep_u64(bits, fourth) | _pdep_u64(bits >> 16, fourth << 1)
           | _pdep_u64(bits >> 32, fourth << 2) | _pdep_u64(bits >> 48, fourth << 3);
}

// Codes 8 bytes apart, in the same way.
V4 INLINE uint64_t mark_eighths_v4(const uint8_t *codes, rule_v4 rule) {
    const __m512i first = _mm512_broadcast_i32x4(_mm_set_epi64x(0x0808080808080808, 0));
    __m512i found = _mm512_setzero_si512();
#define TAKE(K)                                                                      \
    found = _mm512_mask_shuffle_epi8(found, (uint64_t)0x0101010101010101u << (K),    \
                                     _mm512_loadu_si512(codes + 64 * (K)), first);
    TAKE(0) TAKE(1) TAKE(2) TAKE(3) TAKE(4) TAKE(5) TAKE(6) TAKE(7)
#undef TAKE
    uint64_t bits = look_up_v4(found, rule), result = 0;
    for (int k = 0; k < 8; k++)
        result |= _pdep_u64(bits >> (8 * k), (uint64_t)0x0101010101010101u << k);
    return result;
}

// Codes any other number of bytes apart, by loads that also read the three bytes after a code.
V4 INLINE uint64_t mark_apart_v4(const uint8_t *codes, size_t stride, rule_v4 rule) {
    const __m512i lanes =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512i offsets = _mm512_mullo_epi32(lanes, _mm512_set1_epi32((int)stride));
    __m128i found[4];
    for (int k = 0; k < 4; k++)
        found[k] = _mm512_cvtepi32_epi8(
            _mm512_i32gather_epi32(offsets, codes + 16 * (size_t)k * stride, 1));
    __m256i low = _mm256_set_m128i(found[1], found[0]), high = _mm256_set_m128i(found[3], found[2]);
    return look_up_v4(_mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1), rule);
}

#define MARK_COLUMN_V4(WORD, ROWS)                                                           \
    ((ROWS) == 64 ? look_up_v4(_mm512_loadu_si512(codes + (WORD) * 64), rule)                \
                  : look_up_v4(_mm512_maskz_loadu_epi8(((uint64_t)1 << (ROWS)) - 1,          \
                                                       codes + (WORD) * 64), rule))
#define MARK_SIXTEENTHS_V4(WORD, ROWS)                                                       \
    ((ROWS) == 64 ? mark_sixteenths_v4(codes + (WORD) * 1024, rule) : MARK_BYTES(WORD, ROWS))
#define MARK_EIGHTHS_V4(WORD, ROWS)                                                          \
    ((ROWS) == 64 ? mark_eighths_v4(codes + (WORD) * 512, rule) : MARK_BYTES(WORD, ROWS))

#define MARK_APART_V4(WORD, ROWS)                                                            \
    ((ROWS) == 64 ? mark_apart_v4(codes + (WORD) * 64 * stride, stride, rule)                \
                  : MARK_BYTES(WORD, ROWS))

V4 static size_t divide_column_v4(const uint8_t *codes, const uint64_t *within, size_t count,
                                  const uint8_t *goes_left, uint64_t *left, uint64_t *right) {
    rule_v4 rule = load_rule_v4(goes_left);
    DIVIDE_LOOP(MARK_COLUMN_V4)
}

V4 static size_t divide_sixteenths_v4(const uint8_t *codes, const uint64_t *within, size_t count,
                                      const uint8_t *goes_left, uint64_t *left,
                                      uint64_t *right) {
    const size_t stride = 16;
    rule_v4 rule = load_rule_v4(goes_left);
    DIVIDE_LOOP(MARK_SIXTEENTHS_V4)
}

V4 static size_t divide_eighths_v4(const uint8_t *codes, const uint64_t *within, size_t count,
                                   const uint8_t *goes_left, uint64_t *left, uint64_t *right) {
    const size_t stride = 8;
    rule_v4 rule = load_rule_v4(goes_left);
    DIVIDE_LOOP(MARK_EIGHTHS_V4)
}

V4 static size_t divide_apart_v4(const uint8_t *codes, size_t stride, const uint64_t *within,
                                 size_t count, const uint8_t *goes_left, uint64_t *left,
                                 uint64_t *right) {
    rule_v4 rule = load_rule_v4(goes_left);
    DIVIDE_LOOP(MARK_APART_V4)
}

typedef struct {
    __m256i low, high, bit;
} rule_v3;

V3 INLINE uint32_t look_up_v3(__m256i codes, rule_v3 rule) {
    __m256i place = _mm256_and_si256(_mm256_srli_epi16(codes, 3), _mm256_set1_epi8(31));
    __m256i byte = _mm256_blendv_epi8(_mm256_shuffle_epi8(rule.low, place),
                                      _mm256_shuffle_epi8(rule.high, place), codes);
    __m256i bit = _mm256_shuffle_epi8(rule.bit, _mm256_and_si256(codes, _mm256_set1_epi8(7)));
    __m256i hit = _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit);
    return (uint32_t)_mm256_movemask_epi8(hit);
}

#define MARK_COLUMN_V3(WORD, ROWS)                                                           \
    ((ROWS) == 64                                                                            \
         ? (uint64_t)look_up_v3(_mm256_loadu_si256((const __m256i *)(codes + (WORD) * 64)),  \
                                rule)                                                        \
               | (uint64_t)look_up_v3(                                                       \
                     _mm256_loadu_si256((const __m256i *)(codes + (WORD) * 64 + 32)), rule)  \
                     << 32                                                                   \
         : MARK_BYTES(WORD, ROWS))

V3 static size_t divide_column_v3(const uint8_t *codes, const uint64_t *within, size_t count,
                                  const uint8_t *goes_left, uint64_t *left, uint64_t *right) {
    const size_t stride = 1;
    uint64_t bits[4] = {0};
    for (int k = 0; k < 256; k++) bits[k >> 6] |= (uint64_t)goes_left[k] << (k & 63);
    rule_v3 rule;
    rule.low = _mm256_broadcastsi128_si256(_mm_set_epi64x((int64_t)bits[1], (int64_t)bits[0]));
    rule.high = _mm256_broadcastsi128_si256(_mm_set_epi64x((int64_t)bits[3], (int64_t)bits[2]));
    rule.bit = _mm256_set1_epi64x((int64_t)0x8040201008040201u);
    DIVIDE_LOOP(MARK_COLUMN_V3)
}
#endif

size_t martlet_divide_bytes(const uint8_t *codes, size_t stride, const uint64_t *within,
                            size_t count, const uint8_t *goes_left, uint64_t *left,
                            uint64_t *right) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        if (stride == 1)
            return divide_column_v4(codes, within, count, goes_left, left, right);
        if (stride == 16)
            return divide_sixteenths_v4(codes, within, count, goes_left, left, right);
        if (stride == 8)
            return divide_eighths_v4(codes, within, count, goes_left, left, right);
        return divide_apart_v4(codes, stride, within, count, goes_left, left, right);
    }
    if (martlet_kernel_level() == 1 && stride == 1)
        return divide_column_v3(codes, within, count, goes_left, left, right);
#endif
    return divide_bytes(codes, stride, within, count, goes_left, left, right);
}

size_t martlet_divide_wide(const uint16_t *codes, const uint64_t *within, size_t count,
                           const uint8_t *goes_left, uint64_t *left, uint64_t *right) {
    return divide_wide(codes, within, count, goes_left, left, right);
}

// MARK: Listing

static void list_rows(const uint64_t *words, size_t word_count, uint32_t first, uint32_t *rows) {
    for (size_t word = 0; word < word_count; word++) {
        uint32_t start = first + (uint32_t)(word * 64);
        for (uint64_t bits = words[word]; bits; bits &= bits - 1)
            *rows++ = start + (uint32_t)__builtin_ctzll(bits);
    }
}

#if defined(__x86_64__)
V4 static void list_rows_v4(const uint64_t *words, size_t word_count, uint32_t first,
                            uint32_t *rows) {
    const __m512i lanes =
        _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (size_t word = 0; word < word_count; word++) {
        uint64_t bits = words[word];
        __m512i row = _mm512_add_epi32(lanes, _mm512_set1_epi32((int)(first + word * 64)));
        for (; bits; bits >>= 16) {
            __mmask16 taken = (__mmask16)bits;
            int count = __builtin_popcount(taken);
            _mm512_mask_storeu_epi32(rows, (__mmask16)((1u << count) - 1),
                                     _mm512_maskz_compress_epi32(taken, row));
            rows += count;
            row = _mm512_add_epi32(row, _mm512_set1_epi32(16));
        }
    }
}

// The places of a word's bits as bytes, then widened; seldom more steps than one.
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt,bmi,bmi2")))
static void list_rows_vbmi2(const uint64_t *words, size_t word_count, uint32_t first,
                            uint32_t *rows) {
    uint8_t places[64];
    for (int i = 0; i < 64; i++) places[i] = (uint8_t)i;
    const __m512i all = _mm512_loadu_si512(places);
    for (size_t word = 0; word < word_count; word++) {
        uint64_t bits = words[word];
        if (!bits) continue;
        int count = __builtin_popcountll(bits);
        __m512i start = _mm512_set1_epi32((int)(first + word * 64));
        __m512i taken = _mm512_maskz_compress_epi8(bits, all);
#define TAKE(K)                                                                               \
    _mm512_mask_storeu_epi32(                                                                 \
        rows + 16 * (K), (__mmask16)_bzhi_u32(0xffff, (uint32_t)(count - 16 * (K))),          \
        _mm512_add_epi32(start, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(taken, K))))
        TAKE(0);
        if (count > 16) TAKE(1);
        if (count > 32) TAKE(2);
        if (count > 48) TAKE(3);
#undef TAKE
        rows += count;
    }
}
#endif

void martlet_list_rows(const uint64_t *words, size_t word_count, uint32_t first, uint32_t *rows) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 3 && __builtin_cpu_supports("avx512vbmi2")) {
        list_rows_vbmi2(words, word_count, first, rows);
        return;
    }
    if (martlet_kernel_level() >= 2) {
        list_rows_v4(words, word_count, first, rows);
        return;
    }
#endif
    list_rows(words, word_count, first, rows);
}

size_t martlet_count_rows(const uint64_t *words, size_t word_count) {
    size_t count = 0;
    for (size_t word = 0; word < word_count; word++)
        count += (size_t)__builtin_popcountll(words[word]);
    return count;
}
