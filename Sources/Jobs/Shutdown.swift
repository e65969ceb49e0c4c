import Synchronization

/// A request to stop, set once by a signal and looked at by the work at every safe point.
package final class Shutdown: Sendable {
    /// Why the work has to end.
    package enum Reason: UInt8, Sendable {
        case signal = 1
        /// The waiting task no longer waits: nothing may be committed.
        case fenced = 2
    }

    private let state = Atomic<UInt8>(0)

    package init() {}

    /// The first reason stays.
    package func request(_ reason: Reason) {
        _ = state.compareExchange(
            expected: 0, desired: reason.rawValue, ordering: .sequentiallyConsistent)
    }

    package var reason: Reason? { Reason(rawValue: state.load(ordering: .relaxed)) }

    package var isRequested: Bool { reason != nil }

    /// - Throws: `interrupted` once a stop was requested.
    package func check() throws(JobFailure) {
        switch reason {
        case nil: return
        case .signal:
            throw JobFailure(
                .interrupted, "Stopped by a signal before the work was complete.",
                remedy: "Nothing was committed; start the same job again.")
        case .fenced:
            throw JobFailure(
                .interrupted,
                "The waiting task has timed out or was answered by somebody else.",
                remedy: "Nothing was committed. Look at the execution for what happened to it.")
        }
    }
}
