/// The cross-validated errors of a path of penalties, from the sums of the folds alone.
struct PenaltySearch {
    /// Penalties of a ridge path: 10^2 to 10^-8 times the weight.
    private static let ridgeCount = 41
    /// Penalties of a path with `l1`: from the one that leaves no coefficient to a thousandth.
    private static let lassoCount = 60

    /// (folds) about the means of all rows.
    let folds: [DesignSystem]
    let all: DesignSystem
    let l1Ratio: Double

    /// Every penalty, the largest first.
    /// - Throws: `outOfSpec` when LAPACK fails.
    /// - Complexity: for ridge O(folds · columns³).
    func path() throws(LinearModelError) -> [LinearFit.PathPoint] {
        let penalties = penalties
        var errors = [Double](repeating: 0, count: penalties.count)
        var whole = folds[0]
        for fold in folds.dropFirst() { whole.add(fold) }
        for held in folds where held.weight.value > 0 {
            let rest = whole.without(held)
            guard rest.weight.value > 0 else { return [] }
            let system = rest.centred
            let solutions =
                l1Ratio > 0 ? lasso(system, penalties) : try ridge(system, penalties)
            for (index, values) in solutions.enumerated() {
                // Centred about their own means, the rows left have this intercept.
                var intercept = rest.targetSum.value
                for j in values.indices { intercept -= rest.sums[j].value * values[j] }
                errors[index] += held.squaredError(
                    values, intercept: intercept / rest.weight.value)
            }
        }
        return zip(penalties, errors).map { penalty, error in
            LinearFit.PathPoint(penalty: penalty, error: (error / whole.weight.value).squareRoot())
        }
    }

    private var penalties: [LinearPenalty] {
        guard l1Ratio > 0 else {
            return (0..<Self.ridgeCount).map { index in
                LinearPenalty(l2: all.weight.value * Self.power(of: 10, 2 - Double(index) / 4))
            }
        }
        let largest = CoordinateDescent(matrix: [], right: all.roundedRight).lambdaL1Max / l1Ratio
        return (0..<Self.lassoCount).map { index in
            let lambda =
                largest * Self.power(of: 10, -3 * Double(index) / Double(Self.lassoCount - 1))
            return LinearPenalty(l1: lambda * l1Ratio, l2: lambda * (1 - l1Ratio))
        }
    }

    /// All penalties of a ridge from one set of eigenvectors.
    private func ridge(
        _ system: DesignSystem, _ penalties: [LinearPenalty]
    ) throws(LinearModelError) -> [[Double]] {
        let count = system.count
        let right = system.roundedRight
        let (eigenvalues, vectors) = try SymmetricSolver.eigenvectors(
            system.roundedMatrix, count: count)
        let projections = (0..<count).map { k in
            (0..<count).reduce(0.0) { $0 + vectors[k * count + $1] * right[$1] }
        }
        return penalties.map { penalty in
            var values = [Double](repeating: 0, count: count)
            for k in 0..<count {
                let step = projections[k] / (max(eigenvalues[k], 0) + penalty.l2)
                for i in 0..<count { values[i] += step * vectors[k * count + i] }
            }
            return values
        }
    }

    private func lasso(_ system: DesignSystem, _ penalties: [LinearPenalty]) -> [[Double]] {
        var descent = CoordinateDescent(
            matrix: system.roundedMatrix, right: system.roundedRight)
        return penalties.map { penalty in
            _ = descent.solve(lambdaL1: penalty.l1, lambdaL2: penalty.l2)
            return descent.values
        }
    }

    /// `base` to a power, by halving: no libm, so the same bits everywhere.
    private static func power(of base: Double, _ exponent: Double) -> Double {
        var whole = exponent.rounded(.down)
        var fraction = exponent - whole
        var result = 1.0
        while whole > 0 {
            result *= base
            whole -= 1
        }
        while whole < 0 {
            result /= base
            whole += 1
        }
        var root = base
        for _ in 0..<52 where fraction > 0 {
            root = root.squareRoot()
            fraction *= 2
            if fraction >= 1 {
                result *= root
                fraction -= 1
            }
        }
        return result
    }
}
