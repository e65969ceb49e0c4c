#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define V4 __attribute__((target("arch=x86-64-v4")))
#endif

// Values of the rows of a set, a bit each; see row_masks.c. All variants add the same once.

static void add_to_marked(const uint64_t *words, size_t word_count, double value,
                          double *values) {
    for (size_t word = 0; word < word_count; word++)
        for (uint64_t bits = words[word]; bits; bits &= bits - 1)
            values[word * 64 + (size_t)__builtin_ctzll(bits)] += value;
}

#if defined(__x86_64__)
V4 static void add_to_marked_v4(const uint64_t *words, size_t word_count, double value,
                                double *values) {
    __m512d addend = _mm512_set1_pd(value);
    for (size_t word = 0; word < word_count; word++) {
        double *target = values + word * 64;
        for (uint64_t bits = words[word]; bits; bits >>= 8, target += 8) {
            __mmask8 taken = (__mmask8)bits;
            if (!taken) continue;
            __m512d sum = _mm512_add_pd(_mm512_maskz_loadu_pd(taken, target), addend);
            _mm512_mask_storeu_pd(target, taken, sum);
        }
    }
}
#endif

void martlet_add_to_marked(const uint64_t *words, size_t word_count, double value,
                           double *values) {
#if defined(__x86_64__)
    if (martlet_kernel_level() >= 2) {
        add_to_marked_v4(words, word_count, value, values);
        return;
    }
#endif
    add_to_marked(words, word_count, value, values);
}
