/// Puts the values of a page, of which files store only those that are not null, on their rows.
///
/// Without branches: each row takes the next value, and the cursor moves on where the row is
/// valid. So a null row holds a copy of its successor, or of what lies behind the last value.
package enum Spreading {
    /// - Parameters:
    ///   - values: one for each set bit, then one more that is readable.
    ///   - validity: a bitmap; row 0 is at `bitOffset`; with a readable word more than it needs.
    ///   - rows: (rowCount), written; no alignment needed.
    /// - Complexity: O(rowCount). Twin: `spreadNaive`.
    package static func spread<Value: BitwiseCopyable>(
        _ values: UnsafeRawPointer, as type: Value.Type, validity: UnsafePointer<UInt64>,
        bitOffset: Int, rowCount: Int, into rows: UnsafeMutableRawPointer
    ) {
        let stride = MemoryLayout<Value>.stride
        var taken = 0
        var row = 0
        while row < rowCount {
            let step = min(64, rowCount &- row)
            var bits = BitWindow.load(validity, bitOffset: bitOffset &+ row)
            let out = rows + row &* stride
            if bits == .max && step == 64 {
                out.copyMemory(from: values + taken &* stride, byteCount: 64 &* stride)
                taken &+= 64
            } else {
                for i in 0..<step {
                    let value = values.loadUnaligned(fromByteOffset: taken &* stride, as: type)
                    out.storeBytes(of: value, toByteOffset: i &* stride, as: type)
                    taken &+= Int(truncatingIfNeeded: bits & 1)
                    bits &>>= 1
                }
            }
            row &+= step
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
