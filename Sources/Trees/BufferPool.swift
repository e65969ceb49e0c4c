import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Memory that is used again and again while trees grow: nodes come and go thousands of times,
/// and fresh pages from the system would cost more than the work done in them.
final class BufferPool: Sendable {
    private struct FreeList: @unchecked Sendable {
        // Sendable: addresses that nobody uses; they are handed out under the lock.
        var addresses: [Int: [UnsafeMutableRawPointer]] = [:]
    }

    private let free = Mutex(FreeList())

    private static let hugePageByteCount = 2 << 20

    deinit {
        free.withLock { list in
            for addresses in list.addresses.values {
                for address in addresses { address.deallocate() }
            }
        }
    }

    /// Memory with undefined contents, aligned to cache lines.
    func take(byteCount: Int) -> PooledBuffer {
        let size = Self.sizeClass(byteCount)
        let address =
            free.withLock { list in
                Kept(address: list.addresses[size]?.popLast())
            }.address ?? Self.allocate(size)
        return PooledBuffer(address: address, byteCount: size, pool: self)
    }

    fileprivate func give(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        let kept = Kept(address: address)
        free.withLock { list in
            if let address = kept.address { list.addresses[byteCount, default: []].append(address) }
        }
    }

    /// Four steps between powers of two, so that at most a fifth is wasted.
    private static func sizeClass(_ byteCount: Int) -> Int {
        let needed = max(byteCount, 256)
        let step = 1 << (Int.bitWidth - needed.leadingZeroBitCount - 3)
        return (needed + step - 1) / step * step
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        let isLarge = size >= hugePageByteCount
        let address = UnsafeMutableRawPointer.allocate(
            byteCount: size, alignment: isLarge ? hugePageByteCount : 64)
        #if os(Linux)
            // Only advice: without huge pages the memory works the same.
            if isLarge { _ = madvise(address, size, Int32(MADV_HUGEPAGE)) }
        #endif
        return address
    }

    private struct Kept: @unchecked Sendable {
        // Sendable: carries an unused address across the lock.
        let address: UnsafeMutableRawPointer?
    }
}

/// One piece of a pool's memory; goes back to the pool with the last reference.
final class PooledBuffer: @unchecked Sendable {
    // Sendable: only an address; who writes where is up to the holder.
    let address: UnsafeMutableRawPointer
    private let byteCount: Int
    private let pool: BufferPool

    fileprivate init(address: UnsafeMutableRawPointer, byteCount: Int, pool: BufferPool) {
        self.address = address
        self.byteCount = byteCount
        self.pool = pool
    }

    deinit { pool.give(address, byteCount: byteCount) }
}
