/// Half the squared error: LightGBM's `regression`.
package struct SquaredError: Objective {
    package init() {}

    package var name: String { "regression" }
    package var hasUnitHessian: Bool { true }
    package var isResidual: Bool { true }

    /// The weighted mean of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [rows.meanLabel] }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        let labels = rows.labels
        guard let weights = rows.weights else {
            for row in 0..<rows.count {
                gradients[row] = Float(scores[row] - Double(labels[row]))
                hessians[row] = 1
            }
            return
        }
        for row in 0..<rows.count {
            gradients[row] = Float(scores[row] - Double(labels[row])) * weights[row]
            hessians[row] = weights[row]
        }
    }
}
