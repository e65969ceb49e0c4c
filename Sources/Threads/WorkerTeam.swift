import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The workers behind a pool: all wait for the next region, run it, and report back.
final class WorkerTeam: Sendable {
    /// What the threads hold. `body` is written before `generation` moves and read after it was
    /// seen to move; it is cleared after `pending` has reached zero.
    private final class Region: @unchecked Sendable {
        // Sendable: see above; the two words order every access to `body`.
        var body: (@Sendable (Int) -> Void)?
        let generation = FutexWord()
        let pending = FutexWord()
        let spin: Duration

        init(spin: Duration) { self.spin = spin }

        deinit {
            generation.deallocate()
            pending.deallocate()
        }

        func work(as worker: Int) {
            var seen: UInt32 = 0
            while true {
                seen = generation.wait(whileEquals: seen, spin: spin)
                // No body means that the pool is going away.
                guard let body else { return }
                body(worker)
                if pending.subtract(1) == 0 { pending.wakeAll() }
            }
        }
    }

    private let region: Region
    private let threads: [PosixThread]
    private let isBusy = Atomic<Bool>(false)
    /// Workers that started: a system that refuses threads leaves fewer than were asked for.
    private let startedCount: Int
    private let workerCount: Int

    /// As long as the wake-up that it saves: 40 to 55 us were measured.
    private static let spinMax: Duration = .microseconds(50)

    init(workerCount: Int) {
        self.workerCount = workerCount
        let processorCount = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        // A worker that spins where another could run only delays it.
        let spin: Duration = workerCount <= processorCount ? Self.spinMax : .zero
        let region = Region(spin: spin)
        self.region = region
        threads = (1..<max(workerCount, 1)).compactMap { worker in
            PosixThread.start { region.work(as: worker) }
        }
        startedCount = threads.count
    }

    func run(_ body: @escaping @Sendable (Int) -> Void) {
        let wasBusy = isBusy.exchange(true, ordering: .acquiring)
        precondition(!wasBusy, "a region was entered from inside another one of the same pool")
        defer { isBusy.store(false, ordering: .releasing) }
        if workerCount == 1 { return body(0) }
        guard startedCount == workerCount - 1 else {
            // Not all threads were granted: this one does every worker's share in turn.
            for worker in 0..<workerCount { body(worker) }
            return
        }
        region.body = body
        region.pending.store(UInt32(startedCount))
        region.generation.add(1)
        region.generation.wakeAll()
        body(0)
        var left = region.pending.load()
        while left != 0 { left = region.pending.wait(whileEquals: left, spin: region.spin) }
        region.body = nil
    }

    /// Ends and joins every thread. No region may be running.
    func stop() {
        region.body = nil
        region.generation.add(1)
        region.generation.wakeAll()
        for thread in threads { thread.join() }
    }
}
