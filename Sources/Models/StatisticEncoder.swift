/// Writes the statistics of rows whose features are encoded: the columns of a block after those
/// of the features.
///
/// Training fills its validation rows, prediction all rows with this same code.
package struct StatisticEncoder: Sendable {
    private struct Table: Sendable {
        let features: [Int]
        /// (features.count)
        let codeCounts: [Int]
        /// (product of `codeCounts`)
        let values: [Double]
    }

    private let featureCount: Int
    private let tables: [Table]

    package init(_ schema: FeatureSchema) {
        featureCount = schema.features.count
        tables = schema.statistics.map { statistic in
            let codeCounts = statistic.features.map { schema.features[$0].codeCount }
            var values = [Double](repeating: statistic.prior, count: codeCounts.reduce(1, *))
            for (cell, value) in zip(statistic.cells, statistic.values) {
                values[Int(cell)] = value
            }
            return Table(features: statistic.features, codeCounts: codeCounts, values: values)
        }
    }

    package var isEmpty: Bool { tables.isEmpty }

    /// Bytes of the tables.
    package var byteCount: Int { tables.reduce(0) { $0 + $1.values.count * 8 } }

    /// Writes the statistics' columns of a block.
    /// - Parameters:
    ///   - block: ((features + statistics) × `stride`), column by column: codes and numbers of the
    ///     features as `FeatureEncoder` writes them.
    ///   - rowCount: at most `stride`; what lies behind is not touched.
    /// - Complexity: O(`rowCount` · statistics).
    package func encode(
        _ block: UnsafeMutableBufferPointer<Double>, rowCount: Int, stride: Int
    ) {
        precondition(block.count >= (featureCount + tables.count) * stride && rowCount <= stride)
        for (index, table) in tables.enumerated() {
            let target = (featureCount + index) * stride
            table.values.withUnsafeBufferPointer { values in
                for row in 0..<rowCount {
                    var cell = 0
                    for (feature, codeCount) in zip(table.features, table.codeCounts) {
                        cell = cell * codeCount + Int(block[feature * stride + row])
                    }
                    block[target + row] = values[cell]
                }
            }
        }
    }
}
