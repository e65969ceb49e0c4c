/// Writes PLAIN: the values one behind the other. Source: parquet-format, Encodings.md, "Plain".
enum PlainEncoder {
    /// - Precondition: each byte array is shorter than 4 GiB (the caller threw before).
    static func encode(_ values: DenseValues, into output: ScratchBytes) {
        switch values {
        case .booleans(let values):
            guard let base = values.baseAddress else { return }
            let byteCount = (values.count + 7) / 8
            BitPacking.packBooleans(
                base, count: values.count,
                into: output.reserve(byteCount).assumingMemoryBound(to: UInt8.self))
            output.advance(by: byteCount)
        // The machine is little-endian, as Parquet is: Swift runs on no other.
        case .words32(let values): output.append(UnsafeRawBufferPointer(values))
        case .words64(let values): output.append(UnsafeRawBufferPointer(values))
        case .fixed(let bytes, _): output.append(UnsafeRawBufferPointer(bytes))
        case .byteArrays(let byteArrays):
            let byteCount = values.plainByteCount
            write(byteArrays, to: output.reserve(byteCount))
            output.advance(by: byteCount)
        }
    }

    /// The encoded form where that is the values as they lie in memory; nil elsewhere.
    static func bytes(of values: DenseValues) -> UnsafeRawBufferPointer? {
        switch values {
        case .words32(let values): UnsafeRawBufferPointer(values)
        case .words64(let values): UnsafeRawBufferPointer(values)
        case .fixed(let bytes, _): UnsafeRawBufferPointer(bytes)
        case .booleans, .byteArrays: nil
        }
    }

    /// Each value with its length before it.
    private static func write(
        _ byteArrays: UnsafeBufferPointer<UnsafeBufferPointer<UInt8>>,
        to target: UnsafeMutableRawPointer
    ) {
        var byteOffset = 0
        for value in byteArrays {
            target.storeBytes(
                of: UInt32(truncatingIfNeeded: value.count), toByteOffset: byteOffset,
                as: UInt32.self)
            byteOffset &+= 4
            if let base = value.baseAddress {
                (target + byteOffset).copyMemory(from: base, byteCount: value.count)
                byteOffset &+= value.count
            }
        }
    }
}
