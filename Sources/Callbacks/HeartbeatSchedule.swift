/// When to send a heartbeat, and what the answers mean. No I/O and no clock: the owner says what
/// time it is, as the duration since it started, and does what it is told.
package struct HeartbeatSchedule: Sendable {
    package enum Action: Hashable, Sendable {
        case send
        case wait(until: Duration)
        /// The task no longer waits for us, or has been answered.
        case stop
    }

    private enum State {
        case waiting(until: Duration)
        case fenced(TaskCallbackError)
        case finished
    }

    /// A heartbeat that could not be delivered is tried again after this, or after the interval
    /// where that is shorter; several such tries fit into the usual HeartbeatSeconds of 300.
    package static let retryInterval = Duration.seconds(15)

    package let interval: Duration
    /// When the last heartbeat that was accepted had been *sent*: the service saw it later.
    package private(set) var lastAccepted: Duration?
    /// Of the last heartbeat, if it failed.
    package private(set) var lastError: TaskCallbackError?
    private var state: State = .waiting(until: .zero)

    package init(interval: Duration) {
        precondition(interval > .zero)
        self.interval = interval
    }

    package var fence: TaskCallbackError? {
        guard case .fenced(let error) = state else { return nil }
        return error
    }

    /// What to do now. The answer to a heartbeat goes to `accepted` or `failed`.
    package mutating func next(now: Duration) -> Action {
        switch state {
        case .waiting(let until) where now >= until:
            state = .waiting(until: now + interval)
            return .send
        case .waiting(let until):
            return .wait(until: until)
        case .fenced, .finished:
            return .stop
        }
    }

    /// - Parameter sentAt: when that heartbeat had been sent, on schedule or out of turn.
    package mutating func accepted(sentAt: Duration) {
        // The task may have been answered, or lost, while the heartbeat was under way.
        guard case .waiting = state else { return }
        lastAccepted = max(lastAccepted ?? sentAt, sentAt)
        lastError = nil
        state = .waiting(until: sentAt + interval)
    }

    package mutating func failed(_ error: TaskCallbackError, now: Duration) {
        guard case .waiting = state else { return }
        lastError = error
        switch error.code {
        case .fenced: state = .fenced(error)
        case .accessDenied, .unavailable, .invalidParameter:
            state = .waiting(until: now + min(interval, Self.retryInterval))
        }
    }

    /// No more heartbeats: the task is being answered.
    package mutating func finish() {
        if fence == nil { state = .finished }
    }

    /// Whether the task was certainly still waiting for us `age` ago or less.
    package func isFresh(now: Duration, within age: Duration) -> Bool {
        guard fence == nil, let lastAccepted else { return false }
        return now - lastAccepted <= age
    }
}
