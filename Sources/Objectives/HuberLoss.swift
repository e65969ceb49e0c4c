/// Squared error up to `alpha`, absolute error beyond: LightGBM's `huber`.
package struct HuberLoss: Objective {
    /// Where the loss goes over from a parabola to lines; greater than 0.
    package let alpha: Double

    package init(alpha: Double) { self.alpha = alpha }

    package var name: String { "huber" }
    package var hasUnitHessian: Bool { true }
    package func bounds(output: Int) -> GradientBounds? {
        GradientBounds(gradient: Float(alpha), hessian: 1)
    }

    package func validate() throws(ObjectiveError) {
        guard alpha > 0, Float(alpha).isFinite else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter alpha is \(alpha); the objective huber needs a number greater than 0.")
        }
    }

    /// The mean of the labels, as LightGBM has it.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [rows.meanLabel] }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows.count {
            let weight = rows.weights.map { $0[row] } ?? 1
            let error = scores[row] - Double(rows.labels[row])
            gradients[row] = Float(min(max(error, -alpha), alpha)) * weight
            hessians[row] = weight
        }
    }
}
