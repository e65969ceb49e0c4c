import CKernels

/// Puts the values of a page, of which files store only those that are not null, on their rows.
///
/// Without branches: each row takes the next value, or 0 if it is null, and the cursor moves on
/// where it is valid.
package enum Spreading {
    /// - Parameters:
    ///   - values: one for each set bit, then 64 readable bytes.
    ///   - validity: a bitmap; row 0 is at `bitOffset`; with a readable word more than it needs.
    ///   - rows: (rowCount), written; no alignment needed.
    /// - Complexity: O(rowCount). Twin: the test's `expected`.
    package static func spread<Value: BitwiseCopyable>(
        _ values: UnsafeRawPointer, as type: Value.Type, validity: UnsafePointer<UInt64>,
        bitOffset: Int, rowCount: Int, into rows: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        let bytes = values.assumingMemoryBound(to: UInt8.self)
        switch stride {
        case 1:
            martlet_spread_8(
                bytes, validity, bitOffset, rowCount, rows.assumingMemoryBound(to: UInt8.self))
        case 4:
            martlet_spread_32(
                bytes, validity, bitOffset, rowCount, rows.assumingMemoryBound(to: UInt32.self))
        case 8:
            martlet_spread_64(
                bytes, validity, bitOffset, rowCount, rows.assumingMemoryBound(to: UInt64.self))
        default:
            spread(
                values, byteCount: stride, validity: validity, bitOffset: bitOffset,
                rowCount: rowCount, into: rows)
        }
    }

    /// The same for values of any size.
    package static func spread(
        _ values: UnsafeRawPointer, byteCount: Int, validity: UnsafePointer<UInt64>,
        bitOffset: Int, rowCount: Int, into rows: UnsafeMutableRawPointer
    ) {
        var taken = 0
        for row in 0..<rowCount {
            let out = rows + row &* byteCount
            if BitWindow.load(validity, bitOffset: bitOffset &+ row) & 1 == 1 {
                out.copyMemory(from: values + taken &* byteCount, byteCount: byteCount)
                taken &+= 1
            } else {
                out.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
            }
        }
    }
}
