import Columns
import Models
import Shards
import Threads

/// Hands the encoded values of a batch to the next stage, feature by feature, block by block.
///
/// A block is small enough to stay in the second-level cache between the encoder and its reader;
/// a matrix of floats never exists.
struct FeatureFeed: Sendable {
    /// Rows of a block: 64 KiB of doubles.
    static let blockRowCount = 8_192

    let encoders: [FeatureEncoder]
    let roles: RowRoles
    let pool: ThreadPool

    /// Calls `body` for every feature and every block of the batch's rows with `role`.
    ///
    /// Features run side by side; the blocks of one feature come in the order of the rows.
    /// - Parameters:
    ///   - firstRow: how many rows of this role come before the batch.
    ///   - body: feature, its values, and the position of the first among the rows of this role.
    func feed(
        _ batch: ShardBatch, role: RowRoles.Role, firstRow: Int,
        _ body: @escaping @Sendable (Int, UnsafeBufferPointer<Double>, Int) -> Void
    ) async throws {
        let columns = batch.batch.columns
        let rowCount = batch.batch.rowCount
        let tableRow = batch.firstRow
        _ = try await pool.perform {
            try pool.map(count: encoders.count) { feature, _ in
                let encoded = try encoders[feature].prepare(columns[feature])
                withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.blockRowCount) {
                    block in
                    var position = firstRow
                    for start in stride(from: 0, to: rowCount, by: Self.blockRowCount) {
                        let rows = start..<min(start + Self.blockRowCount, rowCount)
                        let values = UnsafeMutableBufferPointer(rebasing: block[..<rows.count])
                        encoded.encode(rows: rows, into: values)
                        let kept = roles.compact(
                            values, of: role,
                            rows: tableRow + rows.lowerBound..<tableRow + rows.upperBound)
                        guard kept > 0 else { continue }
                        body(feature, UnsafeBufferPointer(rebasing: values[..<kept]), position)
                        position += kept
                    }
                }
            }
        }
    }
}
