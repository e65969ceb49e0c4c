import CKernels

/// c² (|e| / c - log(1 + |e| / c)) of the error e: LightGBM's `fair`.
package struct FairLoss: Objective {
    /// The error from which the loss grows slower than its square; greater than 0.
    package let c: Double

    package init(c: Double) { self.c = c }

    package var name: String { "fair" }
    package func bounds(output: Int) -> GradientBounds? {
        GradientBounds(gradient: Float(c), hessian: 1)
    }

    package func validate() throws(ObjectiveError) {
        guard c > 0, Float(c).isFinite else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter fair_c is \(c); the objective fair needs a number greater than 0.")
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
            let divisor = abs(error) + c
            gradients[row] = Float(c * error / divisor) * weight
            hessians[row] = Float(c * c / (divisor * divisor)) * weight
        }
    }
}
