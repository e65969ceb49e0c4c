/// Memory that is kept from page to page and from chunk to chunk: page faults cost more than most
/// decoding.
///
/// Behind the capacity lie `slackByteCount` more bytes, so that kernels may load and store whole
/// vectors at the end.
final class ScratchBuffer {
    /// As `ColumnBuffer.slackBytes`.
    static let slackByteCount = 64

    private(set) var start: UnsafeMutableRawPointer
    private(set) var byteCapacity: Int

    init() {
        byteCapacity = 0
        start = .allocate(byteCount: Self.slackByteCount, alignment: 64)
        start.initializeMemory(as: UInt8.self, repeating: 0, count: Self.slackByteCount)
    }

    deinit { start.deallocate() }

    /// Room for `byteCount` bytes, not initialised; what was there before is lost.
    /// - Precondition: `byteCount` was bounded by the caller.
    func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer {
        if byteCount > byteCapacity { grow(to: byteCount, keeping: 0) }
        return start
    }

    /// Room for `byteCount` bytes; the first `kept` stay.
    /// - Precondition: `kept` is at most the capacity.
    func grow(to byteCount: Int, keeping kept: Int) {
        guard byteCount > byteCapacity else { return }
        let capacity = max(byteCount, byteCapacity + byteCapacity / 2, 4096)
        let grown = UnsafeMutableRawPointer.allocate(
            byteCount: capacity + Self.slackByteCount, alignment: 64)
        grown.copyMemory(from: start, byteCount: kept)
        start.deallocate()
        start = grown
        byteCapacity = capacity
    }

    /// Sets the bytes from `byteCount` on that kernels may look at, so that whatever they make of
    /// them is the same in each run.
    func clearSlack(after byteCount: Int) {
        (start + byteCount).initializeMemory(
            as: UInt8.self, repeating: 0, count: Self.slackByteCount)
    }
}
