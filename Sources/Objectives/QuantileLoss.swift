/// The pinball loss, whose minimum is a quantile of the target: LightGBM's `quantile`.
package struct QuantileLoss: Objective {
    /// The quantile, between 0 and 1.
    package let alpha: Double

    package init(alpha: Double) { self.alpha = alpha }

    package var name: String { "quantile" }
    package var outputCount: Int { 1 }
    package var hasUnitHessian: Bool { true }
    package var bounds: GradientBounds? {
        GradientBounds(gradient: Float(max(alpha, 1 - alpha)), hessian: 1)
    }
    package var leafRenewal: LeafRenewal { .residualQuantile(alpha: alpha) }

    package func validate() throws(ObjectiveError) {
        guard alpha > 0, alpha < 1 else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter alpha is \(alpha); the objective quantile needs a number between 0 and "
                    + "1, both excluded.")
        }
    }

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {}

    package func fitted(to rows: LabelledRows) -> any Objective { self }

    /// The quantile of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] {
        var values = (0..<rows.count).map { Double(rows.labels[$0]) }
        guard let weights = rows.weights else {
            return [Quantiles.quantile(alpha, of: &values)]
        }
        let weighted = (0..<rows.count).map { (values[$0], Double(weights[$0])) }
        return [Quantiles.weightedQuantile(alpha, of: weighted)]
    }

    package func computeGradients(
        _ rows: LabelledRows, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        let above = Float(1 - alpha)
        let below = Float(-alpha)
        for row in 0..<rows.count {
            let weight = rows.weights.map { $0[row] } ?? 1
            let isAbove = scores[row] >= Double(rows.labels[row])
            gradients[row] = (isAbove ? above : below) * weight
            hessians[row] = weight
        }
    }

    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {}
}
