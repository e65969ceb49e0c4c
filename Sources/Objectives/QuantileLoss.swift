/// The pinball loss, whose minimum is a quantile of the target: LightGBM's `quantile`, at one level
/// or at several, each of which has trees of its own.
package struct QuantileLoss: Objective {
    /// (outputCount) the levels, ascending, each between 0 and 1.
    package let levels: [Double]

    /// Levels that lie closer than this to each other, to 0 or to 1 cannot be told apart by name.
    package static let levelDistanceMin = 1e-6

    package init(levels: [Double]) { self.levels = levels }

    package init(alpha: Double) { self.init(levels: [alpha]) }

    package var name: String { "quantile" }
    package var outputCount: Int { levels.count }
    package var hasUnitHessian: Bool { true }

    package func bounds(output: Int) -> GradientBounds? {
        GradientBounds(gradient: Float(max(levels[output], 1 - levels[output])), hessian: 1)
    }

    package func leafRenewal(output: Int) -> LeafRenewal {
        .residualQuantile(alpha: levels[output])
    }

    package func validate() throws(ObjectiveError) {
        guard !levels.isEmpty else {
            throw ObjectiveError(.invalidParameter, "The objective quantile needs a level, alpha.")
        }
        for alpha in levels where !(alpha > 0 && alpha < 1) {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter alpha is \(alpha); the objective quantile needs a number between 0 and "
                    + "1, both excluded.")
        }
        guard levels.count > 1 else { return }
        for (alpha, next) in zip([0] + levels, levels + [1])
        where !(next - alpha >= Self.levelDistanceMin * 0.999) {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter alpha holds \(alpha) before \(next); several quantiles must ascend by "
                    + "a millionth at least, and lie as far from 0 and 1.")
        }
    }

    /// The quantiles of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] {
        levels.map { rows.labelQuantile($0) }
    }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        let above = Float(1 - levels[output])
        let below = Float(-levels[output])
        for row in 0..<rows.count {
            let weight = rows.weights.map { $0[row] } ?? 1
            let isAbove = scores[row] >= Double(rows.labels[row])
            gradients[row] = (isAbove ? above : below) * weight
            hessians[row] = weight
        }
    }

    /// Puts the quantiles of each row in order: they never cross, and are no worse for it
    /// (Chernozhukov, Fernández-Val, Galichon 2010).
    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {
        guard levels.count > 1 else { return }
        for start in stride(from: 0, to: scores.count, by: levels.count) {
            scores[start..<start + levels.count].sort()
        }
    }
}
