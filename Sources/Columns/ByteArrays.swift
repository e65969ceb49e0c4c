/// Byte strings of different lengths, stored one behind the other.
package struct ByteArrays: Sendable {
    /// (count + 1) byte offsets into `bytes`, ascending, the first 0.
    package let offsets: ColumnBuffer<Int>
    package let bytes: ColumnBuffer<UInt8>

    package init(offsets: ColumnBuffer<Int>, bytes: ColumnBuffer<UInt8>) {
        precondition(offsets.count >= 1)
        self.offsets = offsets
        self.bytes = bytes
    }

    package init(_ values: [[UInt8]]) {
        var offsets = [0]
        offsets.reserveCapacity(values.count + 1)
        for value in values { offsets.append(offsets[offsets.count - 1] + value.count) }
        self.init(offsets: ColumnBuffer(offsets), bytes: ColumnBuffer(Array(values.joined())))
    }

    package init(_ values: [String]) { self.init(values.map { Array($0.utf8) }) }

    package var count: Int { offsets.count - 1 }

    /// The bytes of value `index`; valid while this struct is alive.
    package subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = offsets.elements[index]
        return UnsafeBufferPointer(rebasing: bytes.elements[start..<offsets.elements[index + 1]])
    }

    /// Value `index` as text; bytes that are not UTF-8 are replaced, as `String(decoding:)` does.
    package func string(_ index: Int) -> String { String(decoding: self[index], as: UTF8.self) }
}
