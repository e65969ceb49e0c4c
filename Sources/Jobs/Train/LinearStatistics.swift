import Columns
import LinearModels
import Models
import Shards
import Threads

/// What the target was for the categories of some columns.
struct LinearStatistics: Sendable {
    /// By feature.
    private(set) var byFeature: [Int: FoldedStatistic] = [:]
    /// By feature: what the rows that count are like.
    private(set) var profiles: [Int: FeatureProfile] = [:]

    /// Sums the targets of the rows to learn from, in a pass over these columns alone.
    static func read(_ encoded: [Int], _ pass: LinearPass, smoothing: Double) async throws -> Self {
        var result = LinearStatistics()
        guard !encoded.isEmpty else { return result }
        let features = encoded.map { pass.features.features[$0] }
        var sums = features.map { FoldedStatistic.Sums(codeCount: $0.codeCount) }
        let encoders = features.map { FeatureEncoder($0) }
        var counts = pass.emptyCounts
        try await pass.read(columns: features.map(\.name)) { batch in
            let rows = try pass.read(batch, &counts)
            let old = sums
            let pool = pass.context.pool
            sums = try await pool.perform {
                try pool.map(count: encoders.count) { index, _ throws(ModelError) in
                    var own = old[index]
                    let column = try encoders[index].prepare(batch.batch.columns[index])
                    var codes = [Double](repeating: 0, count: column.rowCount)
                    codes.withUnsafeMutableBufferPointer {
                        column.encode(rows: 0..<column.rowCount, into: $0)
                    }
                    for row in codes.indices where rows.weights[row] > 0 {
                        own.add(
                            code: Int(codes[row]), row: batch.firstRow + row,
                            target: rows.targets[row], weight: rows.weights[row])
                    }
                    return own
                }
            }
        }
        for (index, feature) in encoded.enumerated() {
            result.byFeature[feature] = FoldedStatistic(sums[index], smoothing: smoothing)
            result.profiles[feature] = sums[index].profile
        }
        return result
    }

    /// The features as the fit sees them: numbers where categories have a statistic.
    func design(_ features: FeatureSchema) -> FeatureSchema {
        FeatureSchema(
            features.features.enumerated().map { index, feature in
                byFeature[index] == nil
                    ? feature
                    : Feature(
                        name: feature.name + " (mean target)", type: .double, encoding: .numeric)
            })
    }
}
