/// Parameters of sampling rows and features.
extension ParameterTable {
    static let sampling: [Parameter] = [
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
