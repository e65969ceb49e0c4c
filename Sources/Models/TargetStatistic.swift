/// A number that trees read in place of categories: the mean of the target among the training rows
/// of the same category, or of the same categories of several columns, smoothed towards the mean of
/// all rows.
///
/// A row's categories together are a cell: its number is the code of the first feature, times the
/// codes of the second, plus the second's code, and so on. Cells that are not listed, those of rare
/// and of unseen categories, have the prior.
///
/// Source: Prokhorenkova et al. 2018, "CatBoost: unbiased boosting with categorical features".
package struct TargetStatistic: Hashable, Sendable {
    /// Cells of a table at most: 4 MiB while a model is loaded.
    package static let cellCountMax = 1 << 19

    /// Indices of categorical features, ascending, at least one.
    package var features: [Int]
    /// The class whose share the values are; nil where the target is a number or has two classes.
    package var classIndex: Int?
    /// The mean of all rows.
    package var prior: Double
    /// Cells that are listed, ascending.
    package var cells: [Int32]
    /// (cells.count)
    package var values: [Double]

    package init(
        features: [Int], classIndex: Int? = nil, prior: Double, cells: [Int32] = [],
        values: [Double] = []
    ) {
        self.features = features
        self.classIndex = classIndex
        self.prior = prior
        self.cells = cells
        self.values = values
    }
}
