/// Puts values together whose first bytes, second bytes and so on are stored in streams of their
/// own. Source: Encodings.md, BYTE_STREAM_SPLIT.
package enum ByteStreamSplitDecoder {
    /// - Parameters:
    ///   - source: `byteCount` streams, `stride` bytes each.
    ///   - byteCount: of a value.
    ///   - count: at most `stride`.
    ///   - values: room for `count * byteCount` bytes.
    /// - Complexity: O(count * byteCount). Twin: `byteStreamSplitNaive`.
    package static func decode(
        _ source: UnsafeRawPointer, stride: Int, byteCount: Int, count: Int,
        into values: UnsafeMutableRawPointer
    ) {
        precondition(count <= stride)
        switch byteCount {
        case 2: join(source, stride: stride, as: UInt16.self, count: count, into: values)
        case 4: join(source, stride: stride, as: UInt32.self, count: count, into: values)
        case 8: join(source, stride: stride, as: UInt64.self, count: count, into: values)
        default:
            for stream in 0..<byteCount {
                let from = source + stream &* stride
                for index in 0..<count {
                    values.storeBytes(
                        of: from.load(fromByteOffset: index, as: UInt8.self),
                        toByteOffset: index &* byteCount &+ stream, as: UInt8.self)
                }
            }
        }
    }

    @inline(__always)
    private static func join<Value: FixedWidthInteger & BitwiseCopyable>(
        _ source: UnsafeRawPointer, stride: Int, as type: Value.Type, count: Int,
        into values: UnsafeMutableRawPointer
    ) {
        let size = MemoryLayout<Value>.size
        for index in 0..<count {
            var value: Value = 0
            for stream in 0..<size {
                let byte = source.load(
                    fromByteOffset: stream &* stride &+ index, as: UInt8.self)
                value |= Value(truncatingIfNeeded: byte) &<< Value(truncatingIfNeeded: stream &* 8)
            }
            values.storeBytes(
                of: value.littleEndian, toByteOffset: index &* size, as: type)
        }
    }
}
