import CKernels

/// Rows of a group that are to be in the second-level cache soon: memory is waited for while other
/// rows are summed, of which each takes as long as a cache line from memory.
struct RowsAhead {
    /// (rows × wordCount) of all rows.
    let words: UnsafePointer<UInt64>
    let wordCount: Int
    /// (rows) nil where they are not needed in the order of the rows.
    let gradients: UnsafePointer<Int64>?
    /// (count) the rows' numbers; nil for `count` rows from the first on.
    let indices: UnsafePointer<UInt32>?
    let count: Int

    /// - Parameter start: of so many rows, as far as there are any.
    @inline(__always)
    func fetch(_ rowCount: Int, from start: Int) {
        guard start < count else { return }
        let places = start..<min(start + rowCount, count)
        guard let indices else {
            var byte = places.lowerBound &* wordCount &* 8
            while byte < places.upperBound &* wordCount &* 8 {
                martlet_prefetch_second_level(UnsafeRawPointer(words) + byte)
                byte &+= 64
            }
            guard let gradients else { return }
            byte = places.lowerBound &* 8
            while byte < places.upperBound &* 8 {
                martlet_prefetch_second_level(UnsafeRawPointer(gradients) + byte)
                byte &+= 64
            }
            return
        }
        for place in places {
            martlet_prefetch_second_level(words + Int(indices[place]) &* wordCount)
            if let gradients { martlet_prefetch_second_level(gradients + Int(indices[place])) }
        }
    }
}
