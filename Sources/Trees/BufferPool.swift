import Memory
import Synchronization

/// Memory that is used again and again while trees grow: nodes come and go thousands of times,
/// and fresh pages from the system would cost more than the work done in them.
final class BufferPool: Sendable {
    private struct FreeList: @unchecked Sendable {
        // Sendable: addresses that nobody uses; they are handed out under the lock.
        var addresses: [Int: [UnsafeMutableRawPointer]] = [:]
        /// Bytes handed out, and bytes taken from the system.
        var usedByteCount = 0
        var allocatedByteCount = 0

        /// A free buffer of `size`, or the smallest larger one of at most half as much again.
        mutating func pop(_ size: Int) -> PooledBuffer.Memory? {
            var found = size
            if addresses[size]?.isEmpty ?? true {
                let larger = addresses.filter {
                    $0.key > size && $0.key <= size + size / 2 && !$0.value.isEmpty
                }
                guard let next = larger.keys.min() else { return nil }
                found = next
            }
            guard let address = addresses[found]?.popLast() else { return nil }
            usedByteCount += found
            return PooledBuffer.Memory(address: address, byteCount: found)
        }

        /// Takes free buffers out, the largest first, until `byteCount` fewer are allocated.
        mutating func shrink(by byteCount: Int) -> [PooledBuffer.Memory] {
            var freed: [PooledBuffer.Memory] = []
            var remaining = byteCount
            while remaining > 0,
                let size = addresses.filter({ !$0.value.isEmpty }).keys.max(),
                let address = addresses[size]?.popLast()
            {
                freed.append(PooledBuffer.Memory(address: address, byteCount: size))
                allocatedByteCount -= size
                remaining -= size
            }
            return freed
        }
    }

    /// What was done about a request: a buffer that was free, or memory to give back first.
    private struct Found: Sendable {
        var kept: PooledBuffer.Memory?
        var freed: [PooledBuffer.Memory] = []
    }

    /// Beyond so many bytes buffers that nobody uses go back to the system, and `hasRoom` says no.
    private let byteCountMax: Int
    private let free = Mutex(FreeList())

    init(byteCountMax: Int = .max) { self.byteCountMax = byteCountMax }

    deinit {
        free.withLock { list in
            for (size, addresses) in list.addresses {
                for address in addresses {
                    PooledBuffer.Memory(address: address, byteCount: size).free()
                }
            }
        }
    }

    /// Whether so much can be taken within the limit; what must be, may go beyond it.
    func hasRoom(for byteCount: Int) -> Bool {
        guard byteCountMax < .max else { return true }
        let size = Self.sizeClass(byteCount)
        return free.withLock { $0.usedByteCount + size <= byteCountMax }
    }

    /// Memory with undefined contents, aligned to cache lines.
    func take(byteCount: Int) -> PooledBuffer {
        let size = Self.sizeClass(byteCount)
        let found = free.withLock { list -> Found in
            if let memory = list.pop(size) { return Found(kept: memory) }
            let excess = list.allocatedByteCount + size - byteCountMax
            let freed = list.shrink(by: excess)
            list.allocatedByteCount += size
            list.usedByteCount += size
            return Found(freed: freed)
        }
        for memory in found.freed { memory.free() }
        return PooledBuffer(found.kept ?? PooledBuffer.Memory(byteCount: size), pool: self)
    }

    fileprivate func give(_ memory: PooledBuffer.Memory) {
        let isKept = free.withLock { list in
            list.usedByteCount -= memory.byteCount
            guard list.allocatedByteCount <= byteCountMax else {
                list.allocatedByteCount -= memory.byteCount
                return false
            }
            list.addresses[memory.byteCount, default: []].append(memory.address)
            return true
        }
        if !isKept { memory.free() }
    }

    /// Four steps between powers of two, so that at most a fifth is wasted.
    private static func sizeClass(_ byteCount: Int) -> Int {
        let needed = max(byteCount, 256)
        let step = 1 << (Int.bitWidth - needed.leadingZeroBitCount - 3)
        return (needed + step - 1) / step * step
    }
}

/// One piece of a pool's memory; goes back to the pool with the last reference.
final class PooledBuffer: @unchecked Sendable {
    // Sendable: only an address; who writes where is up to the holder.
    fileprivate struct Memory: @unchecked Sendable {
        // Sendable: only an address.
        let address: UnsafeMutableRawPointer
        /// Of its size class.
        let byteCount: Int

        /// Below so many bytes pages of one's own are not worth their making.
        private static let pagesByteCountMin = 128 << 10

        init(address: UnsafeMutableRawPointer, byteCount: Int) {
            self.address = address
            self.byteCount = byteCount
        }

        /// Contents are undefined.
        init(byteCount: Int) {
            guard byteCount >= Self.pagesByteCountMin else {
                self.init(
                    address: .allocate(byteCount: byteCount, alignment: 64), byteCount: byteCount)
                return
            }
            guard let address = SystemPages.take(byteCount: byteCount) else {
                preconditionFailure("the system has no \(byteCount) bytes of memory left")
            }
            self.init(address: address, byteCount: byteCount)
        }

        func free() {
            if byteCount < Self.pagesByteCountMin {
                address.deallocate()
            } else {
                SystemPages.give(address, byteCount: byteCount)
            }
        }
    }

    var address: UnsafeMutableRawPointer { memory.address }
    private let memory: Memory
    private let pool: BufferPool

    fileprivate init(_ memory: Memory, pool: BufferPool) {
        self.memory = memory
        self.pool = pool
    }

    deinit { pool.give(memory) }
}
