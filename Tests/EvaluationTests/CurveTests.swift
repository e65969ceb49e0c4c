import Evaluation
import TestSupport
import Testing

@Suite("Curves and intervals")
struct CurveTests {
    private static func withRows<Result>(
        _ predictions: [Double], _ labels: [Double], weights: [Double]? = nil,
        _ body: (ScoredRows) throws -> Result
    ) rethrows -> Result {
        try predictions.withUnsafeBufferPointer { predictions in
            try labels.withUnsafeBufferPointer { labels in
                guard let weights else {
                    return try body(ScoredRows(predictions: predictions, labels: labels))
                }
                return try weights.withUnsafeBufferPointer {
                    try body(ScoredRows(predictions: predictions, labels: labels, weights: $0))
                }
            }
        }
    }

    @Test("the area under the points is the metric `auc`, ties and weights included")
    func areaUnderROC() throws {
        var random = SeededGenerator(seed: 3)
        let labels = (0..<300).map { _ in Double(Int.random(in: 0...1, using: &random)) }
        let predictions = labels.map {
            (Double.random(in: 0...1, using: &random) * 20 + $0 * 5).rounded() / 25
        }
        let weights = labels.map { _ in Double(Int.random(in: 0...3, using: &random)) }
        for weights in [nil, weights] {
            let (sum, metric) =
                try Self.withRows(predictions, labels, weights: weights) { rows in
                    let curve = try #require(ThresholdCurves(rows, pointCountMax: 1_000))
                    #expect(curve.roc.first?.x == 0 && curve.roc.first?.y == 0)
                    #expect(curve.roc.last?.x == 1 && curve.roc.last?.y == 1)
                    #expect(curve.precisionRecall.last?.x == 1)
                    #expect(
                        isClose(curve.precisionRecall.last?.y ?? 0, curve.positiveShare))
                    let trapezoids = zip(curve.roc, curve.roc.dropFirst()).map {
                        ($1.x - $0.x) * ($1.y + $0.y) / 2
                    }
                    return (trapezoids.reduce(0, +), try Metric.auc.evaluate(rows))
                }
            #expect(isClose(sum, metric, relative: 1e-12))
        }
    }

    @Test("one class has no curve")
    func oneClass() {
        let oneClass = Self.withRows([0.1, 0.2], [1, 1]) { ThresholdCurves($0) }
        let notFinite = Self.withRows([0.1, .nan], [1, 0]) { ThresholdCurves($0) }
        #expect(oneClass == nil && notFinite == nil)
    }

    private static func interval(
        _ predictions: [Double], _ labels: [Double], populationCount: Int
    ) -> BootstrapInterval? {
        var random = SeededGenerator(seed: 9)
        return withRows(predictions, labels) {
            BootstrapInterval(
                .mae, on: $0, populationCount: populationCount, replicateCount: 400,
                using: &random)
        }
    }

    @Test("the interval of a mean absolute error is near the normal one, and repeats")
    func bootstrap() throws {
        var random = SeededGenerator(seed: 5)
        let labels = (0..<2_000).map { _ in Double.random(in: 0...1, using: &random) }
        let predictions = [Double](repeating: 0, count: labels.count)
        let mean = labels.reduce(0, +) / 2_000
        let error = (1.0 / 12 / 2_000).squareRoot() * 1.96
        let intervals = (0..<2).map { _ in
            Self.interval(predictions, labels, populationCount: 2_000)
        }
        let interval = try #require(intervals[0])
        #expect(intervals[0] == intervals[1])
        #expect(abs(interval.upper - mean - error) < error * 0.25)
        #expect(abs(mean - interval.lower - error) < error * 0.25)
        let narrower = try #require(
            Self.interval(predictions, labels, populationCount: 8_000))
        #expect(
            isClose(
                narrower.upper - narrower.lower, (interval.upper - interval.lower) / 2,
                relative: 1e-9))
    }

    @Test("equal shares are stable, swapped ones are not")
    func populationStability() throws {
        #expect(PopulationStability.index(expected: [10, 30], actual: [100, 300]) == 0)
        let shifted = try #require(PopulationStability.index(expected: [9, 1], actual: [1, 9]))
        #expect(isClose(shifted, 2 * 0.8 * 2.1972245773362196, relative: 1e-12))
        #expect(PopulationStability.index(expected: [0, 0], actual: [1, 9]) == nil)
        #expect(PopulationStability.index(expected: [5, 0], actual: [0, 5])?.isFinite == true)
    }
}
