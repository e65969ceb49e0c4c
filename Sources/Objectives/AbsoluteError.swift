/// The absolute error, whose minimum is the median of the target: LightGBM's `regression_l1`.
package struct AbsoluteError: Objective {
    package init() {}

    package var name: String { "regression_l1" }
    package var hasUnitHessian: Bool { true }
    package func bounds(output: Int) -> GradientBounds? { GradientBounds(gradient: 1, hessian: 1) }
    package func leafRenewal(output: Int) -> LeafRenewal { .residualQuantile(alpha: 0.5) }

    /// The median of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [rows.labelQuantile(0.5)] }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows.count {
            let weight = rows.weights.map { $0[row] } ?? 1
            let error = scores[row] - Double(rows.labels[row])
            gradients[row] = error > 0 ? weight : error < 0 ? -weight : 0
            hessians[row] = weight
        }
    }
}
