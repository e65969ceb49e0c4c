import Synchronization

/// The thread that takes a task's work off the cooperative pool: a queue of closures, one at a
/// time, in order. It starts with the first closure and sleeps between them.
final class LeaderThread: Sendable {
    private struct State: Sendable {
        var queue: [@Sendable () -> Void] = []
        var thread: PosixThread?
        var isStopping = false
    }

    /// What the thread itself holds, so that it keeps no reference to its owner.
    private final class Queue: Sendable {
        let state = Mutex(State())
        let arrivals = FutexWord()

        deinit { arrivals.deallocate() }

        func drain() {
            while true {
                let seen = arrivals.load()
                let (jobs, isStopping) = state.withLock { state in
                    let jobs = state.queue
                    state.queue = []
                    return (jobs, state.isStopping)
                }
                for job in jobs { job() }
                if jobs.isEmpty {
                    if isStopping { return }
                    _ = arrivals.wait(whileEquals: seen, spin: .zero)
                }
            }
        }
    }

    private let queue = Queue()

    /// Appends a closure. Where the system refuses a thread, the closure runs here and now.
    func enqueue(_ job: @escaping @Sendable () -> Void) {
        let queue = self.queue
        let isAccepted = queue.state.withLock { state in
            if state.thread == nil {
                state.thread = PosixThread.start { queue.drain() }
            }
            guard state.thread != nil else { return false }
            state.queue.append(job)
            return true
        }
        guard isAccepted else { return job() }
        queue.arrivals.add(1)
        queue.arrivals.wakeAll()
    }

    /// Finishes what is queued and ends the thread.
    func stop() {
        let thread = queue.state.withLock { state in
            state.isStopping = true
            return state.thread
        }
        queue.arrivals.add(1)
        queue.arrivals.wakeAll()
        thread?.join()
    }
}
