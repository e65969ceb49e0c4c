import Evaluation
import Models
import Predictions
import Threads

/// What a metric loses when a feature's values are dealt to other rows, those of the statistics of
/// it alone included; statistics of several features count as one more (`FeatureSchema.termNames`).
struct PermutationImportance: Sendable {
    let artifact: ModelArtifact
    let metric: Metric
    let sample: ReportSample
    /// Labels, weights and predictions of the sample's rows.
    let rows: ReportRows
    let seed: UInt64

    /// How much worse the metric becomes in the first order, by term; positive is worse for every
    /// metric. Terms of which the metric has no value are left out, and all where the rows as they
    /// are have none.
    func losses(of terms: [Int], pool: ThreadPool) -> [Int: Double] {
        guard let value else { return [:] }
        let order = permutation(0)
        let scorer = SampleScorer(artifact)
        let losses = pool.map(count: terms.count) { index, _ in
            loss(of: terms[index], order: order, scorer: scorer, value: value)
        }
        var result: [Int: Double] = [:]
        for (term, loss) in zip(terms, losses) { result[term] = loss }
        return result
    }

    /// The losses of every term, for several orders.
    /// - Returns: (terms × repetitions); NaN where the metric has no value.
    func losses(repetitions: Int, pool: ThreadPool) -> [[Double]] {
        let count = artifact.features.termNames.count
        guard let value else {
            return [[Double]](
                repeating: [Double](repeating: .nan, count: repetitions), count: count)
        }
        let orders = (0..<repetitions).map { permutation(UInt64($0)) }
        let scorer = SampleScorer(artifact)
        return pool.map(count: count) { term, _ in
            orders.map {
                loss(of: term, order: $0, scorer: scorer, value: value) ?? .nan
            }
        }
    }

    /// Of the rows as they are; nil where there is none.
    private var value: Double? {
        guard sample.rowCount > 1,
            let value = rows.withScoredRows({ try? metric.evaluate($0) }), value.isFinite
        else { return nil }
        return value
    }

    private func loss(
        of term: Int, order: [Int], scorer: SampleScorer, value: Double
    ) -> Double? {
        let termOfColumn = artifact.features.termOfColumn
        var replacements: [Int: [Double]] = [:]
        for index in termOfColumn.indices where termOfColumn[index] == term {
            let column = sample.column(index)
            replacements[index] = order.map { column[$0] }
        }
        var permuted = rows
        permuted.predictions = scorer.rawScores(
            of: sample, replacing: replacements)
        permuted.predictions.withUnsafeMutableBufferPointer {
            artifact.transform.apply(to: $0, outputCount: scorer.outputCount)
        }
        let other = permuted.withScoredRows { try? metric.evaluate($0) }
        guard let other, other.isFinite else { return nil }
        return metric.higherIsBetter ? value - other : other - value
    }

    /// One order for all features, so that their losses can be compared (Fisher and Yates).
    private func permutation(_ repetition: UInt64) -> [Int] {
        var order = Array(0..<sample.rowCount)
        var random = RandomStream(seed: seed, row: repetition)
        for last in order.indices.dropFirst().reversed() {
            order.swapAt(last, random.integer(below: UInt64(last + 1)))
        }
        return order
    }
}
