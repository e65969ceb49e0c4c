/// A number that says how good predictions are, by its name on the command line.
package enum Metric: String, CaseIterable, Hashable, Sendable {
    case rmse
    case mae
    /// 1 - squared error / squared deviation from the mean. As scikit-learn has it: a constant
    /// label gives 1 for perfect predictions and 0 for all others.
    case r2
    /// Share of the rows whose error is at most that large.
    case within3 = "within_3"
    case within5 = "within_5"
    case within10 = "within_10"
    /// Area under the ROC curve; ties count half.
    case auc
    /// Mean negative log likelihood of the class, probabilities clipped at 1e-15 (float) as
    /// LightGBM does.
    case logloss
    /// Share of wrong classes: binary above 0.5 is the second class; multiclass is wrong unless
    /// the probability of the true class is larger than every other.
    case error
    /// Mean quantile loss at `alpha`.
    case pinball
    /// Share of the rows whose label lies between the bounds, both included.
    case coverage

    package var higherIsBetter: Bool {
        switch self {
        case .r2, .within3, .within5, .within10, .auc, .coverage: true
        case .rmse, .mae, .logloss, .error, .pinball: false
        }
    }

    /// The metric called `name`.
    /// - Throws: `unsupported`, which names the metrics there are.
    package init(name: String) throws(EvaluationError) {
        guard let metric = Metric(rawValue: name) else {
            let names = Metric.allCases.map(\.rawValue).joined(separator: ", ")
            throw EvaluationError(
                .unsupported, "There is no metric `\(name)`. Use one of: \(names).",
                context: ["metric": name])
        }
        self = metric
    }

    /// The metrics that say most about an objective; the first decides early stopping.
    /// - Parameter objective: LightGBM's name.
    package static func defaults(objective: String) -> [Metric] {
        switch objective {
        case "binary", "logistic": [.logloss, .auc, .error]
        case "multiclass", "multinomial": [.logloss, .error]
        case "quantile": [.pinball, .mae]
        case "regression_l1": [.mae, .rmse, .r2, .within3, .within5, .within10]
        default: [.rmse, .mae, .r2, .within3, .within5, .within10]
        }
    }

    /// The metrics that `rows` have everything for, in the order of `metrics`.
    /// - Throws: as `evaluate`.
    package static func evaluate(
        _ metrics: [Metric], on rows: ScoredRows
    ) throws(EvaluationError) -> [(name: String, value: Double)] {
        var results: [(name: String, value: Double)] = []
        for metric in metrics { results.append((metric.rawValue, try metric.evaluate(rows))) }
        return results
    }

    /// The value of this metric.
    ///
    /// A NaN among predictions, labels or bounds makes the result NaN, whatever the metric: a row
    /// that cannot be judged is the caller's to leave out. No rows, or weights that sum to 0,
    /// give NaN too; so does `auc` when one class is absent.
    /// - Throws: `invalidParameter` for `pinball` without `alpha` and `coverage` without bounds,
    ///   `unsupported` for several classes but `logloss` and `error`.
    /// - Complexity: O(rows), `auc` O(rows) memory of 8 bytes a row (16 with weights).
    package func evaluate(_ rows: ScoredRows) throws(EvaluationError) -> Double {
        guard rows.classCount == 1 || self == .logloss || self == .error else {
            throw EvaluationError(
                .unsupported,
                "Metric `\(rawValue)` is for one output, not "
                    + "\(rows.classCount) classes. Use `logloss` or `error`.",
                context: ["metric": rawValue])
        }
        switch self {
        case .rmse: return MeanLoss.squared(rows).squareRoot()
        case .mae: return MeanLoss.absolute(rows)
        case .r2: return Determination.r2(rows)
        case .within3: return MeanLoss.within(3, rows)
        case .within5: return MeanLoss.within(5, rows)
        case .within10: return MeanLoss.within(10, rows)
        case .auc: return AreaUnderROC.evaluate(rows)
        case .logloss:
            return rows.classCount == 1
                ? ClassLoss.binaryLogLoss(rows) : ClassLoss.logLoss(rows)
        case .error:
            return rows.classCount == 1 ? ClassLoss.binaryError(rows) : ClassLoss.error(rows)
        case .pinball:
            guard let alpha = rows.alpha, (0...1).contains(alpha) else {
                throw EvaluationError(
                    .invalidParameter,
                    "Metric `pinball` needs the quantile's level, `alpha`, "
                        + "between 0 and 1.", context: ["metric": rawValue])
            }
            return MeanLoss.pinball(alpha, rows)
        case .coverage:
            guard let lower = rows.lower, let upper = rows.upper else {
                throw EvaluationError(
                    .invalidParameter,
                    "Metric `coverage` needs a lower and an upper bound: give "
                        + "both quantile models.", context: ["metric": rawValue])
            }
            return MeanLoss.coverage(lower: lower, upper: upper, rows)
        }
    }
}
