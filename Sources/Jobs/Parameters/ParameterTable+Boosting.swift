/// Parameters of the growth of trees.
extension ParameterTable {
    static let boosting: [Parameter] = [
        Parameter(
            "algorithm", .choice(["gbdt", "linear"]),
            aliases: ["boosting", "boosting_type", "booster"],
            for: [.train], default: "gbdt", "Boosted trees, or a linear model."),
        Parameter(
            "num_iterations", .integer(1...1_000_000),
            aliases: [
                "num_iteration", "n_iter", "num_tree", "num_trees", "num_round", "num_rounds",
                "nrounds", "num_boost_round", "n_estimators", "max_iter",
            ], for: [.train, .tune, .plan], default: "100", "Rounds of boosting."),
        Parameter(
            "learning_rate", .number(0...100, isOpenBelow: true),
            aliases: ["shrinkage_rate", "eta"], for: learning, default: "0.1",
            "How much of each tree is taken."),
        Parameter(
            "num_leaves", .integer(2...131_072),
            aliases: ["num_leaf", "max_leaves", "max_leaf", "max_leaf_nodes"], for: learning,
            default: "31", "Leaves of a tree at most."),
        Parameter(
            "max_depth", .integer(-1...10_000), for: learning, default: "-1",
            "Depth of a tree at most; -1 is no limit."),
        Parameter(
            "max_bin", .integer(2...65_535), aliases: ["max_bins"], for: learning,
            default: "255", "Bins of a feature at most; beyond 256 a row takes two bytes of it."),
        Parameter(
            "max_bin_by_feature", .list, for: learning, default: "max_bin",
            "Bins of some columns at most, 2 to 65535: height=4000,weight=1000."),
        Parameter(
            "forced_bins", .list, for: learning,
            "Where bins of some columns end whatever their values: age=18:65,income=1e4."),
        Parameter(
            "min_data_in_leaf", .integer(0...Int.max),
            aliases: [
                "min_data_per_leaf", "min_data", "min_child_samples", "min_samples_leaf",
            ], for: learning, default: "20", "Rows of a leaf at least."),
        Parameter(
            "min_sum_hessian_in_leaf", .number(0...Double.greatestFiniteMagnitude),
            aliases: [
                "min_sum_hessian_per_leaf", "min_sum_hessian", "min_hessian", "min_child_weight",
            ], for: learning, default: "0.001", "Sum of hessians of a leaf at least."),
        Parameter(
            "lambda_l1", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["reg_alpha", "l1_regularization"], for: learning, default: "0",
            "L1 regularisation."),
        Parameter(
            "min_gain_to_split", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["min_split_gain", "gamma", "min_split_loss"], for: learning, default: "0",
            "Loss reduction of a split at least."),
        Parameter(
            "early_stopping_round", .integer(0...1_000_000),
            aliases: ["early_stopping_rounds", "early_stopping", "n_iter_no_change"],
            for: learning, default: "0 (off)",
            "Stop when the first metric has not improved for so many rounds."),
        Parameter(
            "early_stopping_min_delta", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["min_delta"], for: learning, default: "0",
            "Improvement of the metric that counts for early stopping."),
        Parameter(
            "learning_rate_schedule", .list, for: learning,
            default: "the same learning rate in all rounds",
            "Learning rates by the round they begin with, counted from 0: 0:0.1,100:0.05."),
    ]
}
