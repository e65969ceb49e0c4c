// Every C kernel of Martlet, in one header.
//
// C stands here only where a whole stage gains clearly over Swift. Each function is pure: no
// allocation, no errors, no globals but the level of instructions; sizes are passed in and were
// checked by the caller.
#ifndef MARTLET_CKERNELS_H
#define MARTLET_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// Asks for the cache line at `address`; a hint that never faults.
static inline void martlet_prefetch(const void *address) { __builtin_prefetch(address); }

/// The same, into the second-level cache: for what is used only after much else.
static inline void martlet_prefetch_second_level(const void *address) {
    __builtin_prefetch(address, 0, 2);
}

/// Tells the processor that the caller is spinning.
static inline void martlet_spin_hint(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/// The processors of this process's affinity mask, or 0 when they cannot be told.
int martlet_processor_count(void);

/// The level of instructions that kernels use: 0 any x86-64, 1 x86-64-v3 (AVX2), 2 x86-64-v4
/// (AVX-512), 3 that with permutations of bytes (VBMI). The processor's best, or the limit where
/// that is lower. Results do not depend on it.
int martlet_kernel_level(void);

/// Sets the limit of `martlet_kernel_level`, for this process.
void martlet_limit_kernel_level(int level);

/// Sleeps while `*word == expected`. Returns 0 when woken, or an errno value.
int martlet_futex_wait(const uint32_t *word, uint32_t expected);

/// Wakes up to `count` sleepers on `word`. Returns how many were woken.
int martlet_futex_wake(const uint32_t *word, int count);

// MARK: Checksums

/// CRC-32C (RFC 3720, appendix B.4) of what came before, 0 at the start, and of `bytes` behind it.
uint32_t martlet_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);

/// CRC-64/NVME (NVM Express, command set specification, section 5.2.1.3.4), in the same way.
uint64_t martlet_crc64_nvme(uint64_t crc, const uint8_t *bytes, size_t count);

// MARK: Binning

/// For each value the number of bounds below it, or `missing_bin` for NaN.
/// bounds: (2^step_count - 1), ascending, padded with infinity. bins: (count).
void martlet_bin_values(const double *values, size_t count, const double *bounds, int step_count,
                        uint16_t missing_bin, uint16_t *bins);

// MARK: Exponential and logarithm

/// e to the x, relative error below 1e-15, with the same bits on every machine. The argument is
/// clamped to [-708, 709]; NaN stays NaN.
double martlet_exp(double x);

/// The natural logarithm, relative error below 1e-15, with the same bits on every machine.
double martlet_log(double x);

/// 1 / (1 + e^-score) of each. result: (count), may be `scores`.
void martlet_sigmoid(const double *scores, size_t count, double *result);

/// Log loss of outcomes 0 and 1 at log-odds, and half the Poisson deviance at the logarithm of the
/// mean, each less what the score does not change; minus the first derivative; and the second, at
/// least 1e-12. All: (count).
void martlet_logistic_terms(const double *scores, const double *targets, size_t count,
                            double *losses, double *slopes, double *curvatures);
void martlet_poisson_terms(const double *scores, const double *targets, size_t count,
                           double *losses, double *slopes, double *curvatures);

/// Derivatives of the cross entropy with respect to log-odds. labels: 0 or 1. weights: (count) or
/// NULL for 1. All others: (count).
void martlet_logistic_gradients(const double *scores, const float *labels, const float *weights,
                                size_t count, float negative_weight, float positive_weight,
                                float *gradients, float *hessians);

// MARK: Derivatives of losses

// Derivatives with respect to the raw score, times the row's weight. labels: (count). weights:
// (count) or NULL for 1. All others: (count). Results are finite: exponents are cut at 80, values
// at 1e37.

/// Poisson with a log link: e^s - y; the hessian is `hessian_factor` times e^s.
void martlet_poisson_gradients(const double *scores, const float *labels, const float *weights,
                               size_t count, double hessian_factor, float *gradients,
                               float *hessians);

