/// A number that says how good predictions are, for early stopping and the log.
package struct ValidationMetric: Sendable {
    /// As reports show it: `rmse`.
    package let name: String
    package let isHigherBetter: Bool
    /// - Parameters:
    ///   - predictions: (rows × outputs), row by row, transformed by the objective: probabilities
    ///     for `binary`.
    ///   - rows: what the predictions are for.
    package let evaluate: @Sendable (_ predictions: [Double], _ rows: TrainingRows) -> Double

    package init(
        name: String, isHigherBetter: Bool,
        evaluate: @escaping @Sendable ([Double], TrainingRows) -> Double
    ) {
        self.name = name
        self.isHigherBetter = isHigherBetter
        self.evaluate = evaluate
    }
}
