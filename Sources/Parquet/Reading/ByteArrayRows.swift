import Columns
import Memory

/// Byte arrays of rows, collected one behind the other.
final class ByteArrayRows {
    private(set) var rowCount = 0
    /// Bytes of all values.
    private(set) var valuesByteCount = 0
    private let bytes = ScratchBuffer()
    /// (rowCount + 1) of Int.
    private let offsets = ScratchBuffer()
    /// Ends of values whose rows `endPage` has yet to find, of Int.
    private let ends = ScratchBuffer()
    private var endCount = 0

    init() {
        offsets.grow(to: 8, keeping: 0)
        offsets.start.storeBytes(of: 0, as: Int.self)
    }

    /// Adds a row with its value; nothing for a null row.
    func appendRow(_ value: UnsafeRawBufferPointer) {
        appendBytes(value)
        appendOffset(valuesByteCount)
    }

    /// Adds a value of a page; `endPage` says which row it belongs to.
    func appendValue(_ value: UnsafeRawBufferPointer) {
        appendBytes(value)
        let byteCount = (endCount &+ 1) &* 8
        if byteCount > ends.byteCapacity { ends.grow(to: byteCount, keeping: endCount &* 8) }
        ends.start.storeBytes(of: valuesByteCount, toByteOffset: endCount &* 8, as: Int.self)
        endCount &+= 1
    }

    /// Puts the values added since the last call on the rows of their page; null rows stay empty.
    /// - Precondition: as many values as the page has.
    func endPage(_ page: PageValues) {
        precondition(endCount == page.validCount)
        var taken = 0
        var end = offsets.start.load(fromByteOffset: rowCount * 8, as: Int.self)
        for index in 0..<page.rowCount {
            let isValid =
                page.validity.map {
                    BitWindow.load($0, bitOffset: page.firstRow &+ index) & 1 == 1
                } ?? true
            if isValid {
                end = ends.start.load(fromByteOffset: taken &* 8, as: Int.self)
                taken &+= 1
            }
            appendOffset(end)
        }
        endCount = 0
    }

    func makeByteArrays(from memory: BlockMemory) -> ByteArrays {
        let columnOffsets = ColumnBuffer<Int>(uninitializedCount: rowCount + 1, from: memory)
        columnOffsets.mutableStart.copyMemory(
            from: offsets.start, byteCount: (rowCount + 1) * 8)
        let columnBytes = ColumnBuffer<UInt8>(
            uninitializedCount: valuesByteCount, from: memory)
        columnBytes.mutableStart.copyMemory(from: bytes.start, byteCount: valuesByteCount)
        return ByteArrays(offsets: columnOffsets, bytes: columnBytes)
    }

    private func appendBytes(_ value: UnsafeRawBufferPointer) {
        guard let start = value.baseAddress else { return }
        let byteCount = valuesByteCount &+ value.count
        if byteCount > bytes.byteCapacity { bytes.grow(to: byteCount, keeping: valuesByteCount) }
        (bytes.start + valuesByteCount).copyMemory(from: start, byteCount: value.count)
        valuesByteCount = byteCount
    }

    private func appendOffset(_ end: Int) {
        let byteCount = (rowCount &+ 2) &* 8
        if byteCount > offsets.byteCapacity {
            offsets.grow(to: byteCount, keeping: (rowCount &+ 1) &* 8)
        }
        offsets.start.storeBytes(of: end, toByteOffset: (rowCount &+ 1) &* 8, as: Int.self)
        rowCount &+= 1
    }
}