/// Gamma with a log link: 1 - y e^-s.
void martlet_gamma_gradients(const double *scores, const float *labels, const float *weights,
                             size_t count, float *gradients, float *hessians);

/// Tweedie with a log link: e^((2 - power) s) - y e^((1 - power) s).
void martlet_tweedie_gradients(const double *scores, const float *labels, const float *weights,
                               size_t count, double power, float *gradients, float *hessians);

/// The largest score of each row, and one by the sum of e^(score - largest) over its outputs.
/// scores: (output_count x stride), output by output. state: (count x 2).
void martlet_prepare_softmax(const double *scores, size_t stride, size_t output_count,
                             size_t count, double *state);

/// Cross entropy of one class of several, p - [label is the class] with p = e^(score - largest)
/// times the second number of the row's state; the hessian is `hessian_factor` p (1 - p).
/// scores: (count), of the class. state: (count x 2).
void martlet_softmax_gradients(const double *scores, const double *state, const float *labels,
                               const float *weights, size_t count, float class_label,
                               double hessian_factor, float *gradients, float *hessians);

/// Outputs whose rows are worked on together at most.
#define MARTLET_OUTPUTS_TOGETHER 8

/// Both for all classes, at most MARTLET_OUTPUTS_TOGETHER, with the same bits. gradients,
/// hessians: (output_count x count).
void martlet_all_softmax_gradients(const double *scores, size_t stride, size_t output_count,
                                   const float *labels, const float *weights, size_t count,
                                   double hessian_factor, double *state, float *gradients,
                                   float *hessians);

/// e to the score of each. result: (count), may be `scores`.
void martlet_exp_all(const double *scores, size_t count, double *result);

// MARK: Scoring

/// Rows of a block, and bytes of a row of the scoring buffer.
#define MARTLET_BLOCK_ROWS 512

/// What a step of a tree program does, as bits: a jump through a table would be guessed wrong too
/// often. The accumulator holds a leaf number for each row. A row goes right where
/// `column > threshold`, both unsigned bytes.
enum {
    /// The node's left child is the leaf `left`, otherwise it is in the accumulator.
    MARTLET_BLEND_LEFT_LEAF = 1,
    /// The node's right child is the leaf `right`, otherwise it is in the accumulator.
    MARTLET_BLEND_RIGHT_LEAF = 2,
    /// With both: what the accumulator held goes onto the stack before.
    MARTLET_BLEND_PUSH = 4,
    /// With neither: the right child is taken off the stack.
    MARTLET_BLEND_POP = 8,
    /// With neither: the right child is the node of two leaves that the next step describes; with
    /// MARTLET_BLEND_MIRROR the left one is.
    MARTLET_BLEND_PAIR = 16,
    MARTLET_BLEND_MIRROR = 32,
    /// Alone: makes the decision with the number `column`, for the next node or pair.
    MARTLET_BLEND_DECIDE = 64
};

typedef struct {
    uint32_t column;
    uint8_t threshold;
    uint8_t kind;
    /// Leaf numbers.
    uint8_t left;
    uint8_t right;
} martlet_blend_step;

enum {
    /// Column `target` = (16-bit column > wide_threshold)
    MARTLET_BLEND_WIDE = 0,
    /// Column `target` = bit (byte column) of the 32 bytes at sets + offset
    MARTLET_BLEND_SET = 1,
    /// Column `target` = bit (16-bit column) of the bytes at sets + offset
    MARTLET_BLEND_WIDE_SET = 2
};

/// Writes a column of 0 and 1 for a node that a comparison of bytes cannot decide.
typedef struct {
    uint32_t column;
    uint32_t target;
    uint32_t offset;
    uint16_t wide_threshold;
    uint16_t kind;
} martlet_blend_decision;

/// Leaves of a tree whose values also stand in planes.
#define MARTLET_PLANE_LEAVES 64
#define MARTLET_NO_PLANES UINT32_MAX

