package import Models

/// What a model is to be calibrated to, and on how many rows.
package struct CalibrationSpec: Hashable, Sendable {
    package enum Goal: Hashable, Sendable {
        case interval(level: Double, method: IntervalCalibration.Method)
        case probability(ProbabilityCalibration.Method)
    }

    package let goal: Goal
    /// Share of the rows held out.
    package let fraction: Double

    /// nil when no calibration is asked for.
    /// - Throws: `configInvalid` for one that the objective does not allow.
    static func read(_ values: JobValues, algorithm: TrainSpec.Algorithm) throws -> Self? {
        let level = try values.optionalNumber("interval")
        let probability = try values.text("calibrate").flatMap {
            ProbabilityCalibration.Method(rawValue: $0)
        }
        let fraction = try values.number("calibration_fraction", default: 0.2)
        if level == nil, values.isSet("interval_method") {
            throw values.wrong("interval_method", "it needs an interval")
        }
        switch (level, probability) {
        case (nil, nil):
            guard !values.isSet("calibration_fraction") else {
                throw values.wrong("calibration_fraction", "it needs interval or calibrate")
            }
            return nil
        case (let level?, nil):
            guard !algorithm.isClassification else {
                throw values.wrong(
                    "interval", "a classification has probabilities, not intervals; use calibrate")
            }
            guard level < 1 else {
                throw values.wrong("interval", "an interval that always holds has no end")
            }
            let method = IntervalCalibration.Method(
                rawValue: try values.text("interval_method") ?? "split")
            if case .linear = algorithm, method == .quantiles {
                throw values.wrong(
                    "interval_method", "a linear model has no quantile models; use split")
            }
            return CalibrationSpec(
                goal: .interval(level: level, method: method ?? .split), fraction: fraction)
        case (nil, let method?):
            guard algorithm.isClassification else {
                throw values.wrong(
                    "calibrate", "only a classification has probabilities; use interval")
            }
            return CalibrationSpec(goal: .probability(method), fraction: fraction)
        case (_?, _?):
            throw values.wrong("calibrate", "it cannot be combined with interval")
        }
    }

    /// As the model remembers it.
    var record: [String: JSONValue] {
        switch goal {
        case .interval(let level, let method):
            [
                "interval": .number(level), "interval_method": .string(method.rawValue),
                "calibration_fraction": .number(fraction),
            ]
        case .probability(let method):
            [
                "calibrate": .string(method.rawValue), "calibration_fraction": .number(fraction),
            ]
        }
    }
}
