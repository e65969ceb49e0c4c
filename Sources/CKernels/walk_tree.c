// Walks rows down a tree, eight at a time: the loads of one row hide those of the others.
#include "CKernels.h"

#define LANES 8

static inline unsigned goes_right_numeric(const martlet_walk_node *node, double x) {
    return (x > node->threshold) | ((x != x) & node->missing_goes_right);
}

static inline unsigned goes_right_any(
    const martlet_walk_node *node, double x, const uint64_t *words) {
    size_t code = (size_t)(int64_t)((node->is_set & (x == x)) ? x : 0.0);
    size_t word = code >> 6 < node->set_word_count ? code >> 6 : node->set_word_count;
    unsigned outside = !(words[node->set_start + word] >> (code & 63) & 1);
    return node->is_set ? outside : goes_right_numeric(node, x);
}

static inline __attribute__((always_inline)) void walk(
    const martlet_walk_node *nodes, const uint64_t *words, int has_sets, const double *values,
    size_t row_count, int32_t *leaves) {
    for (size_t k = 0; k < row_count; k += LANES) {
        int32_t at[LANES] = {0};
        int32_t arrived;
        do {
            arrived = -1;
            for (int lane = 0; lane < LANES; lane++) {
                // A row that has arrived looks at the root again and stays where it is.
                int32_t place = at[lane];
                const martlet_walk_node *node = nodes + (place & ~(place >> 31));
                double x = values[node->column + k + lane];
                unsigned right =
                    has_sets ? goes_right_any(node, x, words) : goes_right_numeric(node, x);
                int32_t next = node->child[right];
                at[lane] = place < 0 ? place : next;
                arrived &= at[lane];
            }
        } while (arrived >= 0);
        for (int lane = 0; lane < LANES; lane++) leaves[k + lane] = ~at[lane];
    }
}

void martlet_walk_tree(
    const martlet_walk_node *nodes, const uint64_t *words, int has_sets, const double *values,
    size_t row_count, int32_t *leaves) {
    if (has_sets)
        walk(nodes, words, 1, values, row_count, leaves);
    else
        walk(nodes, words, 0, values, row_count, leaves);
}
