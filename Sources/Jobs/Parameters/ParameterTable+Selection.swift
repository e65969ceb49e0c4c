/// Parameters of choosing rounds and parameters by data that training does not see.
extension ParameterTable {
    static let selection: [Parameter] = [
        Parameter(
            "cv", .integer(2...RowFolds.countMax), aliases: ["nfold", "n_folds", "fold_count"],
            for: learning, default: "off",
            "Folds of a cross-validation that chooses the number of rounds; the model is then "
                + "trained on all rows."),
        Parameter(
            "cv_group", .text, for: learning,
            "The column whose equal values stay in one fold."),
        Parameter(
            "permutation_importance", .flag, for: [.evaluate], default: "off",
            "Say what the first metric loses when a feature's values are shuffled among at most "
                + "10,000 rows: mean and deviation of five orders."),
        Parameter(
            "space", .object, aliases: ["search_space"], for: [.tune],
            default: "learning_rate, num_leaves, min_data_in_leaf, feature_fraction, lambda_l2",
            "What to search: parameters with uniform, log_uniform, integer, log_integer or choice, "
                + "such as {\"num_leaves\": {\"integer\": [7, 127]}}."),
        Parameter(
            "trials", .integer(1...100_000), aliases: ["n_trials", "n_iter_search"],
            for: [.tune], default: "20", "Sets of parameters to try."),
        Parameter(
            "strategy", .choice(["random", "halving"]), for: [.tune], default: "random",
            "Every trial on all rows, or successive halving: all trials on few rows, the best of "
                + "them on more."),
        Parameter(
            "halving_factor", .integer(2...100), for: [.tune], default: "3",
            "halving: one trial in so many goes on, with so many times the rows."),
        Parameter(
            "halving_rungs", .integer(1...10), for: [.tune], default: "3",
            "halving: how often trials are measured; the last time on all rows."),
        Parameter(
            "stage", .choice(["all", "plan", "trial", "reduce"]), for: [.tune], default: "all",
            "The part of the search to do here: everything; or for a map: write its items, measure "
                + "one trial, go on from what all trials have measured."),
        Parameter(
            "trial", .integer(0...99_999), for: [.tune], default: "required for stage trial",
            "The trial to measure, counted from 0."),
        Parameter(
            "rung", .integer(0...9), for: [.tune], default: "0",
            "The rung to measure the trial in, counted from 0."),
    ]
}
