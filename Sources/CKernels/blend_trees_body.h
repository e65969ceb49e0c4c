// The body of the tree kernel for one level of instructions. The includer defines NAME and TARGET,
// the vector type V of WIDTH bytes, LOAD, STORE, SPLAT, SELECT(x, t, a, b) = x > t ? b : a for
// each unsigned byte, and SET_BITS and ADD_LEAVES.

#define VALUE_ROW(input) (values + (size_t)(input) * MARTLET_BLOCK_ROWS)
#define COLUMN(i) (columns + (size_t)op->column[i] * MARTLET_BLOCK_ROWS)
// A leaf is a row of one vector that is read again and again: `leaf_rows` is made once a call.
#define INPUT(i) \
    (op->input[i] < MARTLET_BLEND_LEAF \
         ? VALUE_ROW(op->input[i]) \
         : leaf_rows + (size_t)(op->input[i] - MARTLET_BLEND_LEAF) * WIDTH)
#define STEP(i) (op->input[i] < MARTLET_BLEND_LEAF ? WIDTH : 0)

TARGET static void NAME(blend)(
    const martlet_blend_op *ops, size_t op_count, const uint8_t *sets, size_t row_count,
    uint8_t *columns, uint8_t *values, const uint8_t *leaf_rows) {
    for (size_t index = 0; index < op_count; index++) {
        const martlet_blend_op *op = ops + index;
        switch (op->kind) {
        case MARTLET_BLEND_THREE: {
            const uint8_t *x0 = COLUMN(0), *x1 = COLUMN(1), *x2 = COLUMN(2);
            const uint8_t *a = INPUT(0), *b = INPUT(1), *c = INPUT(2), *d = INPUT(3);
            size_t sa = STEP(0), sb = STEP(1), sc = STEP(2), sd = STEP(3);
            uint8_t *target = VALUE_ROW(op->target);
            V t0 = SPLAT(op->threshold[0]), t1 = SPLAT(op->threshold[1]),
              t2 = SPLAT(op->threshold[2]);
            for (size_t k = 0; k < row_count; k += WIDTH) {
                V left = SELECT(LOAD(x1 + k), t1, LOAD(a), LOAD(b));
                V right = SELECT(LOAD(x2 + k), t2, LOAD(c), LOAD(d));
                STORE(target + k, SELECT(LOAD(x0 + k), t0, left, right));
                a += sa, b += sb, c += sc, d += sd;
            }
            break;
        }
        case MARTLET_BLEND_LEAVES: {
            const uint8_t *x0 = COLUMN(0), *x1 = COLUMN(1), *x2 = COLUMN(2);
            uint8_t *target = VALUE_ROW(op->target);
            V t0 = SPLAT(op->threshold[0]), t1 = SPLAT(op->threshold[1]),
              t2 = SPLAT(op->threshold[2]);
            V a = LOAD(INPUT(0)), b = LOAD(INPUT(1)), c = LOAD(INPUT(2)), d = LOAD(INPUT(3));
            for (size_t k = 0; k < row_count; k += WIDTH) {
                V left = SELECT(LOAD(x1 + k), t1, a, b);
                V right = SELECT(LOAD(x2 + k), t2, c, d);
                STORE(target + k, SELECT(LOAD(x0 + k), t0, left, right));
            }
            break;
        }
        case MARTLET_BLEND_ONE: {
            const uint8_t *x0 = COLUMN(0), *a = INPUT(0), *b = INPUT(1);
            size_t sa = STEP(0), sb = STEP(1);
            uint8_t *target = VALUE_ROW(op->target);
            V t0 = SPLAT(op->threshold[0]);
            for (size_t k = 0; k < row_count; k += WIDTH) {
                STORE(target + k, SELECT(LOAD(x0 + k), t0, LOAD(a), LOAD(b)));
                a += sa, b += sb;
            }
            break;
        }
        case MARTLET_BLEND_WIDE: {
            const uint16_t *x = (const uint16_t *)COLUMN(0);
            uint8_t *target = columns + (size_t)op->target * MARTLET_BLOCK_ROWS;
            uint16_t threshold = op->wide_threshold;
            for (size_t k = 0; k < row_count; k++) target[k] = x[k] > threshold;
            break;
        }
        case MARTLET_BLEND_SET: {
            const uint8_t *x = COLUMN(0);
            uint8_t *target = columns + (size_t)op->target * MARTLET_BLOCK_ROWS;
            SET_BITS(x, sets + op->offset, row_count, target);
            break;
        }
        default: {
            const uint16_t *x = (const uint16_t *)COLUMN(0);
            uint8_t *target = columns + (size_t)op->target * MARTLET_BLOCK_ROWS;
            const uint8_t *set = sets + op->offset;
            for (size_t k = 0; k < row_count; k++) target[k] = (set[x[k] >> 3] >> (x[k] & 7)) & 1;
        }
        }
    }
}

TARGET static void NAME(trees)(
    const martlet_blend_tree *trees, size_t tree_count, const martlet_blend_op *ops,
    const double *leaves, const uint8_t *sets, size_t row_count, uint8_t *columns,
    uint8_t *values, double *sums) {
    _Alignas(64) uint8_t leaf_rows[256 * WIDTH];
    for (size_t leaf = 0; leaf < 256; leaf++) STORE(leaf_rows + leaf * WIDTH, SPLAT((uint8_t)leaf));
    for (size_t index = 0; index < tree_count; index++) {
        const martlet_blend_tree *tree = trees + index;
        const double *tree_leaves = leaves + tree->leaf_start;
        double *sum = sums + (size_t)tree->output * MARTLET_BLOCK_ROWS;
        if (tree->op_count == 0) {
            for (size_t k = 0; k < row_count; k++) sum[k] += tree_leaves[0];
            continue;
        }
        NAME(blend)(
            ops + tree->op_start, tree->op_count, sets, row_count, columns, values, leaf_rows);
        ADD_LEAVES(VALUE_ROW(tree->root), tree_leaves, row_count, sum);
    }
}

#undef VALUE_ROW
#undef COLUMN
#undef INPUT
#undef STEP
#undef NAME
#undef TARGET
#undef V
#undef WIDTH
#undef LOAD
#undef STORE
#undef SPLAT
#undef SELECT
#undef SET_BITS
#undef ADD_LEAVES
