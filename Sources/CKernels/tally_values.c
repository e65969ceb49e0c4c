// Counts what values are like, in vectors; order does not matter to counts and extremes.
#include "CKernels.h"

#define LANES 4

typedef double doubles __attribute__((ext_vector_type(LANES), aligned(8)));
typedef long long counts __attribute__((ext_vector_type(LANES)));

static inline void tally_one(double x, double low, double high, martlet_value_tally *tally) {
    tally->missing_count += x != x;
    tally->below_count += x < low;
    tally->above_count += x > high;
    tally->minimum = x < tally->minimum ? x : tally->minimum;
    tally->maximum = x > tally->maximum ? x : tally->maximum;
}

void martlet_tally_values(
    const double *values, size_t count, double low, double high, martlet_value_tally *tally) {
    counts missing = 0, below = 0, above = 0;
    doubles smallest = tally->minimum, largest = tally->maximum;
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        doubles x = *(const doubles *)(values + k);
        // The outcome of a compare is 0 or -1.
        missing -= __builtin_convertvector(x != x, counts);
        below -= __builtin_convertvector(x < (doubles)low, counts);
        above -= __builtin_convertvector(x > (doubles)high, counts);
        smallest = x < smallest ? x : smallest;
        largest = x > largest ? x : largest;
    }
    for (int lane = 0; lane < LANES; lane++) {
        tally->missing_count += missing[lane];
        tally->below_count += below[lane];
        tally->above_count += above[lane];
        tally->minimum = smallest[lane] < tally->minimum ? smallest[lane] : tally->minimum;
        tally->maximum = largest[lane] > tally->maximum ? largest[lane] : tally->maximum;
    }
    for (; k < count; k++) tally_one(values[k], low, high, tally);
}
