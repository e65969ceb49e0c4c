// e to the x for the kernels that need it inlined: the same bits on every machine, as long as the
// including file turns contraction off.
#ifndef MARTLET_EXPONENTIAL_H
#define MARTLET_EXPONENTIAL_H

#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// Before a loop of exponentials: each is one long chain of operations, so two vectors of them at
// once measured a third faster than one.
#define INTERLEAVED _Pragma("clang loop interleave_count(2)")

static inline __attribute__((always_inline)) double bits_to_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline __attribute__((always_inline)) uint64_t double_to_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

// exp(x) = 2^k * exp(r), k = round(x / ln 2), |r| <= ln 2 / 2, by the Taylor polynomial of degree
// 13, whose remainder is below 5e-18 of the result; rounding leaves a relative error below 1e-15.
// Arguments are clamped to [-708, 709], where the result is a normal number. NaN stays NaN.
static inline __attribute__((always_inline)) double exponential(double x) {
    double clamped = x < -708.0 ? -708.0 : x;
    clamped = clamped > 709.0 ? 709.0 : clamped;
    // Adding 1.5 * 2^52 rounds to an integer, which is then in the low bits.
    const double shifter = 6755399441055744.0;
    double shifted = clamped * 1.44269504088896338700e+00 + shifter;
    double k = shifted - shifter;
    double r = clamped - k * 6.93147180369123816490e-01;
    r = r - k * 1.90821492927058770002e-10;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    uint64_t exponent = (double_to_bits(shifted) + 1023) << 52;
    double result = p * bits_to_double(exponent);
    return x != x ? x : result;
}

// log(m 2^e) for m in [sqrt(1/2), sqrt(2)]: e ln 2 + 2 atanh(s), s = (m - 1) / (m + 1).
static inline __attribute__((always_inline)) double logarithm_of_parts(double m, double e) {
    double s = (m - 1) / (m + 1);
    double z = s * s;
    double p = 1.0 / 23.0;
#pragma clang loop unroll(full)
    for (int odd = 21; odd >= 3; odd -= 2) p = p * z + 1.0 / odd;
    double tail = 2.0 * s * (p * z);
    return e * 6.93147180369123816490e-01 + (2.0 * s + (tail + e * 1.90821492927058770002e-10));
}

// log(x) for x in [1, 2], with the bits of `martlet_log` and without a branch.
static inline __attribute__((always_inline)) double logarithm_to_two(double x) {
    int is_upper = x > 1.41421356237309504880;
    return logarithm_of_parts(is_upper ? x * 0.5 : x, is_upper ? 1.0 : 0.0);
}

#endif
