import Evaluation
import TestSupport
import Testing

@Suite("Metric")
struct MetricTests {
    private static let lengths = [1, 7, 8, 9, 1023, 1024, 1025, 3000]

    private func evaluate(
        _ metric: Metric, _ predictions: [Double], _ labels: [Double], weights: [Double]? = nil,
        classCount: Int = 1, alpha: Double? = nil
    ) throws -> Double {
        try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                let rows = ScoredRows(
                    predictions: predictions, labels: labels, classCount: classCount,
                    alpha: alpha)
                guard let weights else { return try metric.evaluate(rows) }
                return try weights.withUnsafeBufferPointer { weights in
                    var weighted = rows
                    weighted.weights = weights
                    return try metric.evaluate(weighted)
                }
            }
        }
    }

    @Test("means equal the naive ones", arguments: lengths)
    func meansEqualNaive(count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let labels = (0..<count).map { _ in Double.random(in: -50...50, using: &random) }
        let predictions = labels.map { $0 + Double.random(in: -12...12, using: &random) }
        let weights = (0..<count).map { _ in Double.random(in: 0.5...2, using: &random) }
        let total = weights.reduce(0, +)
        let errors = zip(predictions, labels).map { $0 - $1 }
        let squared = zip(errors, weights).map { $0 * $0 * $1 }.reduce(0, +) / total
        let absolute = zip(errors, weights).map { abs($0) * $1 }.reduce(0, +) / total
        let within = zip(errors, weights).map { abs($0) <= 5 ? $1 : 0 }.reduce(0, +) / total
        let pinball =
            zip(errors, weights).map { max(-0.9 * $0, 0.1 * $0) * $1 }.reduce(0, +) / total
        #expect(
            isClose(
                try evaluate(.rmse, predictions, labels, weights: weights), squared.squareRoot()))
        #expect(isClose(try evaluate(.mae, predictions, labels, weights: weights), absolute))
        #expect(isClose(try evaluate(.within5, predictions, labels, weights: weights), within))
        #expect(
            isClose(
                try evaluate(.pinball, predictions, labels, weights: weights, alpha: 0.9), pinball)
        )
    }

    /// All pairs, one by one.
    private func naiveAUC(_ scores: [Double], _ labels: [Double], _ weights: [Double]) -> Double {
        var won = 0.0
        var pairs = 0.0
        for i in scores.indices where labels[i] > 0 {
            for j in scores.indices where labels[j] <= 0 {
                let weight = weights[i] * weights[j]
                pairs += weight
                won += scores[i] > scores[j] ? weight : scores[i] == scores[j] ? weight / 2 : 0
            }
        }
        return won / pairs
    }

    @Test("AUC equals the share of pairs, ties and weights included", arguments: 0..<40)
    func aucEqualsPairs(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let count = Int.random(in: 2...300, using: &random)
        let distinct = Int.random(in: 1...400, using: &random)
        var labels = (0..<count).map { _ in Double(Int.random(in: 0...1, using: &random)) }
        labels[0] = 0
        labels[1] = 1
        let scores = (0..<count).map { _ in
            Double(Int.random(in: -distinct...distinct, using: &random)) / 7
        }
        let weights = (0..<count).map { _ in Double.random(in: 0.1...3, using: &random) }
        let ones = [Double](repeating: 1, count: count)
        #expect(isClose(try evaluate(.auc, scores, labels), naiveAUC(scores, labels, ones)))
        #expect(
            isClose(
                try evaluate(.auc, scores, labels, weights: weights),
                naiveAUC(scores, labels, weights)))
    }

    @Test("AUC ranks by value: negative, zero of both signs, infinite, tiny")
    func aucOrdersEveryDouble() throws {
        let ascending = [
            -Double.infinity, -1e300, -1, -Double.leastNonzeroMagnitude, .leastNonzeroMagnitude, 1,
            1e300, .infinity,
        ]
        let labels = [0.0, 0, 0, 0, 1, 1, 1, 1]
        #expect(try evaluate(.auc, ascending, labels) == 1)
        #expect(try evaluate(.auc, ascending.reversed(), labels) == 0)
        #expect(try evaluate(.auc, [0.0, -0.0], [1, 0]) == 0.5)
    }

    @Test("AUC of one class is not a number")
    func aucOfOneClass() throws {
        #expect(try evaluate(.auc, [0.1, 0.2], [1, 1]).isNaN)
        #expect(try evaluate(.auc, [0.1, 0.2], [0, 0]).isNaN)
        #expect(try evaluate(.auc, [0.1, 0.2], [0, 1], weights: [0, 1]).isNaN)
    }

    @Test("many rows: the area of a known law")
    func aucOfManyRows() throws {
        var random = SeededGenerator(seed: 4)
        let count = 100_000
        let scores = (0..<count).map { _ in Double.random(in: 0...1, using: &random) }
        let labels = scores.map { Double.random(in: 0...1, using: &random) < $0 ? 1.0 : 0 }
        // Score s is positive with chance s: P(above) = integral = 5/6.
        #expect(isClose(try evaluate(.auc, scores, labels), 5.0 / 6, relative: 0.01))
    }

    @Test("no rows, no weight and NaN give NaN", arguments: Metric.plain)
    func emptyAndNaN(metric: Metric) throws {
        func value(_ predictions: [Double], _ labels: [Double], _ weights: [Double]?) throws
            -> Double
        {
            try predictions.withUnsafeBufferPointer { predictions in
                try labels.withUnsafeBufferPointer { labels in
                    try (weights ?? []).withUnsafeBufferPointer { buffer in
                        try metric.evaluate(
                            ScoredRows(
                                predictions: predictions, labels: labels,
                                weights: weights == nil ? nil : buffer, lower: predictions,
                                upper: predictions, alpha: 0.5))
                    }
                }
            }
        }
        #expect(try value([], [], nil).isNaN)
        #expect(try value([0.5, 0.2], [1, 0], [0, 0]).isNaN || metric == .r2)
        #expect(try value([.nan, 0.2], [1, 0], nil).isNaN)
        #expect(try value([0.5, 0.2], [.nan, 0], nil).isNaN)
    }

    @Test("logloss is clipped, never infinite")
    func loglossIsClipped() throws {
        let worst = try evaluate(.logloss, [0, 1], [1, 0])
        #expect(isClose(worst, 34.538776394910684, relative: 1e-7))
        #expect(try evaluate(.logloss, [1, 0], [1, 0]) == 0)
    }

    @Test("multiclass error counts ties as wrong")
    func multiclassErrorTies() throws {
        let predictions = [0.4, 0.4, 0.2, 0.2, 0.5, 0.3]
        #expect(try evaluate(.error, predictions, [0, 1], classCount: 3) == 0.5)
    }

    @Test("r2 of a constant label")
    func r2OfConstantLabel() throws {
        #expect(try evaluate(.r2, [2, 2], [2, 2]) == 1)
        #expect(try evaluate(.r2, [2, 3], [2, 2]) == 0)
    }

    @Test("a large offset costs no digits")
    func largeOffset() throws {
        let labels = (0..<1000).map { 1e9 + Double($0 % 10) }
        let predictions = labels.map { $0 + 0.5 }
        #expect(try evaluate(.rmse, predictions, labels) == 0.5)
        #expect(isClose(try evaluate(.r2, predictions, labels), 1 - 0.25 / 8.25, relative: 1e-12))
    }

    @Test("what a metric needs and does not get is named")
    func missingParameters() {
        #expect(throws: EvaluationError.self) { try evaluate(.pinball, [1], [1]) }
        #expect(throws: EvaluationError.self) { try evaluate(.pinball, [1], [1], alpha: 2) }
        #expect(throws: EvaluationError.self) { try evaluate(.coverage, [1], [1]) }
        #expect(throws: EvaluationError.self) { try evaluate(.huber, [1], [1], alpha: 0) }
        #expect(throws: EvaluationError.self) { try evaluate(.ndcg(at: 5), [1], [1]) }
        #expect(throws: EvaluationError.self) { try evaluate(.auc, [1, 2], [1], classCount: 2) }
        #expect {
            _ = try Metric(name: "rmsle")
        } throws: { error in
            (error as? EvaluationError)?.code == .unsupported && "\(error)".contains("rmse")
        }
    }

    @Test(
        "names of other programs are understood",
        arguments: [
            ("l2_root", Metric.rmse), ("multi_logloss", .logloss), ("merror", .error),
            ("ndcg", .ndcg(at: 5)), ("ndcg@12", .ndcg(at: 12)),
            ("map@3", .meanAveragePrecision(at: 3)), ("mean_squared_error", .l2),
        ])
    func aliases(name: String, metric: Metric) throws {
        #expect(try Metric(name: name) == metric)
        #expect(try Metric(name: metric.name) == metric)
        for bad in ["ndcg@", "ndcg@0", "ndcg@x", "auc@3", "ndcg@3@4"] {
            #expect(throws: EvaluationError.self) { try Metric(name: bad) }
        }
    }

    @Test("the defaults of an objective can be computed and the first decides")
    func defaults() {
        #expect(Metric.defaults(objective: "binary").first == .logloss)
        #expect(Metric.defaults(objective: "regression").first == .rmse)
        #expect(Metric.defaults(objective: "quantile").first == .pinball)
        #expect(Metric.auc.higherIsBetter && !Metric.rmse.higherIsBetter)
    }
}
