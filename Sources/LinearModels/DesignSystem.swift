import Models

/// Weighted sums over rows of standardised columns z and of a target t about a fixed mean.
struct DesignSystem: Sendable {
    /// Columns.
    let count: Int
    /// Whether the sums carry more digits than a double.
    let isPrecise: Bool
    /// (count²) sum of w z_i z_j, both triangles.
    private(set) var matrix: [DoubleDouble]
    /// (count) sum of w z_i t.
    private(set) var right: [DoubleDouble]
    /// (count) sum of w z_i.
    private(set) var sums: [DoubleDouble]
    private(set) var weight: DoubleDouble
    /// Sums of w t and w t².
    private(set) var targetSum: DoubleDouble
    private(set) var targetSquares: DoubleDouble

    /// - Parameters:
    ///   - moments: about the shifts that `terms` were made with.
    ///   - targetMean: about the shift of the target.
    init(_ moments: DesignMoments, terms: DesignTerms, targetMean: Double) {
        let layout = moments.layout
        let target = layout.targetColumn
        count = terms.terms.count
        isPrecise = moments.isPrecise
        let weight = moments.product(layout.onesColumn, layout.onesColumn)
        self.weight = weight
        let sum = moments.product(target, layout.onesColumn)
        let targetSum = sum - weight * targetMean
        self.targetSum = targetSum
        targetSquares = moments.product(target, target) - (sum + targetSum) * targetMean
        let rawSums = terms.sources.map { Self.sum($0, moments) }
        // What is left of the sums about the means, and those about the scales.
        let centredSums = terms.means.indices.map { rawSums[$0] - weight * terms.means[$0] }
        var matrix = Array(repeating: DoubleDouble(), count: count * count)
        var right = Array(repeating: DoubleDouble(), count: count)
        for j in 0..<count {
            let scale = terms.terms[j].scale
            let mean = terms.means[j]
            for i in 0...j {
                let product = Self.product(terms.sources[i], terms.sources[j], moments)
                let value =
                    (product - rawSums[j] * terms.means[i] - centredSums[i] * mean)
                    / DoubleDouble.product(terms.terms[i].scale, scale)
                matrix[j * count + i] = value
                matrix[i * count + j] = value
            }
            right[j] =
                (Self.targetProduct(terms.sources[j], moments) - rawSums[j] * targetMean
                    - targetSum * mean) / scale
        }
        self.matrix = matrix
        self.right = right
        sums = centredSums.indices.map { centredSums[$0] / terms.terms[$0].scale }
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
        guard weight.value > 0 else { return result }
        for j in 0..<count {
            let mean = sums[j] / weight
            for i in 0..<count { result.matrix[j * count + i] -= sums[i] * mean }
            result.right[j] -= targetSum * mean
            result.sums[j] = DoubleDouble()
        }
        result.targetSum = DoubleDouble()
        result.targetSquares = targetSquares - targetSum * targetSum / weight
        if result.targetSquares.value < 0 { result.targetSquares = DoubleDouble() }
        return result
    }

    /// Multiplies the matrix alone.
    mutating func scale(matrix factor: Double) {
        for index in matrix.indices { matrix[index] = matrix[index] * factor }
    }

    /// Adds to the right side alone.
    mutating func addToRight(_ values: [Double]) {
        for index in right.indices { right[index] += DoubleDouble(values[index]) }
    }

    /// (count²) and (count), rounded.
    var roundedMatrix: [Double] { matrix.map(\.value) }
    var roundedRight: [Double] { right.map(\.value) }

    /// Sum of w (t - intercept - z·values)².
    func squaredError(_ values: [Double], intercept: Double) -> Double {
        var error =
            targetSquares.value - 2 * intercept * targetSum.value
            + intercept * intercept * weight.value
        for j in 0..<count where values[j] != 0 {
            var product = 0.0
            for i in 0..<count { product += matrix[j * count + i].value * values[i] }
            error += values[j] * (product - 2 * right[j].value + 2 * intercept * sums[j].value)
        }
        return max(error, 0)
    }

    /// Sum of w (t - z·values)², in full precision.
    func squaredError(_ values: [DoubleDouble]) -> Double {
        var error = targetSquares
        for (j, residual) in residual(values, penalty: 0).enumerated() {
            error -= (right[j] + residual) * values[j]
        }
        return max(error.value, 0)
    }

    /// right - (matrix + penalty · I) · values.
    func residual(_ values: [DoubleDouble], penalty: Double) -> [DoubleDouble] {
        (0..<count).map { j in
            var rest = right[j] - values[j] * penalty
            for i in 0..<count where values[i].value != 0 {
                rest -= matrix[j * count + i] * values[i]
            }
            return rest
        }
    }

    var isFinite: Bool {
        matrix.allSatisfy(\.isFinite) && right.allSatisfy(\.isFinite) && targetSquares.isFinite
    }
}

extension DesignSystem {
    private static func sum(
        _ source: DesignTerms.Source, _ moments: DesignMoments
    ) -> DoubleDouble {
        switch source {
        case .indicator(let a): moments.sum(indicator: a, dense: moments.layout.onesColumn)
        case .dense(let column, let missing, let mean):
            moments.product(column, moments.layout.onesColumn)
                + DoubleDouble.product(mean, moments.weight(missing, missing))
        }
    }

    /// Sum of w u v, with missing numbers at their mean.
    private static func product(
        _ u: DesignTerms.Source, _ v: DesignTerms.Source, _ moments: DesignMoments
    ) -> DoubleDouble {
        switch (u, v) {
        case (.indicator(let a), .indicator(let b)):
            return a == b
                ? moments.sum(indicator: a, dense: moments.layout.onesColumn)
                : DoubleDouble(moments.weight(a, b))
        case (.dense(let column, let missing, let mean), .indicator(let a)),
            (.indicator(let a), .dense(let column, let missing, let mean)):
            return moments.sum(indicator: a, dense: column)
                + DoubleDouble.product(mean, moments.weight(missing, a))
        case (.dense(let i, let missingI, let meanI), .dense(let j, let missingJ, let meanJ)):
            return moments.product(i, j) + moments.sum(indicator: missingJ, dense: i) * meanJ
                + moments.sum(indicator: missingI, dense: j) * meanI
                + DoubleDouble.product(meanI, meanJ) * moments.weight(missingI, missingJ)
        }
    }

    private static func targetProduct(
        _ source: DesignTerms.Source, _ moments: DesignMoments
    ) -> DoubleDouble {
        let target = moments.layout.targetColumn
        switch source {
        case .indicator(let a): return moments.sum(indicator: a, dense: target)
        case .dense(let column, let missing, let mean):
            return moments.product(column, target)
                + moments.sum(indicator: missing, dense: target) * mean
        }
    }
}
