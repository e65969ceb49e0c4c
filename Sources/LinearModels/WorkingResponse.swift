import CKernels
import COpenBLAS
import Models

/// What one step of iteratively reweighted least squares needs of a row: from the scores of the
/// coefficients at hand, a weight and a response (McCullagh and Nelder 1989, section 2.5).
struct WorkingResponse: Sendable {
    let loss: LinearLoss
    private let layout: DesignLayout
    private let intercept: Double
    /// (numeric features) coefficients and means of the dense columns; 0 without a term.
    private let slopes: [Double]
    private let means: [Double]
    /// (indicatorCount) what an indicator adds to the score.
    private let steps: [Double]

    /// - Parameters:
    ///   - coefficients: (terms.count) of the columns as they are, not standardised.
    ///   - intercept: the score where every column has its mean.
    init(
        _ loss: LinearLoss, layout: DesignLayout, terms: [LinearModel.Term],
        coefficients: [Double], intercept: Double
    ) {
        self.loss = loss
        self.layout = layout
        var base = intercept
        var slopes = [Double](repeating: 0, count: layout.numericFeatures.count)
        var means = slopes
        var steps = [Double](repeating: 0, count: layout.indicatorCount)
        for (term, coefficient) in zip(terms, coefficients) {
            let feature = Int(term.feature)
            let start = layout.indicatorStarts[feature]
            switch term.kind {
            case .value:
                guard let column = layout.numericFeatures.firstIndex(of: feature) else { continue }
                slopes[column] = coefficient
                means[column] = term.mean
            case .missing:
                steps[start] += coefficient
                base -= coefficient * term.mean
            case .category(let code):
                steps[start + Int(code)] += coefficient
                base -= coefficient * term.mean
            }
        }
        self.intercept = base
        self.slopes = slopes
        self.means = means
        self.steps = steps
    }

    /// The scores of a tile's rows.
    /// - Parameters:
    ///   - dense: columns less their shifts, 0 where a value is missing.
    ///   - shifts: (denseCount).
    ///   - scores: (rowCount), written.
    func score(
        _ block: DesignBlock, shifts: [Double], into scores: UnsafeMutableBufferPointer<Double>
    ) {
        var base = intercept
        var added = steps
        for column in slopes.indices where slopes[column] != 0 {
            let value = slopes[column] * (shifts[column] - means[column])
            base += value
            // A missing number counts as the mean, not as the shift.
            added[layout.indicatorStarts[layout.numericFeatures[column]]] -= value
        }
        scores.update(repeating: base)
        if !slopes.isEmpty {
            cblas_dgemv(
                CblasColMajor, CblasNoTrans, Int32(scores.count), Int32(slopes.count), 1,
                block.dense.baseAddress, Int32(DesignBlock.rowCountMax), slopes, 1, 1,
                scores.baseAddress, 1)
        }
        for feature in layout.features.features.indices where block.activeCounts[feature] > 0 {
            let active = block.active(feature: feature)
            let start = layout.indicatorStarts[feature]
            for row in 0..<scores.count where active[row] >= 0 {
                scores[row] += added[start + Int(active[row])]
            }
        }
    }
}

/// A loss of a linear score, and its first two derivatives.
package enum LinearLoss: String, Hashable, Sendable {
    /// Log loss of outcomes 0 and 1; the score is the log odds of 1.
    case logistic
    /// Half the deviance of counts; the score is the logarithm of the mean.
    case poisson

    /// Rows whose curvature is below this share of their weight count as if it were this much:
    /// their response would not be finite.
    private static let curvatureMin = 1e-12

    /// - Returns: the loss, less what does not depend on the score; its negative derivative; its
    ///   second derivative, above 0.
    func terms(score: Double, target: Double) -> (loss: Double, slope: Double, curvature: Double) {
        switch self {
        case .logistic:
            let e = martlet_exp(-abs(score))
            let p = score >= 0 ? 1 / (1 + e) : e / (1 + e)
            let loss = max(score, 0) + martlet_log(1 + e) - target * score
            return (loss, target - p, max(p * (1 - p), Self.curvatureMin))
        case .poisson:
            let mean = martlet_exp(score)
            return (mean - target * score, target - mean, max(mean, Self.curvatureMin))
        }
    }

    /// The score whose mean is `mean`.
    func link(_ mean: Double) -> Double {
        switch self {
        case .logistic: martlet_log(mean / (1 - mean))
        case .poisson: martlet_log(mean)
        }
    }

    /// The variance at `mean`: the second derivative at `link(mean)`.
    func variance(_ mean: Double) -> Double {
        switch self {
        case .logistic: mean * (1 - mean)
        case .poisson: mean
        }
    }

    /// - Throws: `outOfSpec` for a mean that no finite score has.
    func check(mean: Double) throws(LinearModelError) {
        switch self {
        case .logistic where mean > 0 && mean < 1: return
        case .poisson where mean > 0: return
        case .logistic:
            throw LinearModelError(
                .outOfSpec, "All rows are of one class: there is nothing to tell apart.")
        case .poisson:
            throw LinearModelError(
                .outOfSpec, "The target is 0 in every row: its logarithm has no mean.")
        }
    }

    /// Whether a target can come up.
    func allows(_ target: Double) -> Bool {
        switch self {
        case .logistic: target == 0 || target == 1
        case .poisson: target >= 0
        }
    }
}
