import Synchronization

/// A request to stop, set once by a signal and looked at by the work at every safe point.
///
/// What waits (for the network, for a retry) does not look: whoever runs the job waits for the
/// request too, with `requested`, and cancels the job's task.
package final class Shutdown: Sendable {
    /// Why the work has to end.
    package enum Reason: UInt8, Sendable {
        case signal = 1
        /// The waiting task no longer waits: nothing may be committed.
        case fenced = 2
    }

    /// How long the last checkpoint may take. With the answer to the waiting task and the round
    /// that is being computed, everything ends inside the 120 s that Fargate leaves.
    static let checkpointTimeMax = Duration.seconds(40)
    package static let answerTimeMax = Duration.seconds(15)

    private struct Waiters {
        var continuations: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
    }

    private let state = Atomic<UInt8>(0)
    private let waiters = Mutex(Waiters())

    package init() {}

    /// The first reason stays.
    package func request(_ reason: Reason) {
        let isFirst = state.compareExchange(
            expected: 0, desired: reason.rawValue, ordering: .sequentiallyConsistent
        ).exchanged
        guard isFirst else { return }
        let waiting = waiters.withLock { waiters in
            defer { waiters.continuations = [:] }
            return waiters.continuations.values
        }
        for continuation in waiting { continuation.resume() }
    }

    package var reason: Reason? { Reason(rawValue: state.load(ordering: .sequentiallyConsistent)) }

    package var isRequested: Bool { reason != nil }

    /// Returns when a stop is requested, or the calling task is cancelled.
    package func requested() async {
        let number = waiters.withLock { waiters in
            waiters.next += 1
            return waiters.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = waiters.withLock { waiters in
                    if isRequested || Task.isCancelled { return true }
                    waiters.continuations[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            waiters.withLock { $0.continuations.removeValue(forKey: number) }?.resume()
        }
    }

    /// - Throws: `interrupted` once a stop was requested.
    package func check() throws(JobFailure) {
        if let failure { throw failure }
    }

    /// What a job that was stopped ends with; nil while nothing was requested.
    package var failure: JobFailure? {
        switch reason {
        case nil: nil
        case .signal:
            JobFailure(
                .interrupted, "Stopped by a signal before the work was complete.",
                remedy: "Nothing was committed; start the same job again.")
        case .fenced:
            JobFailure(
                .interrupted,
                "The waiting task has timed out or was answered by somebody else.",
                remedy: "Nothing was committed. Look at the execution for what happened to it.")
        }
    }
}
