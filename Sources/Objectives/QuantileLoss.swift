/// The pinball loss, whose minimum is a quantile of the target: LightGBM's `quantile`.
package struct QuantileLoss: Objective {
    /// The quantile, between 0 and 1.
    package let alpha: Double

    package init(alpha: Double) { self.alpha = alpha }

    package var name: String { "quantile" }
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

    /// The quantile of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [rows.labelQuantile(alpha)] }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
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
}
