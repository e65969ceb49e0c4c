import LinearModels

/// What `train` prints of a linear fit.
package struct LinearReport: Encodable, Sendable {
    package struct PathPoint: Encodable, Sendable {
        package let lambdaL1: Double
        package let lambdaL2: Double
        package let error: FiniteNumber
    }

    package let method: String
    package let isConverged: Bool
    /// Sweeps or passes; 0 for a direct solver.
    package let iterations: Int
    package let lambdaL1: Double
    package let lambdaL2: Double
    package let reciprocalCondition: FiniteNumber
    package let constantColumns: [String]
    package let collinearColumns: [String]
    /// Cross-validated errors, where the penalty was chosen.
    package let path: [PathPoint]?

    init(_ fit: LinearFit) {
        method = fit.method.rawValue
        isConverged = fit.isConverged
        iterations = fit.iterations
        lambdaL1 = fit.penalty.l1
        lambdaL2 = fit.penalty.l2
        reciprocalCondition = FiniteNumber(fit.reciprocalCondition)
        constantColumns = fit.constantColumns
        collinearColumns = fit.collinearColumns
        path =
            fit.path.isEmpty
            ? nil
            : fit.path.map {
                PathPoint(
                    lambdaL1: $0.penalty.l1, lambdaL2: $0.penalty.l2, error: FiniteNumber($0.error))
            }
    }

    var summary: String {
        var text = method
        if iterations > 0 { text += ", \(iterations) iterations" }
        if !isConverged { text += ", not converged" }
        if lambdaL1 > 0 { text += ", lambda_l1 \(SummaryLine.rounded(lambdaL1))" }
        return text + ", lambda_l2 \(SummaryLine.rounded(lambdaL2))"
    }
}
