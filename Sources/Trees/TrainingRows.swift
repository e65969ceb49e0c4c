package import Binning
package import Objectives

/// Rows to learn from or to validate on: their bins, labels and weights.
package struct TrainingRows: Sendable {
    package var matrix: BinnedMatrix
    /// (matrix.rowCount), finite. 32 bits, as LightGBM keeps them: half the memory traffic.
    package var labels: [Float]
    /// (matrix.rowCount), finite, 0 or greater; nil for 1 everywhere.
    package var weights: [Float]?
    /// For a ranking: which rows belong together.
    package var queries: QueryGroups?
    /// (matrix.rowCount × outputCount), row by row: raw scores that boosting starts from in place of
    /// the objective's constant; the model's base score is then 0.
    package var startScores: [Double]?

    package init(
        matrix: BinnedMatrix, labels: [Float], weights: [Float]? = nil,
        queries: QueryGroups? = nil, startScores: [Double]? = nil
    ) {
        self.matrix = matrix
        self.labels = labels
        self.weights = weights
        self.queries = queries
        self.startScores = startScores
    }
}
