package import Threads

/// Gathers what the bins of a table's features are found from: the sampled rows' numbers, whether
/// any value is missing, and how often each category occurs.
///
/// Feed it every block of the table once per feature, in any order; different features may be fed
/// by different threads at once. Memory: 4 or 8 bytes for each sampled value.
package final class ValueSampler: @unchecked Sendable {
    // Sendable: each feature has an object of its own, which one thread feeds at a time.
    package let rows: SampledRows
    package let parameters: BinningParameters
    private let samples: [FeatureSample]

    /// - Parameter rowCount: rows of the whole table.
    /// - Throws: `invalidParameter`.
    package init(
        kinds: [FeatureKind], rowCount: Int, parameters: BinningParameters
    ) throws(BinningError) {
        try parameters.validate()
        self.parameters = parameters
        rows = SampledRows(
            rowCount: rowCount, countMax: parameters.binConstructSampleCount, seed: parameters.seed)
        let sampleCount = rows.count
        samples = kinds.map { FeatureSample(kind: $0, sampleCount: sampleCount) }
    }

    /// Adds the values of one feature in the rows from `firstRow` on.
    package func add(feature: Int, values: UnsafeBufferPointer<Double>, at firstRow: Int) {
        precondition(firstRow >= 0 && firstRow + values.count <= rows.rowCount)
        samples[feature].add(values, at: firstRow, sampling: rows)
    }

    /// The bins of every feature, in the order of `kinds`; once, as the samples go with it.
    package func makeBins(pool: ThreadPool) -> [FeatureBins] {
        let found = UnsafeMutableBufferPointer<FeatureBins?>.allocate(capacity: samples.count)
        found.initialize(repeating: nil)
        defer { found.deinitialize().deallocate() }
        // Each feature writes its own element.
        nonisolated(unsafe) let results = found
        pool.forEach(count: samples.count) { range, _ in
            for feature in range {
                results[feature] = self.samples[feature].makeBins(
                    self.parameters.of(feature: feature),
                    forced: self.parameters.forcedBounds[feature] ?? [])
            }
        }
        return found.compactMap { $0 }
    }
}
