/// Parameters of the form of trees and of what they may not do.
extension ParameterTable {
    static let growth: [Parameter] = [
        Parameter(
            "grow_policy", .choice(["lossguide", "depthwise"]), for: learning,
            default: "lossguide",
            "Split the leaf that gains most, or level by level: then max_depth alone says how many "
                + "leaves there are, unless num_leaves does."),
        Parameter(
            "monotone_constraints", .list,
            aliases: ["mc", "monotone_constraint", "monotonic_cst"], for: learning,
            "Columns with which predictions may only rise (1) or only fall (-1): height=1,age=-1. "
                + "Not for multiclass, nor for columns of categories."),
        Parameter(
            "interaction_constraints", .groups, aliases: ["interaction_cst"], for: learning,
            "Groups of columns, [a,b],[c]: only columns of one group may stand on one way from the "
                + "root of a tree to a leaf. Columns of no group are not used, as in LightGBM."),
        Parameter(
            "path_smooth", .number(0...Double.greatestFiniteMagnitude), for: learning,
            default: "0 (off)",
            "So many rows the value of the node above counts for in a leaf's own; needs "
                + "min_data_in_leaf of 2 or more. The medians and quantiles of regression_l1 and "
                + "quantile are not smoothed; the choice of splits is."),
        Parameter(
            "max_delta_step", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["max_tree_output", "max_leaf_output"], for: learning, default: "0 (no limit)",
            "Largest value of a leaf before the learning rate. The medians and quantiles of "
                + "regression_l1 and quantile are not limited; the choice of splits is."),
        Parameter(
            "extra_trees", .flag, aliases: ["extra_tree"], for: learning, default: "off",
            "Try one threshold of each feature at each node, drawn at random."),
    ]
}
