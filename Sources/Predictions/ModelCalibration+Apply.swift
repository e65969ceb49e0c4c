import CKernels
import Calibration
import Columns
import Models

extension ModelArtifact {
    /// The models of the lower and the upper end, where the interval comes of two.
    var boundModels: [ModelArtifact] {
        guard case .interval(let interval) = calibration, let bounds = interval.bounds else {
            return []
        }
        return [bounds.lower, bounds.upper].map { kind in
            var bound = self
            bound.calibration = nil
            bound.quantileLevels = []
            bound.kind = kind
            // Quantiles are in units of the target, whatever the point's scores are.
            bound.transform = .identity
            return bound
        }
    }
}

extension IntervalCalibration {
    /// - Parameters:
    ///   - scores: predictions, then those of the bounds where the interval has models for them;
    ///     these are rewritten.
    ///   - isPositive: nothing below 0 can come true; the lower end stops there.
    /// - Returns: predictions, lower and upper ends, each (rows).
    func widen(_ scores: [ColumnBuffer<Double>], isPositive: Bool) -> [ColumnBuffer<Double>] {
        let point = scores[0]
        let lower = scores.count == 3 ? scores[1] : ColumnBuffer(point.elements)
        let upper = scores.count == 3 ? scores[2] : ColumnBuffer(point.elements)
        let floor = isPositive ? 0 : -Double.infinity
        for row in 0..<point.count {
            lower.mutableElements[row] = max(lower.elements[row] - margin, floor)
            upper.mutableElements[row] += margin
        }
        return [point, lower, upper]
    }
}

extension ProbabilityCalibration {
    /// Replaces probabilities by calibrated ones.
    /// - Parameter probabilities: (rows × curves), row-major.
    func apply(to probabilities: UnsafeMutableBufferPointer<Double>) {
        precondition(probabilities.count % curves.count == 0)
        for (k, curve) in curves.enumerated() {
            var index = k
            while index < probabilities.count {
                probabilities[index] = curve.value(at: probabilities[index])
                index += curves.count
            }
        }
        guard curves.count > 1 else { return }
        var start = 0
        while start < probabilities.count {
            let row = UnsafeMutableBufferPointer(
                rebasing: probabilities[start..<start + curves.count])
            let sum = row.reduce(0, +)
            for k in row.indices {
                // No class came true at these scores: all are as likely.
                row[k] = sum > 0 ? row[k] / sum : 1 / Double(curves.count)
            }
            start += curves.count
        }
    }
}

extension ProbabilityCalibration.Curve {
    /// The calibrated probability; NaN stays NaN.
    func value(at probability: Double) -> Double {
        guard !probability.isNaN else { return probability }
        switch self {
        case .platt(let slope, let intercept):
            let z = slope * PlattScaling.logit(probability) + intercept
            let e = martlet_exp(-abs(z))
            return z >= 0 ? 1 / (1 + e) : e / (1 + e)
        case .isotonic(let inputs, let outputs):
            // The first input above the probability.
            var low = 0
            var high = inputs.count
            while low < high {
                let middle = (low + high) / 2
                if inputs[middle] > probability { high = middle } else { low = middle + 1 }
            }
            if low == 0 { return outputs[0] }
            if low == inputs.count { return outputs[inputs.count - 1] }
            let share = (probability - inputs[low - 1]) / (inputs[low] - inputs[low - 1])
            return outputs[low - 1] + share * (outputs[low] - outputs[low - 1])
        }
    }
}