/// The program of one tree of at most 256 leaves. A tree without steps is its first leaf.
typedef struct {
    /// Indices of the first of the tree's steps and leaf values.
    uint32_t step_start;
    uint32_t step_count;
    uint32_t leaf_start;
    uint32_t leaf_count;
    /// Index of the tree's planes, or MARTLET_NO_PLANES.
    uint32_t plane;
    /// Which sum its leaf values are added to.
    uint32_t output;
} martlet_blend_tree;

/// Trees to blend, and the arrays that their indices are of.
typedef struct {
    const martlet_blend_tree *trees;
    size_t tree_count;
    const martlet_blend_step *steps;
    const martlet_blend_decision *decisions;
    const uint8_t *sets;
    const double *leaves;
    /// For each plane index MARTLET_PLANE_LEAVES times the lowest 16 bits of a leaf's value, then
    /// as many of the next 16, and so on.
    const uint16_t *planes;
} martlet_blend_program;

/// Adds the leaf values of some trees, in order, for a block of rows.
/// @param level at most martlet_kernel_level(); the results do not depend on it.
/// @param row_count rows, rounded up to a multiple of 64; at most MARTLET_BLOCK_ROWS.
/// @param columns rows of MARTLET_BLOCK_ROWS bytes: the binned features (two rows where they are
///        16 bits wide) and the decisions. 64-byte aligned.
/// @param stack rows of MARTLET_BLOCK_ROWS bytes, at least one. 64-byte aligned.
/// @param sums (outputs x MARTLET_BLOCK_ROWS), added to; what lies behind `row_count` is undefined.
void martlet_blend_trees(int level, const martlet_blend_program *program, size_t row_count,
                         uint8_t *columns, uint8_t *stack, double *sums);

/// Numbers values by how many thresholds lie below them: `code = count(threshold < value)`.
/// @param thresholds ascending, padded with infinity to 256 elements; `threshold_count` <= 254.
/// @param right (count), the code, 255 for NaN; or null.
/// @param left (count), the code plus 1, 0 for NaN; or null.
void martlet_bin_narrow(
    int level, const double *values, size_t count, const double *thresholds,
    size_t threshold_count, uint8_t *right, uint8_t *left);

/// The same in 16 bits.
/// @param thresholds ascending, padded with infinity to 2^levels elements, levels <= 16;
///        `threshold_count` < 2^levels and <= 65534.
/// @param right 65535 for NaN.
void martlet_bin_wide(
    const double *values, size_t count, const double *thresholds, int levels, uint16_t *right,
    uint16_t *left);

/// Looks codes up: `found[i] = table[codes[i]]`.
/// @param table (table_count), then readable up to 256 bytes; codes are below `table_count`.
void martlet_look_up_8(int level, const uint8_t *table, size_t table_count, const uint16_t *codes,
                       size_t count, uint8_t *found);

/// What a column's values are like beside those of training.
typedef struct {
    int64_t missing_count;
    /// Values below the smallest and above the largest one of training.
    int64_t below_count;
    int64_t above_count;
    double minimum;
    double maximum;
} martlet_value_tally;

/// Adds values to a tally; one that begins has a minimum of infinity and a maximum of -infinity.
void martlet_tally_values(
    const double *values, size_t count, double low, double high, martlet_value_tally *tally);

/// Takes `shift` off values, times `roots`; a NaN becomes 0. Adds to a tally what
/// `martlet_tally_values` does but for the values below and above.
/// - `output`: (count), may be `values`.
void martlet_centre_values(
    const double *values, const double *roots, size_t count, double shift, double *output,
    martlet_value_tally *tally);

/// A node of a tree that is walked. Leaf `l` is the child `~l`.
typedef struct {
    /// A number goes left when it is <= threshold.
    double threshold;
    /// Where the values of the feature begin: feature * MARTLET_BLOCK_ROWS.
    uint32_t column;
    /// Left, right.
    int32_t child[2];
    /// A categorical split: the first word of its set, which ends with a word of 0; else 0.
    uint32_t set_start;
    /// Words of the set without the last one.
    uint32_t set_word_count;
    uint8_t is_set;
    uint8_t missing_goes_right;
} martlet_walk_node;

