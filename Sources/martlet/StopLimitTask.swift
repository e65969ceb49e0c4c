import Callbacks
import Jobs
import ObjectStores

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Leaves the process when a stop takes too long: the waiting task is told, and that is all.
struct StopLimitTask {
    private let task: Task<Void, Never>

    init(shutdown: Shutdown, reporter: TaskReporter, terminal: Terminal) {
        // Not structured: it ends the process because what it stands beside does not end.
        task = Task {
            await StopLimit().watch(shutdown) { failure in
                try? await shielded(within: Shutdown.answerTimeMax) {
                    try await reporter.report(.failure(failure.taskFailure))
                }
                terminal.finishProgress()
                terminal.show(failure, command: nil)
                // Without handlers and destructors: other threads are still at work.
                _exit(failure.name.exitCode)
            }
        }
    }

    func cancel() { task.cancel() }
}
