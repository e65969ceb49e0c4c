// Scores decision trees over a block of rows without a branch: every node of a tree is evaluated
// for all rows at once, from the leaves up, as a choice between two rows of leaf numbers.
#include "CKernels.h"

static void set_bits_any(const uint8_t *x, const uint8_t *set, size_t count, uint8_t *target) {
    for (size_t k = 0; k < count; k++) target[k] = (set[x[k] >> 3] >> (x[k] & 7)) & 1;
}

static void add_leaves_any(
    const uint8_t *numbers, const martlet_blend_program *program, const martlet_blend_tree *tree,
    size_t count, double *sum) {
    const double *leaves = program->leaves + tree->leaf_start;
    for (size_t k = 0; k < count; k++) sum[k] += leaves[numbers[k]];
}

typedef uint8_t bytes16 __attribute__((ext_vector_type(16)));

static inline bytes16 take16(bytes16 x, bytes16 threshold, bytes16 left, bytes16 right) {
    bytes16 goes_right = (bytes16)(x > threshold);
    return (goes_right & right) | (~goes_right & left);
}

#define NAME(part) any_##part
#define TARGET
#define V bytes16
#define WIDTH 16
#define LOAD(p) (*(const bytes16 *)(p))
#define STORE(p, v) (*(bytes16 *)(p) = (v))
#define SPLAT(byte) ((bytes16)(byte))
#define TAKE take16
#define SET_BITS set_bits_any
#define ADD_LEAVES add_leaves_any
#include "blend_trees_body.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))

AVX2 static inline __m256i take32(__m256i x, __m256i threshold, __m256i left, __m256i right) {
    return _mm256_blendv_epi8(
        right, left, _mm256_cmpeq_epi8(_mm256_min_epu8(x, threshold), x));
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

AVX512 static inline __m512i take64(__m512i x, __m512i threshold, __m512i left, __m512i right) {
    return _mm512_mask_mov_epi8(left, _mm512_cmpgt_epu8_mask(x, threshold), right);
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

#define INTERLEAVE(bits, low, high, a, b) \
    low = _mm512_unpacklo_epi##bits(a, b), high = _mm512_unpackhi_epi##bits(a, b)

// Where each pair of rows must stand so that two rounds of interleaving, which stay within lanes of
// 16 bytes, bring the doubles into the order of the rows.
static const _Alignas(64) uint16_t interleaved[32] = {
    0,  4,  8,  12, 1,  5,  9,  13, 2,  6,  10, 14, 3,  7,  11, 15,
    16, 20, 24, 28, 17, 21, 25, 29, 18, 22, 26, 30, 19, 23, 27, 31};

// One permutation for each quarter of a double looks up 32 rows; then the quarters are put
// together.
AVX512 static void add_planes(
    const uint8_t *numbers, const uint16_t *planes, size_t count, double *sum) {
    __m512i order = _mm512_load_si512(interleaved), low[4], high[4];
    for (size_t i = 0; i < 4; i++) {
        low[i] = _mm512_loadu_si512(planes + 64 * i);
        high[i] = _mm512_loadu_si512(planes + 64 * i + 32);
    }
    for (size_t k = 0; k < count; k += 64) {
        __m512i pairs = _mm512_permutexvar_epi16(order, _mm512_load_si512(numbers + k));
        for (size_t half = 0; half < 2; half++) {
            __m256i bytes = half ? _mm512_extracti64x4_epi64(pairs, 1)
                                 : _mm512_castsi512_si256(pairs);
            __m512i number = _mm512_cvtepu8_epi16(bytes), word[4], pair[4], value[4];
            for (size_t i = 0; i < 4; i++)
                word[i] = _mm512_permutex2var_epi16(low[i], number, high[i]);
            INTERLEAVE(16, pair[0], pair[1], word[0], word[1]);
            INTERLEAVE(16, pair[2], pair[3], word[2], word[3]);
            INTERLEAVE(32, value[0], value[1], pair[0], pair[2]);
            INTERLEAVE(32, value[2], value[3], pair[1], pair[3]);
            for (size_t i = 0; i < 4; i++) {
                double *target = sum + k + 32 * half + 8 * i;
                __m512d added = _mm512_castsi512_pd(value[i]);
                _mm512_storeu_pd(target, _mm512_add_pd(_mm512_loadu_pd(target), added));
            }
        }
    }
}

AVX512 static void add_leaves_avx512(
    const uint8_t *numbers, const martlet_blend_program *program, const martlet_blend_tree *tree,
    size_t count, double *sum) {
    const double *leaves = program->leaves + tree->leaf_start;
    if (tree->plane != MARTLET_NO_PLANES) {
        add_planes(
            numbers, program->planes + (size_t)tree->plane * 4 * MARTLET_PLANE_LEAVES, count, sum);
        return;
    }
    for (size_t k = 0; k < count; k += 8) {
        __m256i index = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(numbers + k)));
        __m512d value = _mm512_i32gather_pd(index, leaves, 8);
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
#define TAKE take32
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
#define TAKE take64
#define SET_BITS set_bits_avx512
#define ADD_LEAVES add_leaves_avx512
#include "blend_trees_body.h"
#endif

void martlet_blend_trees(int level, const martlet_blend_program *program, size_t row_count,
                         uint8_t *columns, uint8_t *stack, double *sums) {
#if defined(__x86_64__)
    if (level >= 2) {
        avx512_trees(program, row_count, columns, stack, sums);
        return;
    }
    if (level == 1) {
        avx2_trees(program, row_count, columns, stack, sums);
        return;
    }
#else
    (void)level;
#endif
    any_trees(program, row_count, columns, stack, sums);
}
