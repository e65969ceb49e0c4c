/// Every parameter of the program: the one place where names, types and ranges stand.
///
/// The options of the command line, the environment variables and the keys of the job file are all
/// checked against it, and the reference is generated from it.
package enum ParameterTable {
    package static let all: [Parameter] =
        common + data + outputs + boosting + sampling + linear
        + inspection

    /// Parameters of one command, in the order of the table.
    package static func parameters(of command: JobCommand) -> [Parameter] {
        all.filter { $0.commands.contains(command) }
    }

    /// The parameter that `name` (snake case, an alias or not) stands for.
    package static func parameter(named name: String) -> Parameter? { byName[name] }

    private static let byName: [String: Parameter] = {
        var names: [String: Parameter] = [:]
        for parameter in all {
            for name in [parameter.name] + parameter.aliases {
                precondition(names.updateValue(parameter, forKey: name) == nil, "\(name) twice")
            }
        }
        return names
    }()

    private static let everywhere = Set(JobCommand.allCases)
    private static let scoring: Set<JobCommand> = [.predict, .evaluate]
    private static let learning: Set<JobCommand> = [.train]

    private static let common: [Parameter] = [
        Parameter(
            "threads", .integer(1...1024),
            aliases: ["num_threads", "num_thread", "nthread", "nthreads", "n_jobs"],
            for: everywhere, default: "the task's vCPUs", "Threads that compute."),
        Parameter(
            "memory_limit", .byteCount, for: everywhere, default: "the task's memory",
            "Refuse work that would need more memory than this."),
        Parameter(
            "seed", .integer(0...Int.max), aliases: ["random_seed", "random_state"],
            for: [.train, .generate], default: "0", "The start of every random choice."),
    ]

    private static let data: [Parameter] = [
        Parameter(
            "data", .urls, aliases: ["train_data", "test_data"],
            for: [.train, .predict, .evaluate],
            default: "required", "Shards: an object, a folder or prefix, or a manifest (.json)."),
        Parameter(
            "model", .url, aliases: ["input_model", "model_input"], for: scoring,
            default: "required", "The model that `train` wrote."),
        Parameter(
            "lower_model", .url, for: scoring,
            "A quantile model for the lower end of the interval."),
        Parameter(
            "upper_model", .url, for: scoring,
            "A quantile model for the upper end of the interval."),
        Parameter(
            "target", .text, aliases: ["label", "label_column"], for: [.train, .evaluate],
            default: "required for train; the model's target for evaluate",
            "The column to predict."),
        Parameter(
            "weight", .text, aliases: ["weight_column"], for: [.train, .evaluate],
            "The column of sample weights."),
        Parameter(
            "features", .list, for: learning, default: "every usable column",
            "The columns to learn from."),
        Parameter(
            "ignore_features", .list, aliases: ["ignore_column", "ignore_feature", "blacklist"],
            for: learning, "Columns to leave out."),
        Parameter(
            "categorical_feature", .list,
            aliases: ["cat_feature", "categorical_column", "cat_column", "categorical_features"],
            for: learning, default: "the text columns", "Further columns to treat as categories."),
        Parameter(
            "valid_data", .urls, aliases: ["valid", "test", "valid_data_file"], for: learning,
            "Shards to validate on."),
        Parameter(
            "valid_fraction", .number(0...0.9), aliases: ["validation_fraction"], for: learning,
            default: "0", "Share of the rows to validate on, chosen by seed and row number."),
        Parameter(
            "metric", .list, aliases: ["metrics", "metric_types", "eval_metric"],
            for: [.train, .evaluate], default: "those of the objective",
            "Metrics to report; the first one decides about early stopping."),
    ]

    private static let outputs: [Parameter] = [
        Parameter(
            "output", .url, aliases: ["output_model", "output_result"],
            for: [.train, .predict, .generate], default: "required", "Where the results go."),
        Parameter(
            "id", .list, for: [.predict], "Columns that identify a row, copied to the output."),
        Parameter("keep", .list, for: [.predict], "Further columns to copy to the output."),
        Parameter(
            "codec", .choice(["snappy", "zstd", "gzip", "uncompressed"]),
            for: [.predict, .generate], default: "snappy",
            "Compression of the Parquet files written."),
        Parameter(
            "rows", .integer(0...1_000_000_000_000), for: [.generate, .inspect], "How many rows."),
        Parameter(
            "shards", .integer(1...100_000), for: [.generate], default: "1",
            "How many objects to spread the rows over."),
    ]

    private static let boosting: [Parameter] = [
        Parameter(
            "algorithm", .choice(["gbdt", "linear"]),
            aliases: ["boosting", "boosting_type", "booster"],
            for: learning, default: "gbdt", "Boosted trees, or a linear model."),
        Parameter(
            "objective", .choice(["regression", "quantile", "binary", "ridge"]),
            aliases: ["objective_type", "app", "application", "loss"], for: learning,
            default: "regression (gbdt), ridge (linear)", "What to minimise."),
        Parameter(
            "alpha", .number(0...1, isOpenBelow: true), for: [.train, .evaluate], default: "0.9",
            "The quantile that the objective `quantile` predicts."),
        Parameter(
            "num_iterations", .integer(1...1_000_000),
            aliases: [
                "num_iteration", "n_iter", "num_tree", "num_trees", "num_round", "num_rounds",
                "nrounds", "num_boost_round", "n_estimators", "max_iter",
            ], for: learning, default: "100", "Rounds of boosting."),
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
            "max_bin", .integer(2...255), aliases: ["max_bins"], for: learning, default: "255",
            "Bins of a feature at most."),
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
    ]

    private static let sampling: [Parameter] = [
        Parameter(
            "bagging_fraction", .number(0...1, isOpenBelow: true),
            aliases: ["sub_row", "subsample", "bagging"], for: learning, default: "1",
            "Share of the rows that a tree sees; needs bagging_freq."),
        Parameter(
            "bagging_freq", .integer(0...1_000_000), aliases: ["subsample_freq"], for: learning,
            default: "0 (off)", "Choose the rows anew every so many trees."),
        Parameter(
            "feature_fraction", .number(0...1, isOpenBelow: true),
            aliases: ["sub_feature", "colsample_bytree"], for: learning, default: "1",
            "Share of the features that a tree sees."),
    ]

    private static let linear: [Parameter] = [
        Parameter(
            "lambda_l2", .number(0...Double.greatestFiniteMagnitude),
            aliases: ["reg_lambda", "lambda", "l2_regularization"], for: learning,
            default: "0 (gbdt), 1 (ridge)", "L2 regularisation.")
    ]

    private static let inspection: [Parameter] = [
        Parameter("url", .url, for: [.inspect], default: "required", "What to look at."),
        Parameter(
            "checksum", .flag, for: [.inspect], default: "off",
            "Print the count of nulls and a CRC-32C of the values of each column."),
    ]
}
