extension Metric {
    /// The metrics that `rows` have everything for, in the order of `metrics`.
    /// - Throws: as `evaluate`.
    package static func evaluate(
        _ metrics: [Metric], on rows: ScoredRows
    ) throws(EvaluationError) -> [(name: String, value: Double)] {
        var results: [(name: String, value: Double)] = []
        for metric in metrics { results.append((metric.name, try metric.evaluate(rows))) }
        return results
    }

    /// The value of this metric.
    ///
    /// A NaN among predictions, labels or bounds makes the result NaN, whatever the metric: a row
    /// that cannot be judged is the caller's to leave out. No rows, or weights that sum to 0,
    /// give NaN too; so do `auc` and `average_precision` when a class is absent.
    /// - Throws: `invalidParameter` for `pinball` and `huber` without `alpha`, `coverage` without
    ///   bounds and rankings without queries; `unsupported` for several classes but `logloss` and
    ///   `error`.
    /// - Complexity: O(rows), `auc` O(rows) memory of 8 bytes a row (16 with weights).
    package func evaluate(_ rows: ScoredRows) throws(EvaluationError) -> Double {
        guard rows.classCount == 1 || self == .logloss || self == .error else {
            throw EvaluationError(
                .unsupported,
                "Metric `\(name)` is for one output, not "
                    + "\(rows.classCount) classes. Use `logloss` or `error`.",
                context: ["metric": name])
        }
        switch self {
        case .rmse: return MeanLoss.squared(rows).squareRoot()
        case .mae: return MeanLoss.absolute(rows)
        case .l2: return MeanLoss.squared(rows)
        case .mape: return MeanLoss.absolutePercentage(rows)
        case .r2: return Determination.r2(rows)
        case .within3: return MeanLoss.within(3, rows)
        case .within5: return MeanLoss.within(5, rows)
        case .within10: return MeanLoss.within(10, rows)
        case .huber: return MeanLoss.huber(try alpha(of: rows, isValid: { $0 > 0 }), rows)
        case .fair: return MeanLoss.fair(rows.fairC, rows)
        case .poisson: return MeanDeviance.poisson(rows)
        case .gamma: return MeanDeviance.gamma(rows)
        case .gammaDeviance: return MeanDeviance.gammaDeviance(rows)
        case .tweedie: return MeanDeviance.tweedie(rows.tweedieVariancePower, rows)
        case .auc: return AreaUnderROC.evaluate(rows)
        case .averagePrecision: return AveragePrecision.evaluate(rows)
        case .logloss:
            return rows.classCount == 1
                ? ClassLoss.binaryLogLoss(rows) : ClassLoss.logLoss(rows)
        case .error:
            return rows.classCount == 1 ? ClassLoss.binaryError(rows) : ClassLoss.error(rows)
        case .pinball:
            return MeanLoss.pinball(try alpha(of: rows) { (0...1).contains($0) }, rows)
        case .coverage:
            guard let lower = rows.lower, let upper = rows.upper else {
                throw EvaluationError(
                    .invalidParameter,
                    "Metric `coverage` needs a lower and an upper bound: give "
                        + "both quantile models.", context: ["metric": name])
            }
            return MeanLoss.coverage(lower: lower, upper: upper, rows)
        case .ndcg(let count): return try RankingQuality(rows, metric: self).ndcg(at: count)
        case .meanAveragePrecision(let count):
            return try RankingQuality(rows, metric: self).meanAveragePrecision(at: count)
        }
    }

    private func alpha(
        of rows: ScoredRows, isValid: (Double) -> Bool
    ) throws(EvaluationError) -> Double {
        guard let alpha = rows.alpha, isValid(alpha) else {
            throw EvaluationError(
                .invalidParameter,
                self == .huber
                    ? "Metric `huber` needs `alpha`, greater than 0."
                    : "Metric `\(name)` needs the quantile's level, `alpha`, between 0 and 1.",
                context: ["metric": name])
        }
        return alpha
    }
}
