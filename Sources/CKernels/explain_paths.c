// Shapley values of one leaf of a tree for a block of rows.
//
// A leaf is a product game: a coalition S gets value * prod(i in S: o_i) * prod(i not in S: z_i),
// with o_i = 1 where the row passes all decisions on feature i of the path, and z_i the share of
// training rows that do. Its Shapley values are integrals over the multilinear extension (Owen
// 1972): phi_i = value * (o_i - z_i) * the integral over t from 0 to 1 of
// prod(j != i: t o_j + (1 - t) z_j). The integrand is a polynomial in t, for which Gauss-Legendre
// quadrature is exact; all its factors are positive, so that nothing cancels.
//
// With f_j = t o_j + (1 - t) z_j and P = value * prod(f_j) the quotient (o_i - z_i) / f_i is
// (1 - z_i) / (t + (1 - t) z_i) where o_i = 1 and -1 / (1 - t), whatever i, where o_i = 0.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Elements whose points fit into registers; longer paths keep their products in memory.
#define SHORT_POINTS 8
#define SHORT_ELEMENTS (2 * SHORT_POINTS)

// What a leaf's rows share, for each point.
typedef struct {
    // value * weight * prod((1 - t) z_j) for short paths, value * weight for long ones.
    double start[MARTLET_PATH_POINTS];
    // -1 / (1 - t)
    double absent[MARTLET_PATH_POINTS];
    // What the last split multiplies: rows that go left, rows that go right.
    double left[MARTLET_PATH_POINTS], right[MARTLET_PATH_POINTS];
    // For each element: (t + (1 - t) z) / ((1 - t) z), and (1 - z) / (t + (1 - t) z).
    double ratio[SHORT_ELEMENTS][SHORT_POINTS];
    double present[SHORT_ELEMENTS][SHORT_POINTS];
} leaf_constants;

static void prepare(
    const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const double *points, const double *weights, size_t point_count, leaf_constants *constants) {
    double z = leaf->left_share;
    for (size_t q = 0; q < point_count; q++) {
        double t = points[q], rest = 1 - t, start = weights[q];
        if (count <= SHORT_ELEMENTS && point_count <= SHORT_POINTS)
            for (size_t i = 0; i < count; i++) {
                double out = rest * elements[i].share, in = t + out;
                start *= out;
                constants->ratio[i][q] = in / out;
                constants->present[i][q] = (1 - elements[i].share) / in;
            }
        constants->start[q] = leaf->split ? start : start * leaf->left;
        constants->absent[q] = -1 / rest;
        constants->left[q] = leaf->left * (t + rest * z) + leaf->right * (rest * (1 - z));
        constants->right[q] = leaf->left * (rest * z) + leaf->right * (t + rest * (1 - z));
    }
}

#define NAME(part) any_##part
#define TARGET
typedef double any_doubles __attribute__((ext_vector_type(2)));
typedef long long any_mask __attribute__((ext_vector_type(2)));
#define any_lanes(bits) ((any_mask)((long long)(bits)) & (any_mask){1, 2})
#define V any_doubles
#define MASK any_mask
#define WIDTH 2
#define BITS(row, k) ((any_mask)((any_lanes((row)[(k) >> 3] >> ((k) & 7))) != 0))
#define SPLAT(x) ((any_doubles)(x))
#define SELECT(mask, yes, no) ((V)(((mask) & (MASK)(yes)) | (~(mask) & (MASK)(no))))
#define SCALE(mask, x, factor) ((x) * SELECT(mask, SPLAT(factor), SPLAT(1.0)))
#include "explain_paths_body.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define NAME(part) avx2_##part
#define TARGET __attribute__((target("avx2")))
typedef double avx2_doubles __attribute__((ext_vector_type(4)));
typedef long long avx2_mask __attribute__((ext_vector_type(4)));
#define avx2_lanes(bits) ((avx2_mask)((long long)(bits)) & (avx2_mask){1, 2, 4, 8})
#define V avx2_doubles
#define MASK avx2_mask
#define WIDTH 4
#define BITS(row, k) ((avx2_mask)((avx2_lanes((row)[(k) >> 3] >> ((k) & 7))) != 0))
#define SPLAT(x) ((avx2_doubles)(x))
#define SELECT(mask, yes, no) \
    ((V)_mm256_blendv_pd((__m256d)(no), (__m256d)(yes), (__m256d)(mask)))
