import ObjectStores

/// Byte ranges joined into fewer requests.
enum JoinedRanges {
    /// Past this a range is not joined any more, so that several are read side by side.
    static let joinedByteCountMax = 32 << 20

    /// A hole is read and dropped when that is cheaper than another request.
    /// - Returns: the ranges to read, ascending, and for each input the index of its range.
    static func join(
        _ ranges: [ByteRange], cost: RequestCost = .s3
    ) -> (joined: [ByteRange], owner: [Int]) {
        var joined: [ByteRange] = []
        var owner = [Int](repeating: 0, count: ranges.count)
        for index in ranges.indices.sorted(by: { ranges[$0].offset < ranges[$1].offset }) {
            let range = ranges[index]
            if let last = joined.last, range.offset - last.end <= cost.byteCount,
                max(last.end, range.end) - last.offset <= joinedByteCountMax
            {
                joined[joined.count - 1] = ByteRange(
                    offset: last.offset, count: max(last.end, range.end) - last.offset)
            } else {
                joined.append(range)
            }
            owner[index] = joined.count - 1
        }
        return (joined, owner)
    }
}
