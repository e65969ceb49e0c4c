#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory straight from the system, which has it back at once when it is given: a heap keeps what
/// lies below something that is still used.
enum SystemPages {
    /// Below so many bytes pages of one's own are not worth their making.
    static let byteCountMin = 128 << 10

    private static let hugePageByteCount = 2 << 20

    /// On huge pages where it is large and the system grants them.
    /// - Parameter byteCount: a multiple of 16 KiB.
    static func take(byteCount: Int) -> UnsafeMutableRawPointer {
        let isLarge = byteCount >= hugePageByteCount
        let slack = isLarge ? hugePageByteCount : 0
        let mapped = mmap(
            nil, byteCount + slack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else {
            preconditionFailure("the system has no \(byteCount) bytes of memory left")
        }
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

    static func give(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        munmap(address, byteCount)
    }
}