#define SCALE(mask, x, factor) ((x) * SELECT(mask, SPLAT(factor), SPLAT(1.0)))
#include "explain_paths_body.h"

#define NAME(part) avx512_##part
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl")))
#define V __m512d
#define MASK __mmask8
#define WIDTH 8
#define BITS(row, k) ((__mmask8)(row)[(k) >> 3])
#define SPLAT(x) _mm512_set1_pd(x)
#define SELECT(mask, yes, no) _mm512_mask_mov_pd(no, mask, yes)
#define SCALE(mask, x, factor) _mm512_mask_mul_pd(x, mask, x, SPLAT(factor))
#include "explain_paths_body.h"
#endif

void martlet_explain_leaf(
    int level, const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const double *points, const double *weights, size_t point_count, size_t row_count) {
    leaf_constants constants;
    prepare(elements, count, leaf, points, weights, point_count, &constants);
#if defined(__x86_64__)
    if (level >= 2) {
        avx512_leaf(elements, count, leaf, points, point_count, &constants, row_count);
        return;
    }
    if (level == 1) {
        avx2_leaf(elements, count, leaf, points, point_count, &constants, row_count);
        return;
    }
#else
    (void)level;
#endif
    any_leaf(elements, count, leaf, points, point_count, &constants, row_count);
}

// (o - z) / (t o + (1 - t) z)
static inline double quotient(const martlet_path_element *element, size_t k, double t) {
    int is_in = element->bits[k >> 3] >> (k & 7) & 1;
    double z = element->share;
    return is_in ? (1 - z) / (t + (1 - t) * z) : -1 / (1 - t);
}

void martlet_explain_leaf_pairs(
    const martlet_path_element *elements, size_t count, double value, const double *points,
    const double *weights, size_t point_count, size_t row_count, size_t feature_count,
    double *pairs) {
    for (size_t k = 0; k < row_count; k++) {
        double product[MARTLET_PATH_POINTS];
        for (size_t q = 0; q < point_count; q++) {
            product[q] = weights[q] * value;
            for (size_t i = 0; i < count; i++) {
                double out = (1 - points[q]) * elements[i].share;
                int is_in = elements[i].bits[k >> 3] >> (k & 7) & 1;
                product[q] *= is_in ? points[q] + out : out;
            }
        }
        for (size_t i = 0; i < count; i++) {
            double scaled[MARTLET_PATH_POINTS];
            for (size_t q = 0; q < point_count; q++)
                scaled[q] = product[q] * quotient(elements + i, k, points[q]);
            for (size_t j = i + 1; j < count; j++) {
                double sum = 0;
                for (size_t q = 0; q < point_count; q++)
                    sum += scaled[q] * quotient(elements + j, k, points[q]);
                size_t a = elements[i].feature, b = elements[j].feature;
                size_t low = a < b ? a : b, high = a < b ? b : a;
                size_t place = low * feature_count - low * (low + 1) / 2 + high;
                pairs[place * MARTLET_BLOCK_ROWS + k] += sum;
            }
        }
    }
}

void martlet_decision_bits(
    const double *values, size_t row_count, double threshold, int missing_goes_left,
    uint8_t *bits) {
    for (size_t k = 0; k < row_count; k += 8) {
        unsigned byte = 0;
        for (size_t lane = 0; lane < 8; lane++) {
            double x = values[k + lane];
            unsigned goes_left = (x <= threshold) | ((x != x) & (missing_goes_left != 0));
            byte |= goes_left << lane;
        }
        bits[k >> 3] = (uint8_t)byte;
    }
}
