// The body of the tree kernel for one level of instructions. The includer defines NAME and TARGET,
// the vector type V of WIDTH bytes, LOAD, STORE, SPLAT, MASK and FLIP(byte), which makes one of 0
// or 255, TAKE(x, t, flip, kept, other) = (x > t) != flip ? other : kept for each unsigned byte,
// and SET_BITS and ADD_LEAVES.

// The accumulator is a leaf number for each of PASS_ROWS rows, in registers: it and what a node
// needs fit into 16. Fewer, longer steps than one for each node and kind of node: a branch that is
// guessed wrong costs as much as a node.
#define LANES 8
#define PASS_ROWS (LANES * WIDTH)
#define EACH_LANE _Pragma("unroll") for (size_t lane = 0; lane < LANES; lane++)

TARGET static void NAME(decide)(
    const martlet_blend_decision *decision, const uint8_t *sets, size_t first, size_t row_count,
    uint8_t *columns) {
    const uint8_t *column = columns + (size_t)decision->column * MARTLET_BLOCK_ROWS;
    const uint8_t *x = column + first;
    const uint16_t *wide = (const uint16_t *)column + first;
    const uint8_t *set = sets + decision->offset;
    uint8_t *target = columns + (size_t)decision->target * MARTLET_BLOCK_ROWS + first;
    uint16_t threshold = decision->wide_threshold;
    switch (decision->kind) {
    case MARTLET_BLEND_WIDE:
        for (size_t k = 0; k < row_count; k++) target[k] = wide[k] > threshold;
        break;
    case MARTLET_BLEND_SET: SET_BITS(x, set, row_count, target); break;
    default:
        for (size_t k = 0; k < row_count; k++)
            target[k] = (set[wide[k] >> 3] >> (wide[k] & 7)) & 1;
    }
}

// Takes the accumulator past the nodes of a run, for the PASS_ROWS rows that begin at `columns`.
TARGET static inline void NAME(climb)(
    const martlet_blend_node *node, size_t node_count, const uint8_t *columns,
    const uint8_t *values, const uint8_t *leaf_rows, V kept[LANES]) {
    for (const martlet_blend_node *end = node + node_count; node < end; node++) {
        const uint8_t *x = columns + (size_t)node->column * MARTLET_BLOCK_ROWS;
        // A leaf is a row of one vector that is read again and again.
        size_t input = node->input, step = WIDTH;
        const uint8_t *other = values + input * PASS_ROWS;
        if (input >= MARTLET_BLEND_LEAF) {
            other = leaf_rows + (input - MARTLET_BLEND_LEAF) * WIDTH;
            step = 0;
        }
        V threshold = SPLAT(node->threshold);
        MASK flip = FLIP(node->flip);
        EACH_LANE {
            kept[lane] =
                TAKE(LOAD(x + lane * WIDTH), threshold, flip, kept[lane], LOAD(other));
            other += step;
        }
    }
}

// Leaf numbers of a tree to value row 0, for the PASS_ROWS rows that begin with `first`.
TARGET static void NAME(find_leaves)(
    const martlet_blend_program *program, const martlet_blend_tree *tree, size_t first,
    size_t row_count, uint8_t *columns, uint8_t *values, const uint8_t *leaf_rows) {
    const martlet_blend_run *run = program->runs + tree->run_start;
    const martlet_blend_node *node = program->nodes + tree->node_start;
    const martlet_blend_decision *decision = program->decisions + tree->decision_start;
    V kept[LANES];
    EACH_LANE kept[lane] = SPLAT(0);
    for (const martlet_blend_run *end = run + tree->run_count; run < end; run++) {
        for (size_t count = run->decision_count; count > 0; count--)
            NAME(decide)(decision++, program->sets, first, row_count, columns);
        uint8_t *row = values + (size_t)run->row * PASS_ROWS;
        V leaf = SPLAT(run->leaf);
        EACH_LANE {
            STORE(row + lane * WIDTH, kept[lane]);
            kept[lane] = leaf;
        }
        NAME(climb)(node, run->node_count, columns + first, values, leaf_rows, kept);
        node += run->node_count;
    }
    EACH_LANE STORE(values + lane * WIDTH, kept[lane]);
}

TARGET static void NAME(trees)(
    const martlet_blend_program *program, size_t row_count, uint8_t *columns, uint8_t *values,
    double *sums) {
    _Alignas(64) uint8_t leaf_rows[256 * WIDTH];
    for (size_t leaf = 0; leaf < 256; leaf++)
        STORE(leaf_rows + leaf * WIDTH, SPLAT((uint8_t)leaf));
    for (size_t index = 0; index < program->tree_count; index++) {
        const martlet_blend_tree *tree = program->trees + index;
        double *sum = sums + (size_t)tree->output * MARTLET_BLOCK_ROWS;
        for (size_t first = 0; first < row_count; first += PASS_ROWS) {
            size_t rest = row_count - first;
            NAME(find_leaves)(
                program, tree, first, rest < PASS_ROWS ? rest : PASS_ROWS, columns, values,
                leaf_rows);
            ADD_LEAVES(values, program, tree, PASS_ROWS, sum + first);
        }
    }
}

#undef LANES
#undef PASS_ROWS
#undef EACH_LANE
#undef NAME
#undef TARGET
#undef V
#undef WIDTH
#undef LOAD
#undef STORE
#undef SPLAT
#undef MASK
#undef FLIP
#undef TAKE
#undef SET_BITS
#undef ADD_LEAVES
