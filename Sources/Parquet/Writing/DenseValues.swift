/// The values of some rows of one column, nulls left out, in the form a page wants them.
///
/// The memory belongs to the batches or to the encoder's scratch.
enum DenseValues {
    /// One byte a value, 0 or 1.
    case booleans(UnsafeBufferPointer<UInt8>)
    /// INT32 and FLOAT, as bit patterns.
    case words32(UnsafeBufferPointer<UInt32>)
    /// INT64 and DOUBLE, as bit patterns.
    case words64(UnsafeBufferPointer<UInt64>)
    /// FIXED_LEN_BYTE_ARRAY: (count * byteCount) bytes.
    case fixed(UnsafeBufferPointer<UInt8>, byteCount: Int)
    /// BYTE_ARRAY.
    case byteArrays(UnsafeBufferPointer<UnsafeBufferPointer<UInt8>>)

    var count: Int {
        switch self {
        case .booleans(let values): values.count
        case .words32(let values): values.count
        case .words64(let values): values.count
        case .fixed(let bytes, let byteCount): bytes.count / byteCount
        case .byteArrays(let values): values.count
        }
    }

    subscript(range: Range<Int>) -> DenseValues {
        switch self {
        case .booleans(let values): .booleans(UnsafeBufferPointer(rebasing: values[range]))
        case .words32(let values): .words32(UnsafeBufferPointer(rebasing: values[range]))
        case .words64(let values): .words64(UnsafeBufferPointer(rebasing: values[range]))
        case .fixed(let bytes, let byteCount):
            .fixed(
                UnsafeBufferPointer(
                    rebasing: bytes[range.lowerBound * byteCount..<range.upperBound * byteCount]),
                byteCount: byteCount)
        case .byteArrays(let values): .byteArrays(UnsafeBufferPointer(rebasing: values[range]))
        }
    }

    /// Bytes of these values in PLAIN encoding.
    var plainByteCount: Int {
        switch self {
        case .booleans(let values): (values.count + 7) / 8
        case .words32(let values): values.count * 4
        case .words64(let values): values.count * 8
        case .fixed(let bytes, _): bytes.count
        case .byteArrays(let values): values.reduce(values.count * 4) { $0 &+ $1.count }
        }
    }
}
