import Evaluation
import FoundationEssentials
import TestSupport
import Testing

@Suite("Metrics against scikit-learn and LightGBM")
struct MetricReferenceTests {
    struct Case: Decodable {
        var classCount: Int
        var alpha: Double?
        var labels: [Double]
        var predictions: [Double]
        var weights: [Double]?
        var lower: [Double]?
        var upper: [Double]?
        var fairC: Double?
        var tweedieVariancePower: Double?
        /// Rows of each query.
        var sizes: [Int]?
        var expected: [String: Double]
    }

    @Test("every recorded metric is met")
    func everyRecordedMetricIsMet() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/metrics.json")
        let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: url))
        #expect(cases.count == 11)
        var met: Set<String> = []
        for (name, reference) in cases {
            for (metricName, expected) in reference.expected {
                let metric = try Metric(name: metricName)
                let value = try withRows(reference) { (rows) throws(EvaluationError) in
                    try metric.evaluate(rows)
                }
                // Both sum doubles; only the order differs. LightGBM's constants are floats.
                let isLightGBMs = ["positive", "precision", "ranking"].contains {
                    name.hasPrefix($0)
                }
                #expect(
                    isClose(value, expected, relative: isLightGBMs ? 1e-8 : 1e-12),
                    "\(name) \(metricName) \(value)")
                met.insert(metricName)
            }
        }
        #expect(met.isSuperset(of: Metric.plain.map(\.name)))
        #expect(met.isSuperset(of: ["ndcg@1", "ndcg@100", "map@1", "map@100"]))
    }

    private func withRows<Result>(
        _ data: Case, _ body: (ScoredRows) throws(EvaluationError) -> Result
    ) throws -> Result {
        try data.predictions.withUnsafeBufferPointer { predictions in
            try data.labels.withUnsafeBufferPointer { labels in
                try withOptional(data.weights) { weights in
                    try withOptional(data.lower) { lower in
                        try withOptional(data.upper) { upper in
                            var rows = ScoredRows(
                                predictions: predictions, labels: labels, weights: weights,
                                classCount: data.classCount, lower: lower, upper: upper,
                                alpha: data.alpha)
                            rows.fairC = data.fairC ?? rows.fairC
                            rows.tweedieVariancePower =
                                data.tweedieVariancePower ?? rows.tweedieVariancePower
                            rows.queries = data.sizes.map { sizes in
                                RankedQueries(
                                    starts: sizes.reduce(into: [0]) {
                                        $0.append(($0.last ?? 0) + $1)
                                    },
                                    rows: (0..<UInt32(data.labels.count)).map { $0 })
                            }
                            return try body(rows)
                        }
                    }
                }
            }
        }
    }

    private func withOptional<Result>(
        _ values: [Double]?, _ body: (UnsafeBufferPointer<Double>?) throws -> Result
    ) rethrows -> Result {
        guard let values else { return try body(nil) }
        return try values.withUnsafeBufferPointer { try body($0) }
    }
}
