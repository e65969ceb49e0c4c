/// How far a metric could have come out otherwise: percentiles over samples drawn from the rows
/// with replacement (Efron, 1979).
package struct BootstrapInterval: Hashable, Sendable {
    package let lower: Double
    package let upper: Double

    /// - Parameters:
    ///   - metric: evaluated on each sample.
    ///   - rows: what the samples are drawn from.
    ///   - populationCount: rows of the whole that `rows` stand for; the interval narrows with its
    ///     root. At least `rows.rowCount`.
    ///   - level: share of the samples between the bounds.
    ///   - random: the same numbers give the same interval.
    /// - Returns: nil when the metric is not finite on the rows or on a sample.
    /// - Complexity: O(`replicateCount` · rows).
    package init?(
        _ metric: Metric, on rows: ScoredRows, populationCount: Int, level: Double = 0.95,
        replicateCount: Int = 200,
        using random: inout some RandomNumberGenerator
    ) {
        precondition(replicateCount >= 2 && populationCount >= rows.rowCount)
        guard rows.rowCount > 1, let value = try? metric.evaluate(rows), value.isFinite
        else { return nil }
        var weights = [Double](repeating: 0, count: rows.rowCount)
        var values: [Double] = []
        for _ in 0..<replicateCount {
            for row in weights.indices { weights[row] = 0 }
            for _ in 0..<rows.rowCount {
                // Not `Int.random`: from another module that is generic code, ten times as slow.
                let draw = random.next().multipliedFullWidth(by: UInt64(rows.rowCount))
                let row = Int(draw.high)
                weights[row] += rows.weights?[row] ?? 1
            }
            let sample = weights.withUnsafeBufferPointer { weights in
                var sample = rows
                sample.weights = weights
                return try? metric.evaluate(sample)
            }
            guard let sample, sample.isFinite else { return nil }
            values.append(sample)
        }
        values.sort()
        let tail = (1 - level) / 2 * Double(values.count - 1)
        let narrowing = (Double(rows.rowCount) / Double(populationCount)).squareRoot()
        lower = value + (Self.quantile(values, tail) - value) * narrowing
        let highest = Double(values.count - 1) - tail
        upper = value + (Self.quantile(values, highest) - value) * narrowing
    }

    private static func quantile(_ sorted: [Double], _ position: Double) -> Double {
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
    }
}
