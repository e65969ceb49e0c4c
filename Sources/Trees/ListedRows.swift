/// The rows of one node by number: all of a store, or those of a list.
struct ListedRows: @unchecked Sendable {
    // Sendable: written by one region of the pool and read by later ones.
    let store: RowStore
    /// (count) ascending rows of the store, then `paddingCount` zeros, so that rows can be fetched
    /// ahead by number; nil for all of them.
    let indices: UnsafeMutablePointer<UInt32>?
    /// What keeps `indices` alive.
    let indexBuffer: PooledBuffer?
    let count: Int

    static let paddingCount = 64

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