/// Finds the leaf of each row of a block; eight rows go down side by side, without a branch.
/// @param has_sets whether any node is categorical.
/// @param values (features x MARTLET_BLOCK_ROWS); codes are finite, also behind `row_count`.
/// @param row_count rows, rounded up to a multiple of 8.
/// @param leaves (row_count), written.
void martlet_walk_tree(const martlet_walk_node *nodes, const uint64_t *words, int has_sets,
                       const double *values, size_t row_count, int32_t *leaves);

// MARK: Explanation

/// Points of the quadrature at most: exact for paths over twice as many features.
#define MARTLET_PATH_POINTS 64

/// One feature of the path to a leaf.
typedef struct {
    /// Bit k & 7 of byte k >> 3: row k passes every decision on this feature.
    const uint8_t *bits;
    /// (MARTLET_BLOCK_ROWS), 64-byte aligned: the contributions of this feature, added to.
    double *sums;
    /// The share of training rows that pass, in (0, 1].
    double share;
    uint32_t feature;
} martlet_path_element;

/// The end of a path: a leaf; or two, parted by a feature that the path does not hold.
typedef struct {
    /// Rows that go left at the last split, or NULL for one leaf.
    const uint8_t *split;
    /// (MARTLET_BLOCK_ROWS), 64-byte aligned: the contributions of the split's feature.
    double *sums;
    /// The leaf's value, or those of both.
    double left, right;
    /// The share of training rows that go left at the split, in (0, 1).
    double left_share;
} martlet_path_leaf;

/// Adds the Shapley values of the end of a path to the sums of each of its features.
/// @param level at most martlet_kernel_level(); the results do not depend on it.
/// @param points, weights (point_count) of Gauss-Legendre on [0, 1]; twice as many as there are
///        features on the path, that of the last split included, or more.
/// @param row_count rows, rounded up to a multiple of 8.
void martlet_explain_leaf(
    int level, const martlet_path_element *elements, size_t count, const martlet_path_leaf *leaf,
    const double *points, const double *weights, size_t point_count, size_t row_count);

/// Adds the Shapley interaction of each two features of a path to one leaf.
/// @param pairs (feature_count * (feature_count + 1) / 2 x MARTLET_BLOCK_ROWS), the upper triangle
///        row by row, added to.
void martlet_explain_leaf_pairs(
    const martlet_path_element *elements, size_t count, double value, const double *points,
    const double *weights, size_t point_count, size_t row_count, size_t feature_count,
    double *pairs);

/// Bit k & 7 of byte k >> 3: whether value k goes left at a numerical split.
/// @param row_count a multiple of 8.
void martlet_decision_bits(
    const double *values, size_t row_count, double threshold, int missing_goes_left,
    uint8_t *bits);

// MARK: Boosting

/// Quantises gradients to `factor` quanta a unit and packs each with a hessian of 1:
/// `quantum << shift + 1`. Adds to the sum, and raises the largest |gradient| seen.
void martlet_pack_unit(const float *gradients, size_t count, double factor, int shift,
                       int64_t *packed, int64_t *gradient_sum, float *gradient_max);

/// The same with hessians; both are rounded up or down by a sequence that starts at `dither`, so
/// that rounding errors cancel out in sums.
void martlet_pack_general(const float *gradients, const float *hessians, size_t count,
                          double gradient_factor, double hessian_factor, int shift,
                          uint32_t dither, int64_t *packed, int64_t *gradient_sum,
                          int64_t *hessian_sum, float *gradient_max);

/// Takes packed sums apart. gradients: (count), may be `packed`. hessians: (count).
void martlet_unpack(const int64_t *packed, size_t count, int shift, int64_t *gradients,
                    int64_t *hessians);

/// The sums of the bins up to each, in real units. All: (count).
void martlet_scan_sums(const int64_t *gradients, const int64_t *hessians, size_t count,
                       double gradient_scale, double hessian_scale, double *gradient_sums,
                       double *hessian_sums);

