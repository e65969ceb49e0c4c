/// Bytes read from an object, with readable slack behind them for vector loads.
///
/// `@unchecked Sendable`: written only by `init` and, before anyone else sees it, by the store that
/// made it; read-only afterwards.
package final class ObjectBytes: @unchecked Sendable {
    /// Zeroed, readable bytes behind `count`.
    package static let slackBytes = 64

    package let count: Int
    private let block: ObjectMemory.Block

    private var base: UnsafeMutableRawPointer { block.address }

    /// Allocates `count` bytes and lets `fill` write them; `fill` must initialise all of them.
    package init<Failure: Error>(
        count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = count
        block = ObjectMemory.shared.take(count + Self.slackBytes)
        let base = block.address
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: Self.slackBytes)
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    package convenience init(_ bytes: [UInt8]) {
        self.init(count: bytes.count) { memory in memory.copyBytes(from: bytes) }
    }

    /// Reserves memory that its maker fills, all of it, through `memoryForFilling` before it hands
    /// the object out: for stores whose bytes arrive in parallel.
    package convenience init(reserving count: Int) {
        self.init(count: count) { _ in }
    }

    /// Only for the store that reserved these bytes.
    package var memoryForFilling: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    deinit { ObjectMemory.shared.give(block) }

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
