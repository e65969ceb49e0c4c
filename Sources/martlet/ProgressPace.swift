import Jobs
import Logging
import Synchronization

/// Says once a minute how far a stage is.
final class ProgressPace: Sendable {
    private static let interval = Duration.seconds(60)

    private struct State {
        var stage = ""
        var stageStart: ContinuousClock.Instant
        var startDone = 0
        var lastLine: ContinuousClock.Instant
    }

    private let state: Mutex<State>

    init() {
        let now = ContinuousClock().now
        state = Mutex(State(stageStart: now, lastLine: now))
    }

    /// The fields of a line, or nil when it is too early for one.
    func line(_ stage: String, done: Int, total: Int) -> Logger.Metadata? {
        let now = ContinuousClock().now
        return state.withLock { state in
            if state.stage != stage {
                state.stage = stage
                state.stageStart = now
                state.startDone = done
            }
            guard now - state.lastLine >= Self.interval else { return nil }
            state.lastLine = now
            var line: Logger.Metadata = [
                "stage": "\(stage)", "done": "\(done)", "total": "\(total)",
            ]
            let seconds = (now - state.stageStart).seconds
            let rate = Double(done - state.startDone) / max(seconds, 1)
            if rate > 0 {
                line["per_second"] = "\(Int(rate))"
                line["seconds_left"] = "\(Int(Double(max(0, total - done)) / rate))"
            }
            return line
        }
    }
}