/// The same of packed sums, as many rows' as fit their fields. All: (count).
void martlet_scan_packed(const int64_t *packed, size_t count, int shift, double gradient_scale,
                         double hessian_scale, double *gradient_sums, double *hessian_sums);

/// What a scan over the bins of a feature needs to know of the node.
typedef struct {
    /// Sums that go left with every bin: those of missing values, or 0.
    double added_gradient, added_hessian;
    double total_gradient, total_hessian;
    double lambda_l1, lambda_l2;
    /// Least hessian of either side; greater than 0 unless lambda_l2 is.
    double min_hessian;
} martlet_split_scan;

/// The first index with the largest gain, or -1 when no side may be so small.
/// gradients, hessians: (count) sums of the bins up to each. gains: (count), overwritten.
int64_t martlet_best_split(const double *gradients, const double *hessians, size_t count,
                           const martlet_split_scan *scan, double *gains, double *best_gain);

/// The gain of one split, with the bits of `martlet_best_split`; -1 when a side is too small.
double martlet_split_gain(double gradient, double hessian, const martlet_split_scan *scan);

/// Lays packed gradients of several outputs side by side, row by row. lanes: 4 or 8, at least
/// output_count; the contents of other lanes do not matter. values: (output_count x stride), output
/// by output. rows: (count x lanes), aligned to a row.
void martlet_lay_together(const int64_t *values, size_t stride, size_t output_count, size_t lanes,
                          size_t count, int64_t *rows);

/// Adds each row's gradients to the sums of the codes of one word, for all outputs. words: (count),
/// `stride` apart. rows: (count x lanes). column_count: 2, 4, 6 or 8, from the lowest byte. sums:
/// (column_count x 256 x lanes), aligned to `lanes` words.
void martlet_add_together(const uint64_t *words, size_t stride, const int64_t *rows, size_t lanes,
                          size_t count, size_t column_count, int64_t *sums);

/// Adds the histogram of a leaf, each of whose rows' gradients has moved by `step`, to another
/// one: packed sums (see `martlet_pack_unit`) to packed ones.
void martlet_carry_packed(const int64_t *packed, size_t count, int shift, int64_t step,
                          int64_t *sums);

/// The same to sums of gradients and hessians apart. first, second: (count) such sums of the leaf;
/// or packed ones and NULL.
void martlet_carry_split(const int64_t *first, const int64_t *second, size_t count, int shift,
                         int64_t step, int64_t *gradients, int64_t *hessians);

/// Divides a set of rows by the codes of one column: row `r` goes left when
/// `goes_left[codes[r * stride]]` is 1. Sets have a bit for each row, the first in the lowest bit
/// of the first word; bits beyond the last row are 0.
/// within: the rows of `0..<count` to divide, or NULL for all. goes_left: 0 or 1 for each code, 256
/// of a byte. codes: (count), and 64 more bytes that may be read. left: may be `within`.
/// Returns the number of rows that went left.
size_t martlet_divide_bytes(const uint8_t *codes, size_t stride, const uint64_t *within,
                            size_t count, const uint8_t *goes_left, uint64_t *left,
                            uint64_t *right);
size_t martlet_divide_wide(const uint16_t *codes, const uint64_t *within, size_t count,
                           const uint8_t *goes_left, uint64_t *left, uint64_t *right);

/// Lists the rows of a set, ascending. first: the number of the set's first row.
void martlet_list_rows(const uint64_t *words, size_t word_count, uint32_t first, uint32_t *rows);

/// Adds `value` to the values of the rows of a set.
/// - words: (word_count) a bit a row.
/// - values: (64 word_count, but those past the last marked row are not touched)
void martlet_add_to_marked(const uint64_t *words, size_t word_count, double value,
                           double *values);

/// How many rows are in a set.
size_t martlet_count_rows(const uint64_t *words, size_t word_count);

// MARK: Decoding

/// Copies bytes that do not overlap; faster than libc past a kilobyte.
void martlet_copy(uint8_t *target, const uint8_t *source, size_t count);

