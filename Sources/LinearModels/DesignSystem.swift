import Models

/// Weighted sums over rows of standardised columns z and of a target t about a fixed mean.
struct DesignSystem: Sendable {
    /// Columns.
    let count: Int
    /// (count²) sum of w z_i z_j, both triangles.
    private(set) var matrix: [Double]
    /// (count) sum of w z_i t.
    private(set) var right: [Double]
    /// (count) sum of w z_i.
    private(set) var sums: [Double]
    private(set) var weight: Double
    /// Sums of w t and w t².
    private(set) var targetSum: Double
    private(set) var targetSquares: Double

    /// - Parameters:
    ///   - moments: about the shifts that `terms` were made with.
    ///   - targetMean: about the shift of the target.
    init(_ moments: DesignMoments, terms: DesignTerms, targetMean: Double) {
        let layout = moments.layout
        let target = layout.targetColumn
        count = terms.terms.count
        weight = moments.weightSum
        targetSum = moments.product(target, layout.onesColumn) - weight * targetMean
        targetSquares =
            moments.product(target, target)
            - targetMean * (2 * moments.product(target, layout.onesColumn) - weight * targetMean)
        let rawSums = terms.sources.map { Self.sum($0, moments) }
        matrix = Array(repeating: 0, count: count * count)
        right = Array(repeating: 0, count: count)
        sums = Array(repeating: 0, count: count)
        for j in 0..<count {
            let scale = terms.terms[j].scale
            let mean = terms.means[j]
            for i in 0...j {
                let value =
                    (Self.product(terms.sources[i], terms.sources[j], moments) - terms.means[i]
                        * rawSums[j] - mean * (rawSums[i] - weight * terms.means[i]))
                    / (terms.terms[i].scale * scale)
                matrix[j * count + i] = value
                matrix[i * count + j] = value
            }
            right[j] =
                (Self.targetProduct(terms.sources[j], moments) - targetMean * rawSums[j] - mean
                    * targetSum) / scale
            sums[j] = (rawSums[j] - weight * mean) / scale
        }
    }

    /// Adds the sums of other rows.
    mutating func add(_ part: DesignSystem) {
        for index in matrix.indices { matrix[index] += part.matrix[index] }
        for index in right.indices { right[index] += part.right[index] }
        for index in sums.indices { sums[index] += part.sums[index] }
        weight += part.weight
        targetSum += part.targetSum
        targetSquares += part.targetSquares
    }

    /// The rows of `self` that are not in `part`.
    func without(_ part: DesignSystem) -> DesignSystem {
        var result = self
        for index in matrix.indices { result.matrix[index] -= part.matrix[index] }
        for index in right.indices { result.right[index] -= part.right[index] }
        for index in sums.indices { result.sums[index] -= part.sums[index] }
        result.weight -= part.weight
        result.targetSum -= part.targetSum
        result.targetSquares -= part.targetSquares
        return result
    }

    /// The same rows about their own means, so that the intercept is gone.
    var centred: DesignSystem {
        var result = self
        guard weight > 0 else { return result }
        for j in 0..<count {
            for i in 0..<count { result.matrix[j * count + i] -= sums[i] * sums[j] / weight }
            result.right[j] -= sums[j] * targetSum / weight
            result.sums[j] = 0
        }
        result.targetSum = 0
        result.targetSquares = max(targetSquares - targetSum * targetSum / weight, 0)
        return result
    }

    /// Multiplies the matrix alone.
    mutating func scale(matrix factor: Double) {
        for index in matrix.indices { matrix[index] *= factor }
    }

    /// Sum of w (t - intercept - z·values)².
    func squaredError(_ values: [Double], intercept: Double) -> Double {
        var error =
            targetSquares - 2 * intercept * targetSum + intercept * intercept * weight
        for j in 0..<count where values[j] != 0 {
            var product = 0.0
            for i in 0..<count { product += matrix[j * count + i] * values[i] }
            error += values[j] * (product - 2 * right[j] + 2 * intercept * sums[j])
        }
        return max(error, 0)
    }

    var isFinite: Bool {
        matrix.allSatisfy(\.isFinite) && right.allSatisfy(\.isFinite) && targetSquares.isFinite
    }

    private static func sum(_ source: DesignTerms.Source, _ moments: DesignMoments) -> Double {
        switch source {
        case .indicator(let a): moments.weight(a, a)
        case .dense(let column, let missing, let mean):
            moments.product(column, moments.layout.onesColumn) + mean
                * moments.weight(missing, missing)
        }
    }

    /// Sum of w u v, with missing numbers at their mean.
    private static func product(
        _ u: DesignTerms.Source, _ v: DesignTerms.Source, _ moments: DesignMoments
    ) -> Double {
        switch (u, v) {
        case (.indicator(let a), .indicator(let b)):
            return moments.weight(a, b)
        case (.dense(let column, let missing, let mean), .indicator(let a)),
            (.indicator(let a), .dense(let column, let missing, let mean)):
            return moments.sum(indicator: a, dense: column) + mean * moments.weight(missing, a)
        case (.dense(let i, let missingI, let meanI), .dense(let j, let missingJ, let meanJ)):
            return moments.product(i, j) + meanJ * moments.sum(indicator: missingJ, dense: i)
                + meanI * moments.sum(indicator: missingI, dense: j) + meanI * meanJ
                * moments.weight(missingI, missingJ)
        }
    }

    private static func targetProduct(
        _ source: DesignTerms.Source, _ moments: DesignMoments
    ) -> Double {
        let target = moments.layout.targetColumn
        switch source {
        case .indicator(let a): return moments.sum(indicator: a, dense: target)
        case .dense(let column, let missing, let mean):
            return moments.product(column, target) + mean
                * moments.sum(indicator: missing, dense: target)
        }
    }
}
