/// Parameters of how models read categories.
extension ParameterTable {
    static let categories: [Parameter] = [
        Parameter(
            "categorical_encoding", .list, for: learning, default: "auto",
            "How models read categories. Trees: native splits them into sets; target reads the mean "
                + "of the target among earlier rows of the category; auto is target for columns of "
                + "more than \(CategoricalEncoding.nativeCountMax) categories. Linear models: onehot "
                + "has a column for each; target reads the mean of the target among other rows; auto "
                + "is target for columns of more than \(TrainingData.categoryCountMax) categories. "
                + "Of some columns: city=target,color=native."),
        Parameter(
            "max_ctr_complexity", .integer(1...2), for: learning, default: "2",
            "Columns of categories that trees combine at most: with 2, pairs that say more together "
                + "than alone have a target statistic of their own. Not those set to native."),
        Parameter(
            "cat_smooth", .number(0...Double.greatestFiniteMagnitude), for: learning,
            default: "10",
            "Rows that the mean of all counts for in the target statistic of a category, and in "
                + "the order of categories in native splits."),
    ]
}
