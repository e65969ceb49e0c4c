// The body of the path kernel for one level of instructions. The includer defines NAME and TARGET,
// the vector type V of WIDTH doubles, its MASK, BITS(row, k) = the decisions of rows k and on,
// SPLAT, SELECT(mask, yes, no) and SCALE(mask, x, factor) = mask ? x * factor : x.

#define LOAD(p) (*(const V *)(p))
#define STORE(p, v) (*(V *)(p) = (v))

// `point_count` is a constant wherever this is inlined, so that the products stay in registers.
TARGET static inline __attribute__((always_inline)) void NAME(short)(
    const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const leaf_constants *constants, size_t point_count, size_t row_count) {
    double z = leaf->left_share, difference = leaf->left - leaf->right;
    V goes_left = SPLAT((1 - z) * difference), goes_right = SPLAT(-z * difference);
    for (size_t k = 0; k < row_count; k += WIDTH) {
        V product[SHORT_POINTS];
        for (size_t q = 0; q < point_count; q++) product[q] = SPLAT(constants->start[q]);
        for (size_t i = 0; i < count; i++) {
            MASK in = BITS(elements[i].bits, k);
            const double *ratio = constants->ratio[i];
            for (size_t q = 0; q < point_count; q++)
                product[q] = SCALE(in, product[q], ratio[q]);
        }
        if (leaf->split) {
            MASK in = BITS(leaf->split, k);
            V sum = product[0];
            for (size_t q = 1; q < point_count; q++) sum = sum + product[q];
            V *target = (V *)(leaf->sums + k);
            STORE(target, LOAD(target) + sum * SELECT(in, goes_left, goes_right));
            for (size_t q = 0; q < point_count; q++)
                product[q] = product[q] *
                             SELECT(in, SPLAT(constants->left[q]), SPLAT(constants->right[q]));
        }
        V absent = product[0] * SPLAT(constants->absent[0]);
        for (size_t q = 1; q < point_count; q++)
            absent = absent + product[q] * SPLAT(constants->absent[q]);
        for (size_t i = 0; i < count; i++) {
            const double *factor = constants->present[i];
            V present = product[0] * SPLAT(factor[0]);
            for (size_t q = 1; q < point_count; q++)
                present = present + product[q] * SPLAT(factor[q]);
            V *target = (V *)(elements[i].sums + k);
            STORE(target, LOAD(target) + SELECT(BITS(elements[i].bits, k), present, absent));
        }
    }
}

// Any number of elements, with the products in memory.
TARGET static void NAME(long)(
    const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const double *points, size_t point_count, const leaf_constants *constants,
    size_t row_count) {
    double z = leaf->left_share, difference = leaf->left - leaf->right;
    for (size_t k = 0; k < row_count; k += WIDTH) {
        V product[MARTLET_PATH_POINTS];
        V sum = SPLAT(0.0), absent = SPLAT(0.0);
        for (size_t q = 0; q < point_count; q++) {
            double t = points[q], rest = 1 - t;
            V p = SPLAT(constants->start[q]);
            for (size_t i = 0; i < count; i++) {
                double out = rest * elements[i].share;
                p = p * SELECT(BITS(elements[i].bits, k), SPLAT(t + out), SPLAT(out));
            }
            sum = sum + p;
            if (leaf->split)
                p = p * SELECT(
                            BITS(leaf->split, k), SPLAT(constants->left[q]),
                            SPLAT(constants->right[q]));
            absent = absent + p * SPLAT(constants->absent[q]);
            product[q] = p;
        }
        if (leaf->split) {
            V factor = SELECT(
                BITS(leaf->split, k), SPLAT((1 - z) * difference), SPLAT(-z * difference));
            V *target = (V *)(leaf->sums + k);
            STORE(target, LOAD(target) + sum * factor);
        }
        for (size_t i = 0; i < count; i++) {
            double share = elements[i].share;
            V present = SPLAT(0.0);
            for (size_t q = 0; q < point_count; q++)
                present = present +
                          product[q] * SPLAT((1 - share) / (points[q] + (1 - points[q]) * share));
            V *target = (V *)(elements[i].sums + k);
            STORE(target, LOAD(target) + SELECT(BITS(elements[i].bits, k), present, absent));
        }
    }
}

TARGET static void NAME(leaf)(
    const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const double *points, size_t point_count, const leaf_constants *constants,
    size_t row_count) {
    switch (count <= SHORT_ELEMENTS ? point_count : 0) {
    case 1: NAME(short)(elements, count, leaf, constants, 1, row_count); break;
    case 2: NAME(short)(elements, count, leaf, constants, 2, row_count); break;
    case 3: NAME(short)(elements, count, leaf, constants, 3, row_count); break;
    case 4: NAME(short)(elements, count, leaf, constants, 4, row_count); break;
    case 5: NAME(short)(elements, count, leaf, constants, 5, row_count); break;
    case 6: NAME(short)(elements, count, leaf, constants, 6, row_count); break;
    case 7: NAME(short)(elements, count, leaf, constants, 7, row_count); break;
    case 8: NAME(short)(elements, count, leaf, constants, 8, row_count); break;
    default: NAME(long)(elements, count, leaf, points, point_count, constants, row_count);
    }
}

#undef LOAD
#undef STORE
#undef NAME
#undef TARGET
#undef V
#undef MASK
#undef WIDTH
#undef BITS
#undef SPLAT
#undef SELECT
#undef SCALE
