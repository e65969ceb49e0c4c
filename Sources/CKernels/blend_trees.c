// Scores decision trees over a block of rows without a branch: every node of a tree is evaluated
// for all rows at once, from the leaves up, as a choice between two rows of leaf numbers.
#include "CKernels.h"

static void set_bits_any(const uint8_t *x, const uint8_t *set, size_t count, uint8_t *target) {
    for (size_t k = 0; k < count; k++) target[k] = (set[x[k] >> 3] >> (x[k] & 7)) & 1;
}

static void add_leaves_any(const uint8_t *leaf, const double *values, size_t count, double *sum) {
    for (size_t k = 0; k < count; k++) sum[k] += values[leaf[k]];
}

typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));

static inline bytes16 select16(bytes16 x, bytes16 t, bytes16 a, bytes16 b) {
    bytes16 greater = (bytes16)(x > t);
    return (greater & b) | (~greater & a);
}

#define NAME(part) any_##part
#define TARGET
#define V bytes16
#define WIDTH 16
#define LOAD(p) (*(const bytes16 *)(p))
#define STORE(p, v) (*(bytes16 *)(p) = (v))
#define SPLAT(byte) ((bytes16)(byte))
#define SELECT select16
#define SET_BITS set_bits_any
#define ADD_LEAVES add_leaves_any
#include "blend_trees_body.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

AVX2 static inline __m256i select32(__m256i x, __m256i t, __m256i a, __m256i b) {
    __m256i not_greater = _mm256_cmpeq_epi8(_mm256_min_epu8(x, t), x);
    return _mm256_blendv_epi8(b, a, not_greater);
}

// The byte of the set that holds a code's bit is one of two tables of 16, chosen by the code's
// highest bit; the bit within it comes from a third.
AVX2 static void set_bits_avx2(
    const uint8_t *x, const uint8_t *set, size_t count, uint8_t *target) {
    __m256i low = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)set));
    __m256i high = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(set + 16)));
    __m256i bits = _mm256_set1_epi64x((long long)0x8040201008040201ull);
    for (size_t k = 0; k < count; k += 32) {
        __m256i code = _mm256_loadu_si256((const __m256i *)(x + k));
        __m256i index = _mm256_and_si256(_mm256_srli_epi16(code, 3), _mm256_set1_epi8(15));
        __m256i byte = _mm256_blendv_epi8(
            _mm256_shuffle_epi8(low, index), _mm256_shuffle_epi8(high, index), code);
        __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(code, _mm256_set1_epi8(7)));
        __m256i hit = _mm256_cmpeq_epi8(_mm256_and_si256(byte, bit), bit);
        _mm256_storeu_si256((__m256i *)(target + k), _mm256_and_si256(hit, _mm256_set1_epi8(1)));
    }
}

AVX512 static inline __m512i select64(__m512i x, __m512i t, __m512i a, __m512i b) {
    return _mm512_mask_mov_epi8(a, _mm512_cmpgt_epu8_mask(x, t), b);
}

AVX512 static void set_bits_avx512(
    const uint8_t *x, const uint8_t *set, size_t count, uint8_t *target) {
    __m512i low = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)set));
    __m512i high = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(set + 16)));
    __m512i bits = _mm512_set1_epi64((long long)0x8040201008040201ull);
    for (size_t k = 0; k < count; k += 64) {
        __m512i code = _mm512_loadu_si512(x + k);
        __m512i index = _mm512_and_si512(_mm512_srli_epi16(code, 3), _mm512_set1_epi8(15));
        __m512i byte = _mm512_mask_mov_epi8(
            _mm512_shuffle_epi8(low, index), _mm512_movepi8_mask(code),
            _mm512_shuffle_epi8(high, index));
        __m512i bit = _mm512_shuffle_epi8(bits, _mm512_and_si512(code, _mm512_set1_epi8(7)));
        _mm512_storeu_si512(
            target + k,
            _mm512_maskz_mov_epi8(_mm512_test_epi8_mask(byte, bit), _mm512_set1_epi8(1)));
    }
}

AVX512 static void add_leaves_avx512(
    const uint8_t *leaf, const double *values, size_t count, double *sum) {
    for (size_t k = 0; k < count; k += 8) {
        __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(leaf + k)));
        __m512d value = _mm512_i32gather_pd(index, values, 8);
        _mm512_storeu_pd(sum + k, _mm512_add_pd(_mm512_loadu_pd(sum + k), value));
    }
}

#define NAME(part) avx2_##part
#define TARGET AVX2
#define V __m256i
#define WIDTH 32
#define LOAD(p) _mm256_load_si256((const __m256i *)(p))
#define STORE(p, v) _mm256_store_si256((__m256i *)(p), v)
#define SPLAT(byte) _mm256_set1_epi8((char)(byte))
#define SELECT select32
#define SET_BITS set_bits_avx2
#define ADD_LEAVES add_leaves_any
#include "blend_trees_body.h"

#define NAME(part) avx512_##part
#define TARGET AVX512
#define V __m512i
#define WIDTH 64
#define LOAD(p) _mm512_load_si512(p)
#define STORE(p, v) _mm512_store_si512(p, v)
#define SPLAT(byte) _mm512_set1_epi8((char)(byte))
#define SELECT select64
#define SET_BITS set_bits_avx512
#define ADD_LEAVES add_leaves_avx512
#include "blend_trees_body.h"
#endif

void martlet_blend_trees(
    int level, const martlet_blend_tree *trees, size_t tree_count, const martlet_blend_op *ops,
    const double *leaves, const uint8_t *sets, size_t row_count, uint8_t *columns,
    uint8_t *values, double *sums) {
#if defined(__x86_64__)
    if (level == 2) {
        avx512_trees(
            trees, tree_count, ops, leaves, sets, row_count, columns, values, sums);
        return;
    }
    if (level == 1) {
        avx2_trees(trees, tree_count, ops, leaves, sets, row_count, columns, values, sums);
        return;
    }
#else
    (void)level;
#endif
    any_trees(trees, tree_count, ops, leaves, sets, row_count, columns, values, sums);
}
