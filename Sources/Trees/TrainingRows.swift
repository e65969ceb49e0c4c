package import Binning

/// Rows to learn from or to validate on: their bins, labels and weights.
package struct TrainingRows: Sendable {
    package var matrix: BinnedMatrix
    /// (matrix.rowCount), finite. 32 bits, as LightGBM keeps them: half the memory traffic.
    package var labels: [Float]
    /// (matrix.rowCount), finite, 0 or greater; nil for 1 everywhere.
    package var weights: [Float]?

    package init(matrix: BinnedMatrix, labels: [Float], weights: [Float]? = nil) {
        self.matrix = matrix
        self.labels = labels
        self.weights = weights
    }
}
