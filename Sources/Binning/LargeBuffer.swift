#if canImport(Glibc)
    import Glibc
#endif

/// Zeroed memory of its own, on huge pages where the system grants them.
package final class LargeBuffer: @unchecked Sendable {
    // Sendable: only an address; who writes where is up to the owner.
    package let address: UnsafeMutableRawPointer
    package let byteCount: Int

    private static let hugePageByteCount = 2 << 20

    package init(byteCount: Int) {
        let isLarge = byteCount >= Self.hugePageByteCount
        let alignment = isLarge ? Self.hugePageByteCount : 64
        let rounded = (byteCount + alignment - 1) / alignment * alignment
        address = .allocate(byteCount: max(rounded, alignment), alignment: alignment)
        self.byteCount = byteCount
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            if isLarge { _ = madvise(address, rounded, Int32(MADV_HUGEPAGE)) }
        #endif
        address.initializeMemory(as: UInt8.self, repeating: 0, count: rounded)
    }

    deinit { address.deallocate() }
}
