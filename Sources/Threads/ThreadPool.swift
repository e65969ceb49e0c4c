import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A fixed team of threads for processor work, so that the cooperative pool never has to wait.
///
/// A region is entered with `run` or `forEach`: the calling thread is worker 0 and the others
/// join it; the call returns when all are done. Regions do not nest and do not overlap. Waiting
/// workers spin for about 50 us, because waking an idle virtual processor costs as much, and
/// then sleep. Regions of 100 us or more of work are worth their start.
package final class ThreadPool: Sendable {
    /// Workers of a region, the caller included; at least 1.
    package let threadCount: Int

    private let team: WorkerTeam
    private let leader: LeaderThread

    /// Starts `threadCount - 1` workers; the leader thread starts with the first `perform`.
    /// - Parameter threadCount: 1 or more; more than there are processors is slow but works.
    package init(threadCount: Int) {
        precondition(threadCount >= 1, "a pool has at least one thread, its caller")
        self.threadCount = threadCount
        team = WorkerTeam(workerCount: threadCount)
        leader = LeaderThread()
    }

    deinit {
        leader.stop()
        team.stop()
    }

    /// Runs `body` once on each worker, with its number in `0..<threadCount`, and waits for all.
    /// Not re-entrant: `body` must not enter another region of this pool.
    package func run(_ body: @escaping @Sendable (_ worker: Int) -> Void) {
        team.run(body)
    }

    /// Runs `body` over the ranges of length `grain` (the last may be shorter) that make up
    /// `0..<count`, each exactly once, handed out to whichever worker is free.
    package func forEach(
        count: Int, grain: Int = 1,
        _ body: @escaping @Sendable (_ range: Range<Int>, _ worker: Int) -> Void
    ) {
        precondition(count >= 0 && grain >= 1)
        guard threadCount > 1, count > grain else {
            var start = 0
            while start < count {
                body(start..<min(start + grain, count), 0)
                start += grain
            }
            return
        }
        let next = WorkCounter()
        run { worker in
            while true {
                let start = next.take(grain)
                if start >= count { return }
                body(start..<min(start + grain, count), worker)
            }
        }
    }

    /// Runs `body` on the pool's own leader thread, where it may enter regions, while the calling
    /// task is suspended. Concurrent calls take turns. `body` is not interrupted by cancellation:
    /// it looks for that itself.
    package func perform<T: Sendable>(
        _ body: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            leader.enqueue { continuation.resume(with: Result(catching: body)) }
        }
    }
}

/// Hands out the ranges of one `forEach`.
private final class WorkCounter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ grain: Int) -> Int {
        next.wrappingAdd(grain, ordering: .relaxed).oldValue
    }
}
