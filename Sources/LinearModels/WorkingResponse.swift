import COpenBLAS
import Models

/// What one step of iteratively reweighted least squares needs of a row: from the scores of the
/// coefficients at hand, a weight and a response (McCullagh and Nelder 1989, section 2.5).
struct WorkingResponse: Sendable {
    let loss: LinearLoss
    /// Whether the sum of losses is all that is asked for, and no products.
    let isLossAlone: Bool
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
        coefficients: [Double], intercept: Double, isLossAlone: Bool = false
    ) {
        self.loss = loss
        self.isLossAlone = isLossAlone
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
                block.dense.baseAddress, Int32(DesignBlock.columnStride), slopes, 1, 1,
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
