import AWS
import Synchronization

/// Time that moves only when somebody sleeps, or a test says so.
final class ManualTime: Sendable {
    private struct State {
        var seconds = 1_800_000_000
        var elapsed = Duration.zero
        var pauses: [Duration] = []
    }

    private let state = Mutex(State())
    /// What every draw of jitter gives.
    let random: Double

    init(random: Double = 0.5) { self.random = random }

    var now: Int { state.withLock { $0.seconds } }
    var pauses: [Duration] { state.withLock { $0.pauses } }

    func advance(seconds: Int) {
        state.withLock { state in
            state.seconds += seconds
            state.elapsed += .seconds(seconds)
        }
    }

    var source: TimeSource {
        TimeSource(
            secondsSince1970: { self.now },
            elapsed: { self.state.withLock { $0.elapsed } },
            sleep: { pause in
                try Task.checkCancellation()
                self.state.withLock { state in
                    state.pauses.append(pause)
                    state.elapsed += pause
                }
            },
            random: { self.random })
    }
}