/// Decompresses a Snappy block behind its length. Returns 1 if it was well formed and became
/// `count` bytes. 64 bytes behind `source` are readable; 64 behind `target` may be spoilt.
int martlet_snappy(const uint8_t *source, size_t source_count, uint8_t *target, size_t count);

#define MARTLET_SNAPPY_SLOTS 16384

/// Compresses what lies at `head`, and behind it what lies at `source`, to one Snappy block with
/// its length, as small as libsnappy's. Returns its bytes: at most 32 + both counts + a sixth of
/// them; up to 16 more may be spoilt. slots: (MARTLET_SNAPPY_SLOTS), overwritten.
size_t martlet_snappy_compress(const uint8_t *head, size_t head_count, const uint8_t *source,
                               size_t count, uint8_t *target, uint16_t *slots);

#define MARTLET_INFLATE_SYMBOLS 1408
#define MARTLET_INFLATE_DISTANCES 416

/// A DEFLATE stream (RFC 1951) on its way. At the start all but the first five is 0.
typedef struct {
    /// What comes next, and its end; 64 bytes behind are readable.
    const uint8_t *source, *source_end;
    /// Where to write next, where that began, and where it ends: no byte is written past it.
    uint8_t *target, *target_start, *target_end;
    /// Bits that were read and not taken.
    uint64_t bits, bit_count;
    int is_last;
    /// 2 when the stream came to its end, 3 when it is broken or does not fit.
    int state;
    /// The tables of the block's codes.
    uint32_t symbols[MARTLET_INFLATE_SYMBOLS], distances[MARTLET_INFLATE_DISTANCES];
} martlet_inflate_stream;

/// Decompresses `count` streams side by side, which takes a third less time than one after the
/// other. Afterwards `source` and `target` are where each one stopped.
void martlet_inflate(martlet_inflate_stream *streams, int count);

/// Puts values, of which there are only those that are not null, on their rows; 0 on the others.
/// values: of any alignment, one for each set bit, then 64 readable bytes. words: a bitmap whose
/// bit `bit` is that of row 0, with a readable word more than it needs. rows: (count), written.
void martlet_spread_8(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                      uint8_t *rows);
void martlet_spread_32(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                       uint32_t *rows);
void martlet_spread_64(const uint8_t *values, const uint64_t *words, size_t bit, size_t count,
                       uint64_t *rows);

/// The same for the entries of a dictionary, of which null rows take the first.
/// indices: below the number of entries, which is at least 1; one for each set bit, then 64
/// readable bytes.
void martlet_gather_32(const uint32_t *dictionary, const uint32_t *indices, const uint64_t *words,
                       size_t bit, size_t count, uint32_t *rows);
void martlet_gather_64(const uint64_t *dictionary, const uint32_t *indices, const uint64_t *words,
                       size_t bit, size_t count, uint64_t *rows);

/// Puts dictionary indices on their rows as codes: one more than the index, and 0 on null rows.
/// indices: below 65535; one for each row that is not null, then 64 readable bytes.
/// words: as above, or null where no row is.
void martlet_spread_codes(const uint32_t *indices, const uint64_t *words, size_t bit, size_t count,
                          uint16_t *rows);

/// Unpacks groups of 8 integers of `width` bits. Returns 0, with nothing done, where the processor
/// or the width does not suit. source: (group_count * width) bytes, then 32 readable ones.
int martlet_unpack_bits(const uint8_t *source, int width, size_t group_count, uint32_t *values);

// MARK: Sums of products

/// Sums of products of columns in twice the precision of a double, for i <= j:
/// sums[j * order + i] + errors[j * order + i] = sum over rows of
/// (left + left_low)[i] * (right + right_low)[j], the same bits on every machine.
/// left, right: (order x stride), column by column. left_low, right_low: the same, or both NULL
/// for 0. sums, errors: (order x order), the upper triangle written.
void martlet_gram(const double *left, const double *left_low, const double *right,
                  const double *right_low, size_t row_count, size_t stride, size_t order,
                  double *sums, double *errors);

#endif
