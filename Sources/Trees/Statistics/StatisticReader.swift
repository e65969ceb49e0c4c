package import Models
package import Threads

/// Hands on the statistics of rows that are not learned from, block by block: what prediction would
/// read.
package struct StatisticReader: Sendable {
    private let features: FeatureSchema
    private let codes: CategoryCodes
    private let encoder: StatisticEncoder

    private static let blockRowCount = 512

    /// - Parameter codes: those of all features that the statistics are made of.
    package init(_ features: FeatureSchema, codes: CategoryCodes) {
        self.features = features
        self.codes = codes
        encoder = StatisticEncoder(features)
    }

    /// - Parameter body: the index of a statistic, values of some rows, and the number of the first.
    /// - Precondition: not inside a region of `pool`, which it enters.
    package func read(
        pool: ThreadPool,
        _ body: @escaping @Sendable (Int, UnsafeBufferPointer<Double>, Int) -> Void
    ) {
        let stride = Self.blockRowCount
        pool.forEach(count: codes.rowCount, grain: stride) { rows, _ in
            let capacity = features.columnCount * stride
            withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { block in
                let numbers = rows.map { UInt32($0) }
                for feature in codes.features {
                    let start = feature * stride
                    for (index, code) in codes.cells(of: [feature], rows: numbers).enumerated() {
                        block[start + index] = Double(code)
                    }
                }
                encoder.encode(block, rowCount: rows.count, stride: stride)
                for index in features.statistics.indices {
                    let start = (features.features.count + index) * stride
                    body(
                        index, UnsafeBufferPointer(rebasing: block[start..<start + rows.count]),
                        rows.lowerBound)
                }
            }
        }
    }
}
