/// Parameters of sampling rows and features.
extension ParameterTable {
    static let sampling: [Parameter] = [
        Parameter(
            "data_sample_strategy", .choice(["bagging", "goss"]), for: learning,
            default: "bagging",
            "The rows that a tree sees: by bagging_fraction, or goss: those with large gradients, "
                + "and some of the others, which count for more. The first 1/learning_rate trees "
                + "see all rows."),
        Parameter(
            "top_rate", .number(0...1, isOpenBelow: true), for: learning, default: "0.2",
            "goss: share of the rows kept for their large gradients."),
        Parameter(
            "other_rate", .number(0...1, isOpenBelow: true), for: learning, default: "0.1",
            "goss: share of the rows drawn from the others."),
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
        Parameter(
            "feature_fraction_bynode", .number(0...1, isOpenBelow: true),
            aliases: ["sub_feature_bynode", "colsample_bynode"], for: learning, default: "1",
            "Share of the tree's features that a node sees."),
    ]
}
