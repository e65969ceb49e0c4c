/// Copies that write more than was asked for, because whole words need no loop over bytes.
enum WildCopy {
    /// 16 bytes.
    @inline(__always)
    static func sixteen(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        let value = source.loadUnaligned(as: SixteenBytes.self)
        target.storeBytes(of: value, as: SixteenBytes.self)
    }

    /// At least `byteCount` bytes, up to 15 more.
    /// - Precondition: the source lies at least 16 bytes before the target, or apart.
    @inline(__always)
    static func bySixteens(
        from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int
    ) {
        var done = 0
        repeat {
            sixteen(from: source + done, to: target + done)
            done &+= 16
        } while done < byteCount
    }

    /// At least `byteCount` bytes, up to 7 more.
    /// - Precondition: the source lies at least 8 bytes before the target, or apart.
    @inline(__always)
    static func byEights(
        from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int
    ) {
        var done = 0
        repeat {
            let value = source.loadUnaligned(fromByteOffset: done, as: UInt64.self)
            target.storeBytes(of: value, toByteOffset: done, as: UInt64.self)
            done &+= 8
        } while done < byteCount
    }
}
