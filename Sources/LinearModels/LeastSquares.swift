import Models

/// Ridge, lasso and elastic net from summed moments; the rows no longer matter.
///
/// Minimises `sum of w (y - b - z·c)² / 2 + l1 |c|₁ + l2 |c|² / 2`, z the standardised columns
/// (weighted mean 0, variance 1 with divisor `sum of w`), b not penalised. Behind a
/// `StandardScaler`, with n the sum of weights, that is scikit-learn's `Ridge(alpha: l2)` and
/// `ElasticNet(alpha: (l1 + l2) / n, l1_ratio: l1 / (l1 + l2))`. Without penalty it is least
/// squares.
package enum LeastSquares {
    /// - Throws: `outOfSpec` without rows or weight or for values too large, `invalidParameter`
    ///   for a bad penalty.
    /// - Complexity: O(columns³); with `automatic` times the folds, and for `l1` the path.
    package static func fit(
        _ moments: ShardMoments, penalty choice: PenaltyChoice
    ) throws(LinearModelError) -> LinearFit {
        let merged = moments.all
        guard moments.rowCount > 0, merged.weightSum > 0 else {
            throw LinearModelError(
                .outOfSpec,
                "There are \(moments.rowCount) rows of weight \(merged.weightSum): nothing "
                    + "to fit a linear model to.")
        }
        let all = merged.shifted(to: merged.means)
        let target = all.layout.targetColumn
        let targetMean = all.product(target, all.layout.onesColumn).value / all.weightSum
        guard all.product(target, target).isFinite else { throw DesignTerms.overflow("the target") }
        let terms = try DesignTerms(all)
        let sums = DesignSystem(all, terms: terms, targetMean: targetMean)
        let system = sums.centred
        guard system.isFinite else {
            throw LinearModelError(
                .outOfSpec,
                "The products of the columns overflow: values are too large for a "
                    + "linear model. Scale them down.")
        }
        var path: [LinearFit.PathPoint] = []
        let penalty: LinearPenalty
        switch choice {
        case .fixed(let fixed):
            try fixed.validate()
            penalty = fixed
        case .automatic(let l1Ratio):
            let folds = moments.folds.map {
                DesignSystem($0.shifted(to: all.shifts), terms: terms, targetMean: targetMean)
            }
            path = try PenaltySearch(folds: folds, all: system, l1Ratio: l1Ratio).path()
            // Of equal errors the first, which has the larger penalty.
            guard let best = path.min(by: { $0.error < $1.error }) else {
                throw LinearModelError(.outOfSpec, "There are too few rows to cross-validate.")
            }
            penalty = best.penalty
        }
        var (fit, values) = try solve(system, penalty, names: terms.names)
        let error = system.squaredError(values)
        // The rounded means are not quite the means.
        var intercept = DoubleDouble(all.shifts[target]) + DoubleDouble(targetMean)
        intercept += sums.targetSum / sums.weight
        for j in values.indices { intercept -= sums.sums[j] * values[j] / sums.weight }
        fit.model = LinearModel(
            terms: terms.terms, outputCount: 1, intercepts: [intercept.value],
            coefficients: zip(values, terms.terms).map { ($0 / $1.scale).value })
        fit.rowCount = moments.rowCount
        fit.weightSum = all.weightSum
        fit.trainRMSE = (error / all.weightSum).squareRoot()
        let squares = system.targetSquares.value
        fit.trainR2 = squares > 0 ? 1 - error / squares : (error == 0 ? 1 : 0)
        fit.constantColumns = terms.constantColumns
        fit.path = path
        return fit
    }

    /// A fit without a model, and the coefficients of the standardised columns.
    private static func solve(
        _ system: DesignSystem, _ penalty: LinearPenalty, names: [String]
    ) throws(LinearModelError) -> (LinearFit, [DoubleDouble]) {
        var fit = LinearFit(
            model: LinearModel(terms: [], outputCount: 0, intercepts: [], coefficients: []),
            method: .cholesky, penalty: penalty, rowCount: 0, weightSum: 0, trainRMSE: 0,
            trainR2: 0, reciprocalCondition: .nan, constantColumns: [], collinearColumns: [])
        if penalty.l1 > 0 {
            var descent = CoordinateDescent(
                matrix: system.roundedMatrix, right: system.roundedRight)
            let (sweeps, isConverged) = descent.solve(lambdaL1: penalty.l1, lambdaL2: penalty.l2)
            fit.method = .coordinateDescent
            fit.iterations = sweeps
            fit.isConverged = isConverged
            return (fit, descent.values.map { DoubleDouble($0) })
        }
        let solution = try SymmetricSolver.solve(system, penalty: penalty.l2, names: names)
        fit.method = solution.method
        fit.reciprocalCondition = solution.reciprocalCondition
        fit.collinearColumns = solution.collinear
        return (fit, solution.values)
    }
}
