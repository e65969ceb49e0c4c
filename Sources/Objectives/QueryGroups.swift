/// The rows of each query of a ranking, in the order in which they came. The rows of one query need
/// not lie together.
package struct QueryGroups: Hashable, Sendable {
    /// (queryCount + 1) where each query's rows begin in `rows`.
    package let starts: [Int]
    /// (rowCount) query by query.
    package let rows: [UInt32]

    /// - Parameter queryOfRow: (rowCount) numbers from 0 on; one that no row has is a query
    ///   without rows.
    package init(queryOfRow: [Int32]) {
        let queryCount = Int(queryOfRow.max() ?? -1) + 1
        var starts = [Int](repeating: 0, count: queryCount + 1)
        for query in queryOfRow { starts[Int(query) + 1] += 1 }
        for query in 0..<queryCount { starts[query + 1] += starts[query] }
        var next = starts
        var rows = [UInt32](repeating: 0, count: queryOfRow.count)
        for (row, query) in queryOfRow.enumerated() {
            rows[next[Int(query)]] = UInt32(row)
            next[Int(query)] += 1
        }
        self.starts = starts
        self.rows = rows
    }

    package var count: Int { starts.count - 1 }
    package var rowCount: Int { rows.count }
}
