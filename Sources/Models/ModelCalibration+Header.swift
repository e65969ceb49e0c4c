/// The `calibration` key of a model's header; its arrays are sections behind the model's own.
struct CalibrationEntry: Codable {
    /// `interval` or `probability`.
    var kind: String
    var method: String
    var rowCount: Int
    /// Of an interval.
    var level: Double?
    /// Whether the models of the bounds follow; of an interval.
    var boundsKind: String?

    init(_ calibration: ModelCalibration) {
        switch calibration {
        case .interval(let interval):
            kind = "interval"
            method = interval.method.rawValue
            rowCount = interval.rowCount
            level = interval.level
            boundsKind = interval.bounds.map { $0.lower.name }
        case .probability(let probability):
            kind = "probability"
            method = probability.method.rawValue
            rowCount = probability.rowCount
        }
    }

    /// - Throws: `outOfSpec` when names do not exist or arrays do not fit.
    func calibration(
        from sections: inout SectionReader
    ) throws(ModelError) -> ModelCalibration {
        switch kind {
        case "interval":
            guard let method = IntervalCalibration.Method(rawValue: method), let level else {
                throw ModelError(.outOfSpec, "the header's calibration is `\(method)`")
            }
            let margin = try sections.double("calibration_margin", count: 1)[0]
            var bounds: IntervalCalibration.Bounds?
            if let boundsKind {
                // Each is one number, however many quantiles the model itself has.
                bounds = IntervalCalibration.Bounds(
                    lower: try .read(boundsKind, from: &sections, prefix: "lower_", outputCount: 1),
                    upper: try .read(boundsKind, from: &sections, prefix: "upper_", outputCount: 1))
            }
            return .interval(
                IntervalCalibration(
                    method: method, level: level, margin: margin, rowCount: rowCount,
                    bounds: bounds))
        case "probability":
            guard let method = ProbabilityCalibration.Method(rawValue: method) else {
                throw ModelError(.outOfSpec, "the header's calibration is `\(method)`")
            }
            return .probability(
                ProbabilityCalibration(
                    method: method, curves: try curves(method, from: &sections),
                    rowCount: rowCount))
        default: throw ModelError(.outOfSpec, "the header names a calibration `\(kind)`")
        }
    }

    private func curves(
        _ method: ProbabilityCalibration.Method, from sections: inout SectionReader
    ) throws(ModelError) -> [ProbabilityCalibration.Curve] {
        switch method {
        case .platt:
            let slopes = try sections.double("calibration_slope")
            let intercepts = try sections.double("calibration_intercept", count: slopes.count)
            return zip(slopes, intercepts).map { .platt(slope: $0, intercept: $1) }
        case .isotonic:
            let counts = try sections.int32("calibration_point_count")
            let inputs = try sections.double("calibration_input")
            let outputs = try sections.double("calibration_output", count: inputs.count)
            var next = 0
            var curves: [ProbabilityCalibration.Curve] = []
            for count in counts {
                guard count > 0, Int(count) <= inputs.count - next else {
                    throw ModelError(.outOfSpec, "a calibration curve has \(count) points")
                }
                let range = next..<next + Int(count)
                curves.append(
                    .isotonic(inputs: Array(inputs[range]), outputs: Array(outputs[range])))
                next = range.upperBound
            }
            guard next == inputs.count else {
                throw ModelError(.outOfSpec, "there are points past the last calibration curve")
            }
            return curves
        }
    }
}

extension ModelCalibration {
    func append(to sections: inout SectionWriter) {
        switch self {
        case .interval(let interval):
            sections.append("calibration_margin", [interval.margin])
            guard let bounds = interval.bounds else { return }
            sections.prefix = "lower_"
            bounds.lower.append(to: &sections)
            sections.prefix = "upper_"
            bounds.upper.append(to: &sections)
            sections.prefix = ""
        case .probability(let probability):
            var counts: [Int32] = []
            var first: [Double] = []
            var second: [Double] = []
            for curve in probability.curves {
                switch curve {
                case .platt(let slope, let intercept):
                    first.append(slope)
                    second.append(intercept)
                case .isotonic(let inputs, let outputs):
                    counts.append(Int32(inputs.count))
                    first += inputs
                    second += outputs
                }
            }
            switch probability.method {
            case .platt:
                sections.append("calibration_slope", first)
                sections.append("calibration_intercept", second)
            case .isotonic:
                sections.append("calibration_point_count", counts)
                sections.append("calibration_input", first)
                sections.append("calibration_output", second)
            }
        }
    }

    /// - Throws: `outOfSpec`, with the rule that is broken.
    func validate(_ artifact: ModelArtifact) throws(ModelError) {
        let isClassification = !artifact.target.classLabels.isEmpty
        switch self {
        case .interval(let interval):
            guard !isClassification else {
                throw ModelError(.outOfSpec, "a classification has a calibrated interval")
            }
            guard interval.level > 0, interval.level < 1, interval.margin.isFinite,
                interval.rowCount >= 0
            else {
                throw ModelError(
                    .outOfSpec,
                    "the interval has level \(interval.level) and margin \(interval.margin)")
            }
            switch (interval.method, interval.bounds) {
            case (.split, nil):
                guard interval.margin >= 0 else {
                    throw ModelError(.outOfSpec, "the interval's margin is \(interval.margin)")
                }
            case (.quantiles, let bounds?):
                for bound in [bounds.lower, bounds.upper] {
                    guard bound.outputCount == 1, bound.name == bounds.lower.name else {
                        throw ModelError(.outOfSpec, "a bound has \(bound.outputCount) outputs")
                    }
                    try bound.validate(features: artifact.features)
                }
            default: throw ModelError(.outOfSpec, "the interval's bounds do not fit its method")
            }
        case .probability(let probability):
            guard isClassification, probability.curves.count == artifact.outputCount else {
                throw ModelError(
                    .outOfSpec,
                    "\(probability.curves.count) calibration curves for "
                        + "\(artifact.outputCount) outputs")
            }
            for curve in probability.curves { try curve.validate(probability.method) }
        }
    }
}

extension ProbabilityCalibration.Curve {
    fileprivate func validate(_ method: ProbabilityCalibration.Method) throws(ModelError) {
        let isValid: Bool
        switch (self, method) {
        case (.platt(let slope, let intercept), .platt):
            isValid = slope.isFinite && intercept.isFinite
        case (.isotonic(let inputs, let outputs), .isotonic):
            let unit = 0.0...1.0
            isValid =
                !inputs.isEmpty && inputs.count == outputs.count
                && (inputs + outputs).allSatisfy(unit.contains)
                && zip(inputs, inputs.dropFirst()).allSatisfy { $0 < $1 }
                && zip(outputs, outputs.dropFirst()).allSatisfy { $0 <= $1 }
        default: isValid = false
        }
        guard isValid else { throw ModelError(.outOfSpec, "a calibration curve is not monotone") }
    }
}
