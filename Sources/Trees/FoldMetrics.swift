/// What is measured after each round on the rows that a fold holds out.
package struct FoldMetrics: Sendable {
    /// Of the first metric, which decides.
    package let isHigherBetter: Bool
    /// - Parameters:
    ///   - predictions: (rows × outputs), row by row, transformed by the objective.
    ///   - fold: whose held-out rows they are for.
    /// - Returns: (metrics)
    package let evaluate: @Sendable (_ predictions: [Double], _ fold: Int) -> [Double]

    package init(
        isHigherBetter: Bool, evaluate: @escaping @Sendable ([Double], Int) -> [Double]
    ) {
        self.isHigherBetter = isHigherBetter
        self.evaluate = evaluate
    }
}
