/// The rows of one node: all of a store, or those that an index list names.
struct NodeRows: @unchecked Sendable {
    // Sendable: a node's rows are written by one region of the pool and read by later ones.
    var store: RowStore
    /// (count) ascending rows of the store; nil for all of them.
    var indices: UnsafeMutablePointer<UInt32>?
    /// What keeps `indices` alive; shared with the sibling.
    var indexBuffer: PooledBuffer?
    var count: Int

    init(all store: RowStore) {
        self.store = store
        count = store.rowCount
    }

    init(
        store: RowStore, indices: UnsafeMutablePointer<UInt32>, indexBuffer: PooledBuffer?,
        count: Int
    ) {
        self.store = store
        self.indices = indices
        self.indexBuffer = indexBuffer
        self.count = count
    }

    /// The table's row of the node's `position`-th row.
    @inline(__always)
    func tableRow(_ position: Int) -> Int {
        let local = indices.map { Int($0[position]) } ?? position
        return store.tableRows.map { Int($0[local]) } ?? local
    }

    /// Writes the table's rows of some of the node's, in order.
    /// - Parameter result: (range.count)
    func copyTableRows(_ range: Range<Int>, into result: UnsafeMutablePointer<UInt32>) {
        switch (indices, store.tableRows) {
        case (nil, nil):
            for position in 0..<range.count {
                result[position] = UInt32(truncatingIfNeeded: range.lowerBound &+ position)
            }
        case (let rows?, nil), (nil, let rows?):
            result.update(from: rows + range.lowerBound, count: range.count)
        case (let indices?, let tableRows?):
            let indices = indices + range.lowerBound
            for position in 0..<range.count {
                result[position] = tableRows[Int(indices[position])]
            }
        }
    }
}
