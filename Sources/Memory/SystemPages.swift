#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory straight from the system, which has it back at once when it is given: a heap keeps what
/// lies below something that is still used.
package enum SystemPages {
    private static let hugePageByteCount = 2 << 20

    /// Memory of zeros, at the start of a page: of a huge one where it is large, and on huge pages
    /// where the system grants them. nil where the system has none.
    /// - Parameter byteCount: a multiple of 16 KiB.
    package static func take(byteCount: Int) -> UnsafeMutableRawPointer? {
        let isLarge = byteCount >= hugePageByteCount
        let slack = isLarge ? hugePageByteCount : 0
        let mapped = mmap(
            nil, byteCount + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else { return nil }
        guard isLarge else { return mapped }
        let head = -Int(bitPattern: mapped) & (hugePageByteCount - 1)
        let address = mapped + head
        if head > 0 { munmap(mapped, head) }
        if slack > head { munmap(address + byteCount, slack - head) }
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            _ = madvise(address, byteCount, Int32(MADV_HUGEPAGE))
        #endif
        return address
    }

    package static func give(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        munmap(address, byteCount)
    }
}
