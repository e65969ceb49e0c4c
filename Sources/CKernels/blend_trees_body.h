// The body of the tree kernel for one level of instructions. The includer defines NAME and TARGET,
// the vector type V of WIDTH bytes, LOAD, STORE, SPLAT, TAKE(x, t, left, right) = x > t ? right :
// left for each unsigned byte, and SET_BITS and ADD_LEAVES.

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

// The outcome of a node of two leaves, for the rows of one vector.
TARGET static inline V NAME(pair)(const martlet_blend_step *step, const uint8_t *columns) {
    V x = LOAD(columns + (size_t)step->column * MARTLET_BLOCK_ROWS);
    return TAKE(x, SPLAT(step->threshold), SPLAT(step->left), SPLAT(step->right));
}

// Leaf numbers of a tree to the first row of the stack, for the PASS_ROWS rows that begin with
// `first`. Each kind of step loads and stores as little as it can: a vector that is stored and
// loaded again costs three compares.
TARGET static void NAME(find_leaves)(
    const martlet_blend_program *program, const martlet_blend_tree *tree, size_t first,
    size_t row_count, uint8_t *columns, uint8_t *stack) {
    const martlet_blend_step *step = program->steps + tree->step_start;
    V kept[LANES];
    EACH_LANE kept[lane] = SPLAT(0);
    uint8_t *top = stack;
    for (const martlet_blend_step *end = step + tree->step_count; step < end; step++) {
        unsigned kind = step->kind;
        const uint8_t *x = columns + (size_t)step->column * MARTLET_BLOCK_ROWS + first;
        V threshold = SPLAT(step->threshold), left = SPLAT(step->left), right = SPLAT(step->right);
        if (kind & MARTLET_BLEND_LEFT_LEAF) {
            if (!(kind & MARTLET_BLEND_RIGHT_LEAF)) {
                EACH_LANE kept[lane] = TAKE(LOAD(x + lane * WIDTH), threshold, left, kept[lane]);
                continue;
            }
            if (kind & MARTLET_BLEND_PUSH) {
                EACH_LANE STORE(top + lane * WIDTH, kept[lane]);
                top += PASS_ROWS;
            }
            EACH_LANE kept[lane] = TAKE(LOAD(x + lane * WIDTH), threshold, left, right);
        } else if (kind & MARTLET_BLEND_RIGHT_LEAF) {
            EACH_LANE kept[lane] = TAKE(LOAD(x + lane * WIDTH), threshold, kept[lane], right);
        } else if (kind & MARTLET_BLEND_PAIR) {
            step++;
            if (kind & MARTLET_BLEND_MIRROR) {
                EACH_LANE {
                    V pair = NAME(pair)(step, columns + first + lane * WIDTH);
                    kept[lane] = TAKE(LOAD(x + lane * WIDTH), threshold, pair, kept[lane]);
                }
            } else {
                EACH_LANE {
                    V pair = NAME(pair)(step, columns + first + lane * WIDTH);
                    kept[lane] = TAKE(LOAD(x + lane * WIDTH), threshold, kept[lane], pair);
                }
            }
        } else if (kind & MARTLET_BLEND_POP) {
            top -= PASS_ROWS;
            EACH_LANE
                kept[lane] = TAKE(
                    LOAD(x + lane * WIDTH), threshold, kept[lane], LOAD(top + lane * WIDTH));
        } else {
            NAME(decide)(
                program->decisions + step->column, program->sets, first, row_count, columns);
        }
    }
    EACH_LANE STORE(stack + lane * WIDTH, kept[lane]);
}

TARGET static void NAME(trees)(
    const martlet_blend_program *program, size_t row_count, uint8_t *columns, uint8_t *stack,
    double *sums) {
    for (size_t index = 0; index < program->tree_count; index++) {
        const martlet_blend_tree *tree = program->trees + index;
        double *sum = sums + (size_t)tree->output * MARTLET_BLOCK_ROWS;
        for (size_t first = 0; first < row_count; first += PASS_ROWS) {
            size_t rest = row_count - first;
            NAME(find_leaves)(
                program, tree, first, rest < PASS_ROWS ? rest : PASS_ROWS, columns, stack);
            ADD_LEAVES(stack, program, tree, PASS_ROWS, sum + first);
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
#undef TAKE
#undef SET_BITS
#undef ADD_LEAVES
