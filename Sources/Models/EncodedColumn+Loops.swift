/// The loops over the rows of a column.
extension EncodedColumn {
    static func widen(
        _ values: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count { output[index] = Double(values[index]) }
    }

    static func widen(
        _ values: UnsafeBufferPointer<Int32>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count { output[index] = Double(values[index]) }
    }

    static func widenUnsigned(
        _ values: UnsafeBufferPointer<Int32>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count {
            output[index] = Double(UInt32(bitPattern: values[index]))
        }
    }

    static func widen(
        _ values: UnsafeBufferPointer<Int64>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count { output[index] = Double(values[index]) }
    }

    static func widenUnsigned(
        _ values: UnsafeBufferPointer<Int64>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count {
            output[index] = Double(UInt64(bitPattern: values[index]))
        }
    }

    static func widen(
        _ values: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count { output[index] = Double(values[index]) }
    }

    /// Codes that lie outside the map (null rows hold 0 or -1) become `other`; nulls are
    /// replaced afterwards.
    static func mapCodes(
        _ codes: UnsafeBufferPointer<Int32>, map: UnsafeBufferPointer<Int32>, other: Double,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count {
            let code = Int(codes[index])
            output[index] = map.indices.contains(code) ? Double(map[code]) : other
        }
    }

    static func lookUp(
        _ codes: UnsafeBufferPointer<UInt16>, in table: UnsafeBufferPointer<Double>,
        into output: UnsafeMutableBufferPointer<Double>
    ) {
        for index in 0..<output.count { output[index] = table[Int(codes[index])] }
    }

    /// The number that big-endian two's complement bytes write, rounded to a double; exact to
    /// rounding for 16 bytes, which is more than 38 digits need.
    static func bigEndian(_ bytes: UnsafeBufferPointer<UInt8>) -> Double {
        guard let first = bytes.first else { return 0 }
        var value: Int128 = first >= 0x80 ? -1 : 0
        for byte in bytes { value = value << 8 | Int128(byte) }
        return Double(value)
    }

    static func replaceZeros(in output: UnsafeMutableBufferPointer<Double>) {
        for index in output.indices where abs(output[index]) <= Feature.zeroMax {
            output[index] = .nan
        }
    }

    /// Writes `value` where the bit of a row is 0, a word of 64 rows at a time.
    static func replaceNulls(
        _ words: UnsafeBufferPointer<UInt64>, rows: Range<Int>, value: Double,
        in output: UnsafeMutableBufferPointer<Double>
    ) {
        var row = rows.lowerBound
        while row < rows.upperBound {
            let shift = row & 63
            let count = min(64 - shift, rows.upperBound - row)
            let mask = (count == 64 ? ~0 : (1 &<< UInt64(count)) - 1) as UInt64
            var nulls = ~(words[row >> 6] &>> UInt64(shift)) & mask
            while nulls != 0 {
                output[row - rows.lowerBound + nulls.trailingZeroBitCount] = value
                nulls &= nulls - 1
            }
            row += count
        }
    }
}
