package import Memory

/// Contiguous memory for the values of one column, 64-byte aligned.
///
/// A class, so that columns of many megabytes are handed on without a copy.
///
/// `@unchecked Sendable`: the memory is written only between `init` and the moment its creator
/// hands it on inside a `Column`; from then on everybody only reads.
package final class ColumnBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    /// Readable bytes behind the last element, so that kernels may load whole vectors.
    package static var slackBytes: Int { 64 }

    /// Elements of one copy, which then come from the first-level cache.
    private static var copiedCountMax: Int { 1_024 }

    package let count: Int
    private let base: UnsafeMutableRawPointer
    /// Where the memory came from; nil for the allocator.
    private let source: (memory: BlockMemory, block: BlockMemory.Block)?

    /// Memory for `count` elements, not initialised, with `slackBytes` behind it.
    /// - Parameter memory: what to take it from, and to give it back to.
    /// - Precondition: `count` was bounded by the caller; memory that cannot be had ends the process.
    package init(uninitializedCount count: Int, from memory: BlockMemory? = nil) {
        precondition(count >= 0)
        self.count = count
        let byteCount = count * MemoryLayout<Element>.stride + Self.slackBytes
        if let memory, let block = memory.take(byteCount) {
            source = (memory, block)
            base = block.address
        } else {
            source = nil
            base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
        }
        base.bindMemory(to: Element.self, capacity: count)
    }

    package convenience init(_ elements: some Collection<Element>) {
        self.init(uninitializedCount: elements.count)
        _ = mutableElements.initialize(fromContentsOf: elements)
    }

    package convenience init(repeating element: Element, count: Int) {
        self.init(uninitializedCount: count)
        guard count > 0 else { return }
        // Copies of what is there already: not specialised to a type, as it is for other modules,
        // `initialize(repeating:)` calls a function for each element.
        let stride = MemoryLayout<Element>.stride
        mutableElements[0] = element
        var filledCount = 1
        while filledCount < count {
            let nextCount = min(filledCount, count - filledCount, Self.copiedCountMax)
            (base + filledCount * stride).copyMemory(from: base, byteCount: nextCount * stride)
            filledCount += nextCount
        }
    }

    deinit {
        if let source { source.memory.give(source.block) } else { base.deallocate() }
    }

    /// The elements; valid while the buffer is alive.
    package var elements: UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(mutableElements)
    }

    /// For the creator alone, before the buffer is handed on.
    package var mutableElements: UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(
            start: base.assumingMemoryBound(to: Element.self), count: count)
    }
}
