/// Half the squared error: LightGBM's `regression`.
package struct SquaredError: Objective {
    package init() {}

    package var name: String { "regression" }
    package var outputCount: Int { 1 }
    package var hasUnitHessian: Bool { true }
    package var bounds: GradientBounds? { nil }
    package var leafRenewal: LeafRenewal { .newton }

    package func validate() throws(ObjectiveError) {}

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {}

    package func fitted(to rows: LabelledRows) -> any Objective { self }

    /// The weighted mean of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [rows.meanLabel] }

    package func computeGradients(
        _ rows: LabelledRows, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows.count {
            gradients[row] = Float(scores[row] - Double(rows.labels[row]))
        }
        guard let weights = rows.weights else {
            for row in 0..<rows.count { hessians[row] = 1 }
            return
        }
        for row in 0..<rows.count {
            gradients[row] *= weights[row]
            hessians[row] = weights[row]
        }
    }

    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {}
}
