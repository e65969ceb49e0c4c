import Synchronization

/// Counts what the requests of one service met, for the metrics of a task.
package final class RequestTally: Sendable {
    private let retries = Atomic(0)
    private let throttles = Atomic(0)

    package init() {}

    /// Requests that were sent again.
    package var retryCount: Int { retries.load(ordering: .relaxed) }

    /// Answers that asked to slow down.
    package var throttleCount: Int { throttles.load(ordering: .relaxed) }

    func countRetry() { retries.add(1, ordering: .relaxed) }

    func countThrottle() { throttles.add(1, ordering: .relaxed) }
}
