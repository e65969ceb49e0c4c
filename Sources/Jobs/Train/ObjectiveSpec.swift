import Evaluation
import Models
package import Objectives

/// Which loss boosted trees minimise, with its parameters.
package enum ObjectiveSpec: Hashable, Sendable {
    case regression
    case regressionL1
    case huber(alpha: Double)
    case fair(c: Double)
    /// Ascending levels, one or several.
    case quantile(levels: [Double])
    case poisson(maxDeltaStep: Double)
    case gamma
    case tweedie(variancePower: Double)
    case binary(scalePositiveWeight: Double, isUnbalanced: Bool)
    case multiclass
    case lambdarank(LambdaRank.Parameters)

    /// LightGBM's name.
    var name: String {
        switch self {
        case .regression: "regression"
        case .regressionL1: "regression_l1"
        case .huber: "huber"
        case .fair: "fair"
        case .quantile: "quantile"
        case .poisson: "poisson"
        case .gamma: "gamma"
        case .tweedie: "tweedie"
        case .binary: "binary"
        case .multiclass: "multiclass"
        case .lambdarank: "lambdarank"
        }
    }

    /// - Parameter classCount: of the target; 0 without classes.
    func objective(classCount: Int) -> any Objective {
        switch self {
        case .regression: SquaredError()
        case .regressionL1: AbsoluteError()
        case .huber(let alpha): HuberLoss(alpha: alpha)
        case .fair(let c): FairLoss(c: c)
        case .quantile(let levels): QuantileLoss(levels: levels)
        case .poisson(let step): LogLinkLoss(.poisson(maxDeltaStep: step))
        case .gamma: LogLinkLoss(.gamma)
        case .tweedie(let power): LogLinkLoss(.tweedie(variancePower: power))
        case .binary(let weight, let isUnbalanced):
            Logistic(scalePositiveWeight: weight, isUnbalanced: isUnbalanced)
        case .multiclass: Softmax(classCount: classCount)
        case .lambdarank(let parameters): LambdaRank(parameters)
        }
    }

    var transform: ScoreTransform {
        switch self {
        case .binary: .sigmoid
        case .multiclass: .softmax
        case .poisson, .gamma, .tweedie: .exp
        case .quantile where quantileLevels.count > 1: .ascending
        case .regression, .regressionL1, .huber, .fair, .quantile, .lambdarank: .identity
        }
    }

    /// The level of a single quantile.
    var quantileLevel: Double? {
        if case .quantile(let levels) = self, levels.count == 1 { levels[0] } else { nil }
    }

    /// The levels of several quantiles, each an output; else empty.
    var quantileLevels: [Double] {
        if case .quantile(let levels) = self, levels.count > 1 { levels } else { [] }
    }

    /// The metrics that say most about it; the first decides early stopping.
    var metrics: [Metric] {
        Metric.defaults(objective: name) + (quantileLevels.isEmpty ? [] : [.coverage])
    }

    /// Its parameters as the model remembers them, and `EvaluationParameters` reads them.
    var record: [String: JSONValue] {
        switch self {
        case .huber(let alpha): ["alpha": .number(alpha)]
        case .quantile(let levels):
            [
                "alpha": levels.count == 1
                    ? .number(levels[0]) : .array(levels.map { .number($0) })
            ]
        case .fair(let c): ["fair_c": .number(c)]
        case .poisson(let step): ["poisson_max_delta_step": .number(step)]
        case .tweedie(let power): ["tweedie_variance_power": .number(power)]
        case .binary(let weight, let isUnbalanced):
            ["scale_pos_weight": .number(weight), "is_unbalance": .bool(isUnbalanced)]
        case .lambdarank(let parameters):
            [
                "lambdarank_truncation_level": .number(Double(parameters.truncationLevel)),
                "lambdarank_norm": .bool(parameters.isNormalised),
                "sigmoid": .number(parameters.sigmoid),
                "label_gain": .array(parameters.labelGain.map { .number($0) }),
            ]
        case .regression, .regressionL1, .gamma, .multiclass: [:]
        }
    }
}

extension ObjectiveSpec {
    /// - Throws: `configInvalid` for a parameter that is out of its range, or belongs to another
    ///   objective.
    init(_ values: JobValues) throws {
        let name = try values.text("objective") ?? "regression"
        switch name {
        case "regression": self = .regression
        case "regression_l1": self = .regressionL1
        case "huber": self = .huber(alpha: try values.alpha() ?? 0.9)
        case "fair": self = .fair(c: try values.number("fair_c", default: 1))
        case "quantile":
            let levels = try values.alphas().sorted()
            self = .quantile(levels: levels.isEmpty ? [0.9] : levels)
        case "poisson":
            self = .poisson(
                maxDeltaStep: try values.number("poisson_max_delta_step", default: 0.7))
        case "gamma": self = .gamma
        case "tweedie":
            self = .tweedie(
                variancePower: try values.number("tweedie_variance_power", default: 1.5))
        case "binary":
            self = .binary(
                scalePositiveWeight: try values.number("scale_pos_weight", default: 1),
                isUnbalanced: try values.flag("is_unbalance"))
        case "multiclass": self = .multiclass
        case "lambdarank":
            var parameters = LambdaRank.Parameters()
            parameters.truncationLevel = try values.integer(
                "lambdarank_truncation_level", default: parameters.truncationLevel)
            parameters.isNormalised =
                values.isSet("lambdarank_norm") ? try values.flag("lambdarank_norm") : true
            parameters.sigmoid = try values.number("sigmoid", default: parameters.sigmoid)
            parameters.labelGain = try values.numbers("label_gain")
            self = .lambdarank(parameters)
        default:
            throw values.wrong("objective", "'\(name)' belongs to --algorithm linear")
        }
        for (parameter, owners) in Self.owners.sorted(by: { $0.key < $1.key })
        where values.isSet(parameter) {
            guard owners.contains(name) else {
                throw values.wrong(
                    parameter,
                    "it belongs to the objective \(owners.joined(separator: " or ")), "
                        + "not to \(name)")
            }
        }
        do throws(ObjectiveError) { try objective(classCount: 2).validate() } catch {
            throw JobFailure(.configInvalid, error.message)
        }
    }

    /// Parameters that mean nothing to other objectives.
    private static let owners = [
        "fair_c": ["fair"],
        "poisson_max_delta_step": ["poisson"], "tweedie_variance_power": ["tweedie"],
        "scale_pos_weight": ["binary"], "is_unbalance": ["binary"], "num_class": ["multiclass"],
        "class_weight": ["binary", "multiclass"],
        "lambdarank_truncation_level": ["lambdarank"], "lambdarank_norm": ["lambdarank"],
        "sigmoid": ["lambdarank"], "label_gain": ["lambdarank"],
    ]
}

extension JobValues {
    /// The levels of quantiles, or the one number that `alpha` is for other objectives.
    func alphas() throws -> [Double] {
        let alphas = try numbers("alpha")
        for alpha in alphas where alpha <= 0 { throw wrong("alpha", "\(alpha) is not above 0") }
        return alphas
    }

    /// - Throws: `configInvalid` for several.
    func alpha() throws -> Double? {
        let alphas = try alphas()
        guard alphas.count <= 1 else {
            throw wrong("alpha", "several levels belong to the objective quantile")
        }
        return alphas.first
    }

    /// A list of numbers.
    func numbers(_ name: String) throws -> [Double] {
        try list(name).map { text in
            guard let number = Double(text), number.isFinite else {
                throw wrong(name, "'\(text)' is not a number")
            }
            return number
        }
    }
}
