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
}
