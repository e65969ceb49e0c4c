import Synchronization

/// How many requests of one service may be under way: more while all goes well, half as many when
/// the service asks to slow down.
///
/// S3 scales a prefix up over minutes, and answers 503 meanwhile; without this every part of every
/// object would be retried on its own until the retry tokens are used up.
package final class RequestGate: Sendable {
    private static let limitStart = 32.0
    private static let limitMax = 64.0
    /// Answers of requests that began before the last halving say nothing new.
    private static let pauseAfterHalving = Duration.milliseconds(500)

    private struct State {
        var limit = RequestGate.limitStart
        var inFlight = 0
        var lastHalving: Duration?
        var nextNumber = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    }

    private let state = Mutex(State())
    private let elapsed: @Sendable () -> Duration

    package init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

    /// How many requests may be under way now.
    package var limit: Int { state.withLock { Int($0.limit) } }

    /// Waits for a place.
    /// - Returns: false when the calling task was cancelled instead.
    func enter() async -> Bool {
        let number: Int? = state.withLock { state in
            if state.inFlight < Int(state.limit), state.waiting.isEmpty {
                state.inFlight += 1
                return nil
            }
            state.nextNumber += 1
            return state.nextNumber
        }
        guard let number else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.inFlight < Int(state.limit) {
                        state.inFlight += 1
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let found = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }
                    .map { state.waiting.remove(at: $0).continuation }
            }
            found?.resume(returning: false)
        }
    }

    /// Gives the place back.
    func leave(isThrottled: Bool) {
        let now = elapsed()
        let admitted = state.withLock { state in
            state.inFlight -= 1
            if !isThrottled {
                state.limit = min(Self.limitMax, state.limit + 1 / state.limit)
            } else if state.lastHalving.map({ now - $0 >= Self.pauseAfterHalving }) ?? true {
                state.limit = max(1, state.limit / 2)
                state.lastHalving = now
            }
            var admitted: [CheckedContinuation<Bool, Never>] = []
            while state.inFlight < Int(state.limit), !state.waiting.isEmpty {
                admitted.append(state.waiting.removeFirst().continuation)
                state.inFlight += 1
            }
            return admitted
        }
        for continuation in admitted { continuation.resume(returning: true) }
    }
}
