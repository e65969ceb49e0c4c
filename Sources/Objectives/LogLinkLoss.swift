import CKernels

/// Losses of a positive mean whose logarithm is the raw score: LightGBM's `poisson`, `gamma` and
/// `tweedie`.
package struct LogLinkLoss: Objective {
    package enum Distribution: Hashable, Sendable {
        /// Counts. The hessian is e^maxDeltaStep times the mean, which keeps steps short.
        case poisson(maxDeltaStep: Double)
        /// Positive amounts whose deviation grows with their mean.
        case gamma
        /// Amounts that are often 0; `variancePower` in [1, 2).
        case tweedie(variancePower: Double)
    }

    package let distribution: Distribution

    package init(_ distribution: Distribution) { self.distribution = distribution }

    package var name: String {
        switch distribution {
        case .poisson: "poisson"
        case .gamma: "gamma"
        case .tweedie: "tweedie"
        }
    }

    package func validate() throws(ObjectiveError) {
        switch distribution {
        case .poisson(let step) where !(step > 0 && step < 80):
            throw ObjectiveError(
                .invalidParameter,
                "Parameter poisson_max_delta_step is \(step); the objective poisson needs a "
                    + "number greater than 0 and below 80.")
        case .tweedie(let power) where !(power >= 1 && power < 2):
            throw ObjectiveError(
                .invalidParameter,
                "Parameter tweedie_variance_power is \(power); the objective tweedie needs a "
                    + "number of at least 1 and below 2.")
        default: break
        }
    }

    package func validate(_ rows: LabelledRows) throws(ObjectiveError) {
        let isGamma = distribution == .gamma
        var isAnyPositive = false
        for row in 0..<rows.count {
            let label = rows.labels[row]
            guard label > 0 || (label == 0 && !isGamma) else {
                throw ObjectiveError(
                    .invalidData,
                    "The label of row \(row) is \(label); the objective \(name) needs labels "
                        + (isGamma
                            ? "greater than 0. With zeros use tweedie."
                            : "of 0 or more. Use regression."))
            }
            if label > 0, rows.weights.map({ $0[row] > 0 }) ?? true { isAnyPositive = true }
        }
        guard isAnyPositive || rows.count == 0 else {
            throw ObjectiveError(
                .invalidData,
                "All labels are 0; the objective \(name) needs some that are greater.")
        }
    }

    /// The logarithm of the mean of the labels.
    package func initialScores(_ rows: LabelledRows) -> [Double] { [martlet_log(rows.meanLabel)] }

    package func computeGradients(
        _ rows: LabelledRows, output: Int, scores: UnsafePointer<Double>,
        gradients: UnsafeMutablePointer<Float>, hessians: UnsafeMutablePointer<Float>
    ) {
        switch distribution {
        case .poisson(let maxDeltaStep):
            martlet_poisson_gradients(
                scores, rows.labels, rows.weights, rows.count, martlet_exp(maxDeltaStep),
                gradients, hessians)
        case .gamma:
            martlet_gamma_gradients(
                scores, rows.labels, rows.weights, rows.count, gradients, hessians)
        case .tweedie(let power):
            martlet_tweedie_gradients(
                scores, rows.labels, rows.weights, rows.count, power, gradients, hessians)
        }
    }

    /// Logarithms to means.
    package func transform(_ scores: UnsafeMutableBufferPointer<Double>) {
        guard let start = scores.baseAddress else { return }
        martlet_exp_all(start, scores.count, start)
    }
}
