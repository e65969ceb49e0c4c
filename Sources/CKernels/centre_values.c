// Takes a shift off the values of a column, weighs them and describes them, in one pass.
#include "CKernels.h"

// The lanes are the same for every instruction set, so the bits are too.
#define LANES 8
#define INLINE static inline __attribute__((always_inline))

typedef double lanes __attribute__((ext_vector_type(LANES), aligned(8)));
typedef long long counts __attribute__((ext_vector_type(LANES)));

INLINE void centre(
    const double *values, const double *roots, size_t count, double shift, double *output,
    martlet_value_tally *tally) {
    counts missing = 0;
    lanes smallest = tally->minimum, largest = tally->maximum;
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        lanes x = *(const lanes *)(values + k), none = 0;
        // The outcome of a compare is 0 or -1.
        missing -= __builtin_convertvector(x != x, counts);
        smallest = x < smallest ? x : smallest;
        largest = x > largest ? x : largest;
        lanes moved = (x - (lanes)shift) * *(const lanes *)(roots + k);
        *(lanes *)(output + k) = x != x ? none : moved;
    }
    for (int lane = 0; lane < LANES; lane++) {
        tally->missing_count += missing[lane];
        tally->minimum = smallest[lane] < tally->minimum ? smallest[lane] : tally->minimum;
        tally->maximum = largest[lane] > tally->maximum ? largest[lane] : tally->maximum;
    }
    for (; k < count; k++) {
        double x = values[k];
        tally->missing_count += x != x;
        tally->minimum = x < tally->minimum ? x : tally->minimum;
        tally->maximum = x > tally->maximum ? x : tally->maximum;
        output[k] = x != x ? 0 : (x - shift) * roots[k];
    }
}

#define PARAMETERS                                                                        \
    const double *values, const double *roots, size_t count, double shift, double *output, \
        martlet_value_tally *tally

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512dq"))) static void centre_avx512(PARAMETERS) {
    centre(values, roots, count, shift, output, tally);
}
__attribute__((target("avx2"))) static void centre_avx2(PARAMETERS) {
    centre(values, roots, count, shift, output, tally);
}
#endif

void martlet_centre_values(PARAMETERS) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        return centre_avx512(values, roots, count, shift, output, tally);
    if (__builtin_cpu_supports("avx2"))
        return centre_avx2(values, roots, count, shift, output, tally);
#endif
    centre(values, roots, count, shift, output, tally);
}
