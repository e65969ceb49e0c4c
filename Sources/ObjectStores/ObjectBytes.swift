package import Memory

/// Bytes read from an object, with readable slack behind them for vector loads.
///
/// `@unchecked Sendable`: written only by `init` and, before anyone else sees it, by the store that
/// made it; read-only afterwards.
package final class ObjectBytes: @unchecked Sendable {
    /// Zeroed, readable bytes behind `count`.
    package static let slackBytes = 64

    package let count: Int
    private let base: UnsafeMutableRawPointer
    /// Where the memory came from; nil for the allocator.
    private let source: (memory: BlockMemory, block: BlockMemory.Block)?

    /// Takes memory for `count` bytes and lets `fill` write them; `fill` must initialise all of them.
    /// - Parameter memory: what to take it from, and to give it back to.
    package init<Failure: Error>(
        count: Int, from memory: BlockMemory? = nil,
        fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = count
        if let memory, let block = memory.take(count + Self.slackBytes) {
            source = (memory, block)
            base = block.address
        } else {
            source = nil
            base = UnsafeMutableRawPointer.allocate(
                byteCount: count + Self.slackBytes, alignment: 64)
        }
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: Self.slackBytes)
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    package convenience init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { memory in memory.copyBytes(from: bytes) }
    }

    /// Reserves memory that its maker fills, all of it, through `memoryForFilling` before it hands
    /// the object out: for stores whose bytes arrive in parallel.
    package convenience init(reserving count: Int, from memory: BlockMemory) {
        self.init(count: count, from: memory) { _ in }
    }

    /// Only for the store that reserved these bytes.
    package var memoryForFilling: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    deinit {
        if let source { source.memory.give(source.block) } else { base.deallocate() }
    }

    /// Keeps the object alive while `body` reads its bytes.
    package func withUnsafeBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// Valid while this object is alive: hold it in a variable beyond the last use of the bytes
    /// (`withExtendedLifetime`), or use `withUnsafeBytes`. A temporary object is gone at once.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
}
