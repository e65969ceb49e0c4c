/// A number that says how good predictions are, for early stopping and the log.
package struct ValidationMetric: Sendable {
    /// As reports show it: `rmse`.
    package let name: String
    package let isHigherBetter: Bool
    /// - Parameters:
    ///   - predictions: (rows), transformed by the objective: probabilities for `binary`.
    ///   - labels: (rows)
    ///   - weights: (rows) or nil.
    package let evaluate:
        @Sendable (_ predictions: [Double], _ labels: [Float], _ weights: [Float]?) -> Double

    package init(
        name: String, isHigherBetter: Bool,
        evaluate: @escaping @Sendable ([Double], [Float], [Float]?) -> Double
    ) {
        self.name = name
        self.isHigherBetter = isHigherBetter
        self.evaluate = evaluate
    }
}
