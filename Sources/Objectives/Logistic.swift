import CKernels

/// The cross entropy of a probability given as log-odds: LightGBM's `binary`.
package struct Logistic: Objective {
    /// Multiplies the weight of rows with label 1.
    package let scalePositiveWeight: Double
    /// Gives both classes the same total weight.
    package let isUnbalanced: Bool

    package init(scalePositiveWeight: Double = 1, isUnbalanced: Bool = false) {
        self.scalePositiveWeight = scalePositiveWeight
        self.isUnbalanced = isUnbalanced
        classWeights = (negative: 1, positive: Float(scalePositiveWeight))
    }

    private var classWeights: (negative: Float, positive: Float)

    package var name: String { "binary" }
    package func bounds(output: Int) -> GradientBounds? {
        let weight = max(classWeights.negative, classWeights.positive)
        return GradientBounds(gradient: weight, hessian: weight / 4)
    }

    package func validate() throws(ObjectiveError) {
        guard scalePositiveWeight > 0, scalePositiveWeight.isFinite else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameter scale_pos_weight is \(scalePositiveWeight); it must be greater than 0.")
        }
        guard !isUnbalanced || scalePositiveWeight == 1 else {
            throw ObjectiveError(
                .invalidParameter,
                "Parameters is_unbalance and scale_pos_weight exclude each other; set one.")
        }
    }

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {
        for row in 0..<rows.count where rows.labels[row] != 0 && rows.labels[row] != 1 {
            throw ObjectiveError(
                .invalidData,
                "The label of row \(row) is \(rows.labels[row]); the objective binary needs 0 or "
                    + "1. Map the target to 0 and 1, or choose another objective.")
        }
    }

    package func fitted(to rows: LabelledRows) -> any Objective {
        guard isUnbalanced else { return self }
        var positive = 0
        for row in 0..<rows.count where rows.labels[row] > 0 { positive += 1 }
        let negative = rows.count - positive
        guard positive > 0, negative > 0 else { return self }
        var objective = self
        if positive > negative {
            objective.classWeights = (Float(Double(positive) / Double(negative)), 1)
        } else {
            objective.classWeights = (1, Float(Double(negative) / Double(positive)))
        }
        return objective
    }

    /// The log-odds of the weighted share of positive rows; factors on the classes do not count, as
    /// in LightGBM.
    package func initialScores(_ rows: LabelledRows) -> [Double] {
        var positive = 0.0
        var total = 0.0
        for row in 0..<rows.count {
            let weight = rows.weights.map { Double($0[row]) } ?? 1
            total += weight
            if rows.labels[row] > 0 { positive += weight }
        }
        let share = min(max(total > 0 ? positive / total : 0.5, 1e-15), 1 - 1e-15)
        return [martlet_log(share / (1 - share))]
    }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        martlet_logistic_gradients(
            scores, rows.labels, rows.weights, rows.count, classWeights.negative,
            classWeights.positive, gradients, hessians)
    }

    /// Log-odds to probabilities.
    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {
        guard let start = scores.baseAddress else { return }
        martlet_sigmoid(start, scores.count, start)
    }
}
