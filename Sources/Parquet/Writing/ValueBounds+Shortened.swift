extension ValueBounds {
    /// Bounds of bounded length, and whether they are values that occur.
    struct Shortened: Equatable {
        var min: [UInt8]
        var max: [UInt8]
        var isMinExact: Bool
        var isMaxExact: Bool
    }

    /// Bounds of at most `byteCountMax` bytes where that is possible.
    ///
    /// A smallest value is cut off, a largest one is cut off and moved on to the next prefix, so
    /// that both stay bounds; text stays UTF-8. A largest value that has no next prefix stays
    /// whole. Source: parquet.thrift, `Statistics` and `ColumnIndex`.
    func shortened(byteCountMax: Int, isText: Bool) -> Shortened {
        var result = Shortened(min: min, max: max, isMinExact: true, isMaxExact: true)
        if min.count > byteCountMax {
            result.min = Array(min.prefix(Self.cut(min, byteCountMax, isText: isText)))
            result.isMinExact = false
        }
        if max.count > byteCountMax {
            let prefix = Array(max.prefix(Self.cut(max, byteCountMax, isText: isText)))
            let next = isText ? Self.nextText(prefix) : Self.nextBytes(prefix)
            if let next {
                result.max = next
                result.isMaxExact = false
            }
        }
        return result
    }

    /// Where to cut: for text before the character that would be split.
    private static func cut(_ bytes: [UInt8], _ byteCountMax: Int, isText: Bool) -> Int {
        var count = byteCountMax
        if isText {
            // Continuation bytes are 10xxxxxx, at most three follow one another in UTF-8.
            while count > byteCountMax - 3 && count > 0 && bytes[count] & 0xC0 == 0x80 {
                count -= 1
            }
        }
        return count
    }

    /// The smallest byte string above all that begin with `prefix`, or nil if there is none.
    private static func nextBytes(_ prefix: [UInt8]) -> [UInt8]? {
        var next = prefix
        while let last = next.popLast() {
            if last < 0xFF { return next + [last + 1] }
        }
        return nil
    }

    /// The same in UTF-8, whose byte order is the order of code points.
    private static func nextText(_ prefix: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: prefix, as: UTF8.self) else {
            return nextBytes(prefix)
        }
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.popLast() {
            // Surrogates are no scalars: after U+D7FF comes U+E000.
            let value = last.value == 0xD7FF ? 0xE000 : last.value + 1
            if let scalar = Unicode.Scalar(value) {
                scalars.append(scalar)
                var next = String.UnicodeScalarView()
                next.append(contentsOf: scalars)
                return Array(String(next).utf8)
            }
        }
        return nil
    }
}
