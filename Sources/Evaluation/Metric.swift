/// A number that says how good predictions are, by its name on the command line.
package enum Metric: Hashable, Sendable {
    case rmse
    case mae
    /// Mean squared error.
    case l2
    /// Mean of |error| / max(1, |label|).
    case mape
    /// 1 - squared error / squared deviation from the mean. As scikit-learn has it: a constant
    /// label gives 1 for perfect predictions and 0 for all others.
    case r2
    /// Share of the rows whose error is at most that large.
    case within3
    case within5
    case within10
    /// Mean Huber loss: half the square up to `alpha`, lines beyond.
    case huber
    /// Mean fair loss with `fairC`.
    case fair
    /// Mean negative log likelihoods of predicted means, without the terms of the label alone.
    case poisson
    case gamma
    case tweedie
    /// Twice the sum (not the mean, as in LightGBM) of the gamma deviance's terms.
    case gammaDeviance
    /// Area under the ROC curve; ties count half.
    case auc
    /// Area under the steps of the precision-recall curve.
    case averagePrecision
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
    /// Normalised discounted cumulative gain of the first rows of each query; mean over queries.
    case ndcg(at: Int)
    /// Mean over queries of the average precision of the first rows.
    case meanAveragePrecision(at: Int)

    /// Those without a number of rows in their name.
    package static let plain: [Metric] = [
        .rmse, .mae, .l2, .mape, .r2, .within3, .within5, .within10, .huber, .fair, .poisson,
        .gamma, .gammaDeviance, .tweedie, .auc, .averagePrecision, .logloss, .error, .pinball,
        .coverage,
    ]

    package var name: String {
        switch self {
        case .rmse: "rmse"
        case .mae: "mae"
        case .l2: "l2"
        case .mape: "mape"
        case .r2: "r2"
        case .within3: "within_3"
        case .within5: "within_5"
        case .within10: "within_10"
        case .huber: "huber"
        case .fair: "fair"
        case .poisson: "poisson"
        case .gamma: "gamma"
        case .gammaDeviance: "gamma_deviance"
        case .tweedie: "tweedie"
        case .auc: "auc"
        case .averagePrecision: "average_precision"
        case .logloss: "logloss"
        case .error: "error"
        case .pinball: "pinball"
        case .coverage: "coverage"
        case .ndcg(let count): "ndcg@\(count)"
        case .meanAveragePrecision(let count): "map@\(count)"
        }
    }

    package var higherIsBetter: Bool {
        switch self {
        case .r2, .within3, .within5, .within10, .auc, .averagePrecision, .coverage, .ndcg,
            .meanAveragePrecision:
            true
        case .rmse, .mae, .l2, .mape, .huber, .fair, .poisson, .gamma, .gammaDeviance, .tweedie,
            .logloss, .error, .pinball:
            false
        }
    }

    /// Whether it is about the order of rows within queries.
    package var isRanking: Bool {
        switch self {
        case .ndcg, .meanAveragePrecision: true
        default: false
        }
    }

    /// Whether it grows with the number of rows.
    package var isSumOfRows: Bool { self == .gammaDeviance }

    /// The metric called `name`: ours, LightGBM's, XGBoost's or scikit-learn's.
    /// - Throws: `unsupported`, which names the metrics there are.
    package init(name: String) throws(EvaluationError) {
        guard let metric = Self.find(name) else {
            throw EvaluationError(
                .unsupported,
                "There is no metric `\(name)`. Use one of: "
                    + Self.knownNames.joined(separator: ", ") + ".",
                context: ["metric": name])
        }
        self = metric
    }

    /// What can be asked for, for messages.
    package static let knownNames = plain.map(\.name) + ["ndcg@k", "map@k"]

    private static let byName = Dictionary(uniqueKeysWithValues: plain.map { ($0.name, $0) })

    /// Other programs' names.
    private static let aliases: [String: Metric] = [
        "l2_root": .rmse, "root_mean_squared_error": .rmse,
        "l1": .mae, "mean_absolute_error": .mae, "regression_l1": .mae,
        "mse": .l2, "mean_squared_error": .l2, "regression_l2": .l2, "regression": .l2,
        "mean_absolute_percentage_error": .mape,
        "binary_logloss": .logloss, "log_loss": .logloss, "multi_logloss": .logloss,
        "mlogloss": .logloss, "multiclass": .logloss, "softmax": .logloss, "binary": .logloss,
        "binary_error": .error, "multi_error": .error, "merror": .error,
        "roc_auc": .auc, "aucpr": .averagePrecision, "quantile": .pinball,
        "mphe": .huber, "poisson-nloglik": .poisson, "gamma-nloglik": .gamma,
        "gamma-deviance": .gammaDeviance, "ndcg": .ndcg(at: 5), "lambdarank": .ndcg(at: 5),
        "map": .meanAveragePrecision(at: 5), "mean_average_precision": .meanAveragePrecision(at: 5),
    ]

    private static func find(_ name: String) -> Metric? {
        if let metric = byName[name] ?? aliases[name] { return metric }
        let parts = name.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[1]), (1...1_000_000).contains(count) else {
            return nil
        }
        return switch parts[0] {
        case "ndcg": .ndcg(at: count)
        case "map": .meanAveragePrecision(at: count)
        default: nil
        }
    }

    /// The metrics that say most about an objective; the first decides early stopping.
    /// - Parameter objective: LightGBM's name.
    package static func defaults(objective: String) -> [Metric] {
        switch objective {
        case "binary", "logistic": [.logloss, .auc, .error]
        case "multiclass", "multinomial": [.logloss, .error]
        case "quantile": [.pinball, .mae]
        case "regression_l1": [.mae, .rmse, .r2, .within3, .within5, .within10]
        case "huber": [.huber, .mae, .rmse]
        case "fair": [.fair, .mae, .rmse]
        case "poisson": [.poisson, .rmse, .mae]
        case "gamma": [.gamma, .gammaDeviance, .rmse, .mae]
        case "tweedie": [.tweedie, .rmse, .mae]
        case "lambdarank": [.ndcg(at: 5), .ndcg(at: 10), .meanAveragePrecision(at: 5)]
        default: [.rmse, .mae, .r2, .within3, .within5, .within10]
        }
    }
}
