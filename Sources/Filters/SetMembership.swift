import Columns

/// Finds the rows of a column whose values are in a set. What it says of null rows means nothing.
enum SetMembership {
    private static let no = RowFilter.Truth.no
    private static let yes = RowFilter.Truth.yes

    /// (rows) `no` or `yes`.
    static func truth(_ column: Column, _ set: ValueSet) -> [UInt8] {
        var truth = [UInt8](repeating: no, count: column.count)
        truth.withUnsafeMutableBufferPointer { truth in
            switch (column.values, set) {
            case (.boolean(let values), .integers(let ranges)):
                mark(values.elements, ranges, into: truth)
            case (.int32(let values), .integers(let ranges)):
                if column.field.type.isUnsigned {
                    mark(unsigned(values.elements), ranges, into: truth)
                } else {
                    mark(values.elements, ranges, into: truth)
                }
            case (.int64(let values), .integers(let ranges)):
                if column.field.type.isUnsigned {
                    mark(unsigned(values.elements), ranges, into: truth)
                } else {
                    mark(values.elements, ranges, into: truth)
                }
            case (.float(let values), .numbers(let ranges)):
                mark(values.elements, ranges, into: truth)
            case (.double(let values), .numbers(let ranges)):
                mark(values.elements, ranges, into: truth)
            case (.fixed(let bytes, let byteCount), .integers(let ranges)):
                mark(decimals: bytes.elements, byteCount: byteCount, ranges, into: truth)
            case (.fixed(let bytes, let byteCount), .texts(let ranges)):
                for row in truth.indices {
                    let value = UnsafeBufferPointer(
                        rebasing: bytes.elements[row * byteCount..<(row + 1) * byteCount])
                    truth[row] = contains(ranges, value) ? yes : no
                }
            case (.byteArrays(let values), .texts(let ranges)):
                for row in truth.indices { truth[row] = contains(ranges, values[row]) ? yes : no }
            case (.dictionary(let codes, let dictionary), .texts(let ranges)):
                let isIn = (0..<dictionary.count).map {
                    contains(ranges, dictionary[$0]) ? yes : no
                }
                // The codes of null rows may be -1.
                for (row, code) in codes.elements.enumerated() where code >= 0 {
                    truth[row] = Int(code) < isIn.count ? isIn[Int(code)] : no
                }
            default: preconditionFailure("the column is not of the type of the filter")
            }
        }
        return truth
    }

    private static func unsigned(
        _ values: UnsafeBufferPointer<Int32>
    ) -> [UInt32] { values.map { UInt32(bitPattern: $0) } }

    private static func unsigned(
        _ values: UnsafeBufferPointer<Int64>
    ) -> [UInt64] { values.map { UInt64(bitPattern: $0) } }

    private static func mark<Value: FixedWidthInteger>(
        _ values: [Value], _ ranges: [ClosedRange<Int128>],
        into truth: UnsafeMutableBufferPointer<UInt8>
    ) {
        values.withUnsafeBufferPointer { mark($0, ranges, into: truth) }
    }

    private static func mark<Value: FixedWidthInteger>(
        _ values: UnsafeBufferPointer<Value>, _ ranges: [ClosedRange<Int128>],
        into truth: UnsafeMutableBufferPointer<UInt8>
    ) {
        // Parts of ranges that the carrier cannot hold are in no row.
        let narrow = ranges.compactMap { range -> ClosedRange<Value>? in
            let lower = max(range.lowerBound, Int128(Value.min))
            let upper = min(range.upperBound, Int128(Value.max))
            return lower <= upper
                ? Value(truncatingIfNeeded: lower)...Value(truncatingIfNeeded: upper) : nil
        }
        markRanges(values, narrow, into: truth)
    }

    private static func mark(
        _ values: UnsafeBufferPointer<Float>, _ ranges: [ClosedRange<Double>],
        into truth: UnsafeMutableBufferPointer<UInt8>
    ) {
        // The ends were made of floats: nothing is lost.
        markRanges(values, ranges.map { Float($0.lowerBound)...Float($0.upperBound) }, into: truth)
    }

    private static func mark(
        _ values: UnsafeBufferPointer<Double>, _ ranges: [ClosedRange<Double>],
        into truth: UnsafeMutableBufferPointer<UInt8>
    ) { markRanges(values, ranges, into: truth) }

    private static func markRanges<Value: Comparable>(
        _ values: UnsafeBufferPointer<Value>, _ ranges: [ClosedRange<Value>],
        into truth: UnsafeMutableBufferPointer<UInt8>
    ) {
        precondition(values.count == truth.count)
        if ranges.count == 1 {
            let (lower, upper) = (ranges[0].lowerBound, ranges[0].upperBound)
            for row in 0..<values.count {
                truth[row] = values[row] >= lower && values[row] <= upper ? yes : no
            }
        } else {
            for row in 0..<values.count {
                truth[row] = contains(ranges, values[row]) ? yes : no
            }
        }
    }

    private static func mark(
        decimals bytes: UnsafeBufferPointer<UInt8>, byteCount: Int,
        _ ranges: [ClosedRange<Int128>], into truth: UnsafeMutableBufferPointer<UInt8>
    ) {
        for row in truth.indices {
            let first = row * byteCount
            let isNegative = byteCount > 0 && bytes[first] >= 0x80
            var value: Int128 = isNegative ? -1 : 0
            for index in first..<first + byteCount { value = value << 8 | Int128(bytes[index]) }
            truth[row] = contains(ranges, value) ? yes : no
        }
    }

    // MARK: Many ranges: binary search for the last that begins at or before the value

    private static func contains<Value: Comparable>(
        _ ranges: [ClosedRange<Value>], _ value: Value
    ) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound <= value { low = middle + 1 } else { high = middle }
        }
        return low > 0 && ranges[low - 1].contains(value)
    }

    private static func contains(
        _ ranges: [TextRange], _ value: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if value.lexicographicallyPrecedes(ranges[middle].lower) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low > 0 && ranges[low - 1].contains(value)
    }
}

extension ColumnType {
    fileprivate var isUnsigned: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }
}
