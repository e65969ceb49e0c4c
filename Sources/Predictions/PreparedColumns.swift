import Models
import Threads

/// The features of one batch, ready to be encoded or looked up block by block.
struct PreparedColumns: Sendable {
    /// (features)
    let columns: [EncodedColumn]
    /// (features) nil for a column that holds no codes.
    let coded: [CodedColumn?]
    /// Whether columns of codes are to be encoded too, beside being looked up.
    let readsValues: Bool

    /// - Parameter readsValues: whether anybody but the scorers reads encoded values.
    /// - Precondition: not inside a region of `pool`, which it enters.
    init(
        _ columns: [EncodedColumn], scorers: [ModelScorer], readsValues: Bool, pool: ThreadPool
    ) {
        self.columns = columns
        self.readsValues = readsValues || scorers.contains(where: \.readsValues)
        coded =
            columns.contains { $0.coded != nil }
            ? pool.map(count: columns.count) { index, _ in
                CodedColumn(columns[index], feature: index, scorers: scorers)
            } : columns.map { _ in nil }
    }
}
