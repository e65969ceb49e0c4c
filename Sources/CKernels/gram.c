// Sums of products of columns in twice the precision of a double.
//
// Dot2 of Ogita, Rump and Oishi (2005) over eight lanes of rows: a product's rounding error comes
// from a fused multiply-add, a sum's from Knuth's two-sum, and the errors are summed beside. The
// lanes are the same for every instruction set, so the bits are too.
#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF
// Vectors are passed between functions that are always inlined: there is no call to agree on.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANES 8
typedef double lanes __attribute__((ext_vector_type(LANES), aligned(8)));

#define INLINE static inline __attribute__((always_inline))

INLINE lanes load(const double *values, size_t count) {
    if (count >= LANES) return *(const lanes *)values;
    lanes result = 0;
    for (size_t k = 0; k < count; k++) result[k] = values[k];
    return result;
}

// Adds the lanes in their order.
INLINE void finish(lanes high, lanes low, double *sum, double *error) {
    double s = 0, e = 0;
    for (int k = 0; k < LANES; k++) {
        double x = high[k], next = s + x, t = next - s;
        e += (s - (next - t)) + (x - t);
        s = next;
    }
    for (int k = 0; k < LANES; k++) e += low[k];
    *sum = s + e;
    *error = e - (*sum - s);
}

// Column i of the left side with `width` columns of the right side, from j on.
INLINE void multiply(
    const double *left, const double *left_low, const double *right, const double *right_low,
    size_t row_count, size_t stride, int width, double *sums, double *errors, size_t order) {
    lanes high[4] = {0, 0, 0, 0}, low[4] = {0, 0, 0, 0};
    for (size_t row = 0; row < row_count; row += LANES) {
        lanes a = load(left + row, row_count - row), b = 0;
        lanes a_low = left_low ? load(left_low + row, row_count - row) : b;
        for (int k = 0; k < width; k++) {
            b = load(right + (size_t)k * stride + row, row_count - row);
            lanes p = a * b, e = __builtin_elementwise_fma(a, b, -p);
            lanes s = high[k] + p, t = s - high[k];
            e += (high[k] - (s - t)) + (p - t);
            if (left_low)
                e += a * load(right_low + (size_t)k * stride + row, row_count - row) + a_low * b;
            high[k] = s;
            low[k] += e;
        }
    }
    for (int k = 0; k < width; k++)
        finish(high[k], low[k], sums + (size_t)k * order, errors + (size_t)k * order);
}

INLINE void gram(
    const double *left, const double *left_low, const double *right, const double *right_low,
    size_t row_count, size_t stride, size_t order, size_t block, double *sums, double *errors) {
    for (size_t i = 0; i < order; i++) {
        const double *own = left + i * stride, *own_low = left_low ? left_low + i * stride : 0;
        size_t j = i;
        for (; j + block <= order; j += block)
            multiply(
                own, own_low, right + j * stride, right_low + (left_low ? j * stride : 0),
                row_count, stride, (int)block, sums + j * order + i, errors + j * order + i, order);
        for (; j < order; j++)
            multiply(
                own, own_low, right + j * stride, right_low + (left_low ? j * stride : 0),
                row_count, stride, 1, sums + j * order + i, errors + j * order + i, order);
    }
}

#define PARAMETERS                                                                             \
    const double *left, const double *left_low, const double *right, const double *right_low, \
        size_t row_count, size_t stride, size_t order, double *sums, double *errors
#define CALL(block)                                                                           \
    if (left_low)                                                                             \
        gram(                                                                                 \
            left, left_low, right, right_low, row_count, stride, order, block, sums, errors); \
    else                                                                                      \
        gram(left, 0, right, right, row_count, stride, order, block, sums, errors)

#if defined(__x86_64__)
__attribute__((target("avx512f,fma"))) static void gram_avx512(PARAMETERS) { CALL(4); }
__attribute__((target("avx2,fma"))) static void gram_avx2(PARAMETERS) { CALL(2); }
#endif

void martlet_gram(PARAMETERS) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return gram_avx512(
            left, left_low, right, right_low, row_count, stride, order, sums, errors);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return gram_avx2(
            left, left_low, right, right_low, row_count, stride, order, sums, errors);
#endif
    CALL(2);
}
