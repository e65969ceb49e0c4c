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
        var expected: [String: Double]
    }

    @Test("every recorded metric is met")
    func everyRecordedMetricIsMet() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/metrics.json")
        let cases = try JSONDecoder().decode([String: Case].self, from: Data(contentsOf: url))
        #expect(cases.count == 6)
        var met: Set<String> = []
        for (name, reference) in cases {
            for (metricName, expected) in reference.expected {
                let metric = try Metric(name: metricName)
                let value = try withRows(reference) { (rows) throws(EvaluationError) in
                    try metric.evaluate(rows)
                }
                // Both sum doubles; only the order differs.
                #expect(
                    isClose(value, expected, relative: 1e-12), "\(name) \(metricName) \(value)")
                met.insert(metricName)
            }
        }
        #expect(met == Set(Metric.allCases.map(\.rawValue)))
    }

    private func withRows<Result>(
        _ data: Case, _ body: (ScoredRows) throws(EvaluationError) -> Result
    ) throws -> Result {
        try data.predictions.withUnsafeBufferPointer { predictions in
            try data.labels.withUnsafeBufferPointer { labels in
                try withOptional(data.weights) { weights in
                    try withOptional(data.lower) { lower in
                        try withOptional(data.upper) { upper in
                            try body(
                                ScoredRows(
                                    predictions: predictions, labels: labels, weights: weights,
                                    classCount: data.classCount, lower: lower, upper: upper,
                                    alpha: data.alpha))
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
