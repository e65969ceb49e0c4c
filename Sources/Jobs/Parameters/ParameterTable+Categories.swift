/// Parameters of how models read categories.
extension ParameterTable {
    static let categories: [Parameter] = [
        Parameter(
            "categorical_encoding", .list, for: learning, default: "auto",
            "How linear models read categories: onehot has a column for each; target reads the mean "
                + "of the target among the other rows of the category; auto is target for columns "
                + "of more than \(TrainingData.categoryCountMax) categories. Of some columns: "
                + "city=target,color=onehot."),
        Parameter(
            "cat_smooth", .number(0...Double.greatestFiniteMagnitude), for: learning,
            default: "10",
            "Rows that the mean of all counts for in the mean target of a category."),
    ]
}
