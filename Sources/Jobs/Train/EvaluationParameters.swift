import Evaluation
import Models
import Objectives

/// What metrics need besides rows; the same for the end of a training and for `evaluate`.
struct EvaluationParameters: Sendable {
    /// The level of a quantile, or where Huber's loss turns.
    var alpha: Double?
    var fairC = 1.0
    var tweedieVariancePower = 1.5
    var labelGain: [Double] = []

    init() {}

    init(_ spec: TrainSpec) {
        alpha = spec.alpha
        guard case .trees(_, let objective) = spec.algorithm else { return }
        switch objective {
        case .huber(let alpha): self.alpha = alpha
        case .quantile(let levels): alpha = levels.count == 1 ? levels[0] : nil
        case .fair(let c): fairC = c
        case .tweedie(let power): tweedieVariancePower = power
        case .lambdarank(let parameters): labelGain = parameters.labelGain
        default: break
        }
    }

    /// - Parameter alpha: in place of what the model remembers.
    init(_ model: ModelArtifact, alpha: Double?) {
        self.alpha = alpha ?? model.alpha ?? model.parameters["alpha"]?.double
        fairC = model.parameters["fair_c"]?.double ?? fairC
        tweedieVariancePower =
            model.parameters["tweedie_variance_power"]?.double ?? tweedieVariancePower
        if case .array(let gains)? = model.parameters["label_gain"] {
            labelGain = gains.compactMap(\.double)
        }
    }

    func apply(to rows: inout ScoredRows) {
        rows.alpha = alpha
        rows.fairC = fairC
        rows.tweedieVariancePower = tweedieVariancePower
        rows.labelGain = labelGain
    }
}

extension JSONValue {
    /// The number, whichever way it is written.
    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }
}
