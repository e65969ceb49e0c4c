package import LinearModels
import Models

/// What `--algorithm linear` is asked to fit.
package struct LinearParameters: Hashable, Sendable {
    package enum ObjectiveName: String, CaseIterable, Hashable, Sendable {
        case ridge, lasso, elasticnet, logistic, multinomial, poisson
    }

    package let objective: ObjectiveName
    package let penalty: PenaltyChoice
    package let encoding: LinearEncoding

    /// Whether the rows are read more than once.
    package var isIterative: Bool { loss != nil || objective == .multinomial }

    package var isClassification: Bool { objective == .logistic || objective == .multinomial }

    /// The loss that Newton's method minimises; nil for least squares and for several classes.
    package var loss: LinearLoss? {
        switch objective {
        case .ridge, .lasso, .elasticnet, .multinomial: nil
        case .logistic: .logistic
        case .poisson: .poisson
        }
    }

    /// - Throws: `configInvalid` for an objective or a penalty that does not belong.
    static func read(_ values: JobValues) throws -> LinearParameters {
        let name = try values.text("objective") ?? "ridge"
        guard let objective = ObjectiveName(rawValue: name) else {
            let known = ObjectiveName.allCases.map(\.rawValue).joined(separator: ", ")
            throw values.wrong(
                "objective", "the linear algorithm fits \(known), not '\(name)'")
        }
        for parameter in [
            "class_weight", "scale_pos_weight", "is_unbalance", "init_score", "query",
        ]
        where values.isSet(parameter) {
            throw values.wrong(
                parameter, "linear models have no such thing; give the rows weights")
        }
        if values.isSet("max_ctr_complexity") {
            throw values.wrong("max_ctr_complexity", "it belongs to --algorithm gbdt")
        }
        if values.isSet("num_class"), objective != .multinomial {
            throw values.wrong("num_class", "it belongs to the objective multinomial")
        }
        let encoding = try LinearEncoding(values)
        guard !encoding.asksForTarget || objective != .multinomial else {
            throw values.wrong(
                "categorical_encoding", "multinomial reads categories as onehot alone")
        }
        return LinearParameters(
            objective: objective, penalty: try penalty(values, objective), encoding: encoding)
    }

    private static func penalty(
        _ values: JobValues, _ objective: ObjectiveName
    ) throws -> PenaltyChoice {
        let l1 = try values.number("lambda_l1", default: 0)
        let l2 = try values.automaticNumber("lambda_l2")
        let name = objective.rawValue
        if values.isSet("l1_ratio"), objective != .elasticnet {
            throw values.wrong("l1_ratio", "it belongs to the objective elasticnet")
        }
        switch objective {
        case .ridge, .logistic, .multinomial, .poisson:
            guard l1 == 0 else {
                throw values.wrong("lambda_l1", "\(name) has no such penalty; use elasticnet")
            }
            guard case .automatic = l2 else {
                return .fixed(LinearPenalty(l2: l2.number ?? 1))
            }
            guard objective == .ridge else {
                throw values.wrong("lambda_l2", "it cannot be chosen for \(name); give a number")
            }
            return .automatic(l1Ratio: 0)
        case .lasso, .elasticnet:
            let ratio =
                objective == .lasso ? 1 : try values.number("l1_ratio", default: 0.5)
            if case .automatic = l2 {
                return .automatic(l1Ratio: ratio)
            }
            guard values.isSet("lambda_l1") else {
                guard l2.number == nil else {
                    throw values.wrong(
                        "lambda_l2", "\(name) needs lambda_l1 with it, or 'auto' for both")
                }
                return .automatic(l1Ratio: ratio)
            }
            guard !values.isSet("l1_ratio") else {
                throw values.wrong("l1_ratio", "lambda_l1 and lambda_l2 say it already")
            }
            guard objective == .elasticnet || l2.number ?? 0 == 0 else {
                throw values.wrong("lambda_l2", "lasso has no such penalty; use elasticnet")
            }
            return .fixed(LinearPenalty(l1: l1, l2: l2.number ?? 0))
        }
    }

    /// As the model remembers it.
    var record: [String: JSONValue] {
        var values = encoding.record
        switch penalty {
        case .fixed(let penalty):
            values["lambda_l2"] = .number(penalty.l2)
            if penalty.l1 > 0 { values["lambda_l1"] = .number(penalty.l1) }
        case .automatic(let ratio):
            values["lambda_l2"] = .string("auto")
            values["l1_ratio"] = .number(ratio)
        }
        return values
    }
}

/// A number, or the wish to have it chosen.
enum AutomaticNumber {
    case unset
    case automatic
    case given(Double)

    var number: Double? { if case .given(let number) = self { number } else { nil } }
}

extension JobValues {
    func automaticNumber(_ name: String) throws -> AutomaticNumber {
        guard isSet(name) else { return .unset }
        if isAutomatic(name) { return .automatic }
        return .given(try number(name, default: 0))
    }
}
