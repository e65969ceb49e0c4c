/// Bytes `[offset, offset + count)` of an object.
package struct ByteRange: Hashable, Sendable {
    package let offset: Int
    package let count: Int

    package init(offset: Int, count: Int) {
        precondition(offset >= 0 && count >= 0)
        self.offset = offset
        self.count = count
    }

    package var end: Int { offset + count }

    /// Throws `invalidParameter` unless the object, as it was listed, has all these bytes.
    package func check(within object: ObjectSummary) throws(ObjectStoreError) {
        // Compared without a sum: offsets from a damaged file may be as large as Int.
        guard offset <= object.byteCount, count <= object.byteCount - offset else {
            throw ObjectStoreError(
                .invalidParameter,
                "Bytes \(offset)..<\(offset)+\(count) were asked for, "
                    + "but the object has \(object.byteCount).",
                url: object.url)
        }
    }
}
