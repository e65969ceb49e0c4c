import CKernels
import COpenBLAS
import Models

/// What a step of a quasi-Newton method needs of the rows: the sum of log losses at the
/// coefficients at hand, and its gradient. One output is the log odds of class 1 (logistic), more
/// are the scores of as many classes (softmax).
struct ClassScores: Sendable {
    let outputCount: Int
    private let layout: DesignLayout
    /// (outputCount) each used for its scores alone.
    private let outputs: [WorkingResponse]
    /// (numeric features) means of the dense columns; 0 without a term.
    private let means: [Double]

    /// - Parameters:
    ///   - coefficients: (outputCount × terms.count) of the columns as they are.
    ///   - intercepts: (outputCount) the scores where every column has its mean.
    init(
        layout: DesignLayout, terms: [LinearModel.Term], coefficients: [Double],
        intercepts: [Double]
    ) {
        self.layout = layout
        outputCount = intercepts.count
        outputs = intercepts.indices.map { k in
            WorkingResponse(
                .logistic, layout: layout, terms: terms,
                coefficients: Array(coefficients[k * terms.count..<(k + 1) * terms.count]),
                intercept: intercepts[k])
        }
        var means = [Double](repeating: 0, count: layout.numericFeatures.count)
        for term in terms where term.kind == .value {
            guard let column = layout.numericFeatures.firstIndex(of: Int(term.feature)) else {
                continue
            }
            means[column] = term.mean
        }
        self.means = means
    }

    /// Of one output: a dense column each, an indicator each, and the sum of the derivatives.
    static func gradientStride(_ layout: DesignLayout) -> Int {
        layout.numericFeatures.count + layout.indicatorCount + 1
    }

    /// - Parameters:
    ///   - block: its dense columns not weighted, less `shifts`; targets are classes.
    ///   - scores: (outputCount × rowCountMax), overwritten.
    ///   - gradient: (outputCount × gradientStride), written: of dense columns about their means.
    /// - Returns: the sum of the losses; nil for a target that is no class.
    func addUp(
        _ block: DesignBlock, shifts: [Double], scores: UnsafeMutableBufferPointer<Double>,
        into gradient: UnsafeMutableBufferPointer<Double>
    ) -> Double? {
        let size = DesignBlock.rowCountMax
        for k in 0..<outputCount {
            outputs[k].score(
                block, shifts: shifts,
                into: UnsafeMutableBufferPointer(
                    rebasing: scores[k * size..<k * size + block.rowCount]))
        }
        let targets = UnsafeBufferPointer(block.column(layout.targetColumn))
        guard
            let loss = outputCount == 1
                ? Self.logistic(block, targets, scores) : softmax(block, targets, scores)
        else { return nil }
        let stride = Self.gradientStride(layout)
        for k in 0..<outputCount {
            addGradient(
                block, shifts: shifts,
                slopes: UnsafeBufferPointer(rebasing: scores[k * size..<k * size + block.rowCount]),
                into: UnsafeMutableBufferPointer(rebasing: gradient[k * stride..<(k + 1) * stride]))
        }
        return loss
    }

    /// Replaces scores by derivatives.
    private static func logistic(
        _ block: DesignBlock, _ targets: UnsafeBufferPointer<Double>,
        _ scores: UnsafeMutableBufferPointer<Double>
    ) -> Double? {
        var loss = 0.0
        for row in 0..<block.rowCount {
            let weight = block.weights[row]
            guard weight > 0 else {
                scores[row] = 0
                continue
            }
            guard LinearLoss.logistic.allows(targets[row]) else { return nil }
            let terms = LinearLoss.logistic.terms(score: scores[row], target: targets[row])
            loss += weight * terms.loss
            scores[row] = -weight * terms.slope
        }
        return loss
    }

    private func softmax(
        _ block: DesignBlock, _ targets: UnsafeBufferPointer<Double>,
        _ scores: UnsafeMutableBufferPointer<Double>
    ) -> Double? {
        let size = DesignBlock.rowCountMax
        var loss = 0.0
        for row in 0..<block.rowCount {
            let weight = block.weights[row]
            guard weight > 0 else {
                for k in 0..<outputCount { scores[k * size + row] = 0 }
                continue
            }
            guard let own = Int(exactly: targets[row]), own >= 0, own < outputCount else {
                return nil
            }
            var largest = scores[row]
            for k in 1..<outputCount { largest = max(largest, scores[k * size + row]) }
            let ownScore = scores[own * size + row] - largest
            var sum = 0.0
            for k in 0..<outputCount {
                let e = martlet_exp(scores[k * size + row] - largest)
                scores[k * size + row] = e
                sum += e
            }
            loss += weight * (martlet_log(sum) - ownScore)
            let scale = weight / sum
            for k in 0..<outputCount { scores[k * size + row] *= scale }
            scores[own * size + row] -= weight
        }
        return loss
    }

    private func addGradient(
        _ block: DesignBlock, shifts: [Double], slopes: UnsafeBufferPointer<Double>,
        into gradient: UnsafeMutableBufferPointer<Double>
    ) {
        gradient.update(repeating: 0)
        let numberCount = layout.numericFeatures.count
        if numberCount > 0 {
            cblas_dgemv(
                CblasColMajor, CblasTrans, Int32(block.rowCount), Int32(numberCount), 1,
                block.dense.baseAddress, Int32(DesignBlock.columnStride), slopes.baseAddress, 1, 0,
                gradient.baseAddress, 1)
        }
        for feature in layout.features.features.indices where block.activeCounts[feature] > 0 {
            let active = block.active(feature: feature)
            let start = numberCount + layout.indicatorStarts[feature]
            for row in 0..<block.rowCount where active[row] >= 0 {
                gradient[start + Int(active[row])] += slopes[row]
            }
        }
        var sum = 0.0
        for slope in slopes { sum += slope }
        gradient[gradient.count - 1] = sum
        // A missing number counts as the mean: it adds nothing.
        for column in 0..<numberCount {
            let missing =
                gradient[numberCount + layout.indicatorStarts[layout.numericFeatures[column]]]
            gradient[column] += (shifts[column] - means[column]) * (sum - missing)
        }
    }
}
