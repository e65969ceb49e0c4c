/// Some rows of a batch: one bit a row, lowest bit first, 1 = kept.
package struct RowSelection: Sendable {
    /// (rowCount + 63) / 64 words; bits at and after `rowCount` are 0.
    package let words: [UInt64]
    package let rowCount: Int
    /// Rows that are kept.
    package let count: Int

    package init(rowCount: Int, _ isKept: (Int) -> Bool) {
        var words = [UInt64](repeating: 0, count: (rowCount + 63) / 64)
        for row in 0..<rowCount where isKept(row) { words[row >> 6] |= 1 &<< UInt64(row & 63) }
        self.words = words
        self.rowCount = rowCount
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    package func isKept(_ row: Int) -> Bool { words[row >> 6] &>> UInt64(row & 63) & 1 == 1 }

    /// The kept rows, ascending.
    package var rows: [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(count)
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                rows.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest &- 1
            }
        }
        return rows
    }
}

extension Column {
    /// The values of the selected rows, in their order.
    /// - Precondition: `selection.rowCount == count`.
    /// - Complexity: O(`count`).
    package func selecting(_ selection: RowSelection) -> Column {
        precondition(selection.rowCount == count)
        guard selection.count < count else { return self }
        let rows = selection.rows
        let chosen: ColumnValues =
            switch values {
            case .boolean(let buffer): .boolean(buffer.gathering(rows))
            case .int32(let buffer): .int32(buffer.gathering(rows))
            case .int64(let buffer): .int64(buffer.gathering(rows))
            case .float(let buffer): .float(buffer.gathering(rows))
            case .double(let buffer): .double(buffer.gathering(rows))
            case .dictionary(let codes, let dictionary):
                .dictionary(codes: codes.gathering(rows), dictionary: dictionary)
            case .byteArrays(let arrays): .byteArrays(arrays.gathering(rows))
            case .fixed(let buffer, let byteCount):
                .fixed(buffer.gathering(rows, stride: byteCount), byteCount: byteCount)
            case .coded(let codes, let entries):
                .coded(codes: codes.gathering(rows), entries: entries)
            }
        return Column(field: field, values: chosen, validity: validity?.gathering(rows))
    }
}

extension ColumnBuffer {
    fileprivate func gathering(_ rows: [Int], stride: Int = 1) -> ColumnBuffer {
        let chosen = ColumnBuffer(uninitializedCount: rows.count * stride)
        let (source, target) = (elements, chosen.mutableElements)
        if stride == 1 {
            for (index, row) in rows.enumerated() {
                target.initializeElement(at: index, to: source[row])
            }
        } else {
            for (index, row) in rows.enumerated() {
                for part in 0..<stride {
                    target.initializeElement(
                        at: index * stride + part, to: source[row * stride + part])
                }
            }
        }
        return chosen
    }
}

extension ByteArrays {
    fileprivate func gathering(_ rows: [Int]) -> ByteArrays {
        let offsets = ColumnBuffer<Int>(uninitializedCount: rows.count + 1)
        var byteCount = 0
        for (index, row) in rows.enumerated() {
            offsets.mutableElements.initializeElement(at: index, to: byteCount)
            byteCount += self[row].count
        }
        offsets.mutableElements.initializeElement(at: rows.count, to: byteCount)
        let bytes = ColumnBuffer<UInt8>(uninitializedCount: byteCount)
        for (index, row) in rows.enumerated() {
            let start = offsets.elements[index]
            let target = UnsafeMutableBufferPointer(
                rebasing: bytes.mutableElements[start..<offsets.elements[index + 1]])
            _ = target.initialize(fromContentsOf: self[row])
        }
        return ByteArrays(offsets: offsets, bytes: bytes)
    }
}

extension Validity {
    fileprivate func gathering(_ rows: [Int]) -> Validity? {
        let words = ColumnBuffer<UInt64>(repeating: 0, count: (rows.count + 63) / 64)
        var nullCount = 0
        for (index, row) in rows.enumerated() {
            if isValid(row) {
                words.mutableElements[index >> 6] |= 1 &<< UInt64(index & 63)
            } else {
                nullCount += 1
            }
        }
        return nullCount == 0
            ? nil : Validity(words: words, rowCount: rows.count, nullCount: nullCount)
    }
}
