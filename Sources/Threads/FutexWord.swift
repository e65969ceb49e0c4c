import CKernels
import Synchronization

/// A 32-bit word on a cache line of its own that threads wait on: spinning first, then asleep.
///
/// Owned by whoever made it; `deallocate` it when no thread can touch it any more.
struct FutexWord: @unchecked Sendable {
    // Sendable: both words are atomics at a fixed address, and nothing else is shared.
    private let value: UnsafeMutablePointer<Atomic<UInt32>>
    private let sleeperCount: UnsafeMutablePointer<Atomic<UInt32>>
    private let storage: UnsafeMutableRawPointer

    /// Two cache lines of 64 bytes, as the adjacent-line prefetcher pairs them.
    private static let byteCount = 128

    init() {
        storage = .allocate(byteCount: Self.byteCount, alignment: Self.byteCount)
        value = storage.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        value.initialize(to: Atomic(0))
        sleeperCount = (storage + 64).bindMemory(to: Atomic<UInt32>.self, capacity: 1)
        sleeperCount.initialize(to: Atomic(0))
    }

    func deallocate() {
        storage.deallocate()
    }

    func load() -> UInt32 {
        value.pointee.load(ordering: .sequentiallyConsistent)
    }

    func store(_ newValue: UInt32) {
        value.pointee.store(newValue, ordering: .sequentiallyConsistent)
    }

    /// Adds and returns the new value.
    @discardableResult
    func add(_ amount: UInt32) -> UInt32 {
        value.pointee.wrappingAdd(amount, ordering: .sequentiallyConsistent).newValue
    }

    /// Subtracts and returns the new value.
    @discardableResult
    func subtract(_ amount: UInt32) -> UInt32 {
        value.pointee.wrappingSubtract(amount, ordering: .sequentiallyConsistent).newValue
    }

    /// Wakes every sleeper; free when there is none.
    func wakeAll() {
        if sleeperCount.pointee.load(ordering: .sequentiallyConsistent) != 0 {
            _ = martlet_futex_wake(UnsafeRawPointer(value).load32, Int32.max)
        }
    }

    /// Waits until the word differs from `old` and returns what it became.
    /// - Parameter spin: how long to look before sleeping; zero sleeps at once.
    func wait(whileEquals old: UInt32, spin: Duration) -> UInt32 {
        if spin > .zero {
            let deadline = ContinuousClock.now + spin
            repeat {
                // About a microsecond between two looks at the clock.
                for _ in 0..<16 {
                    let current = value.pointee.load(ordering: .acquiring)
                    if current != old { return current }
                    martlet_spin_hint()
                }
            } while ContinuousClock.now < deadline
        }
        while true {
            sleeperCount.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
            let current = load()
            if current == old {
                // Returns at once when the word has changed meanwhile; a signal may end it early.
                _ = martlet_futex_wait(UnsafeRawPointer(value).load32, old)
            }
            sleeperCount.pointee.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            let after = load()
            if after != old { return after }
        }
    }
}

extension UnsafeRawPointer {
    /// The address as the kernels' type: an atomic of 32 bits is laid out as its value.
    fileprivate var load32: UnsafePointer<UInt32> { assumingMemoryBound(to: UInt32.self) }
}
