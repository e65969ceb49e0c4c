import ObjectStores

/// Some ranges of an object, read with as few requests as pays.
struct RangeBytes: Sendable {
    private let joined: [ByteRange]
    private let bytes: [ObjectBytes]

    static func read(
        _ ranges: [Range<Int>], of object: ObjectSummary, in store: any ObjectStore
    ) async throws -> RangeBytes {
        let (joined, _) = JoinedRanges.join(
            ranges.map { ByteRange(offset: $0.lowerBound, count: $0.count) },
            cost: RequestCost.of(object.url))
        let bytes = try await withThrowingTaskGroup(of: (Int, ObjectBytes).self) { group in
            for (index, range) in joined.enumerated() {
                group.addTask { (index, try await store.readPinned(object, range: range)) }
            }
            var read = [ObjectBytes?](repeating: nil, count: joined.count)
            for try await (index, bytes) in group { read[index] = bytes }
            return read.compactMap { $0 }
        }
        return RangeBytes(joined: joined, bytes: bytes)
    }

    /// Calls `body` with a range that was asked for.
    @discardableResult
    func withBytes<Result, Failure: Error>(
        of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        for (place, content) in zip(joined, bytes)
        where place.offset <= range.lowerBound && range.upperBound <= place.end {
            let start = range.lowerBound - place.offset
            return try body(
                UnsafeRawBufferPointer(rebasing: content.bytes[start..<start + range.count]))
        }
        return nil
    }
}
