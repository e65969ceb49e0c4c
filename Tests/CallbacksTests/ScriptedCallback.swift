import Callbacks
import Synchronization

/// Records what it is told; each heartbeat gets the next scripted answer, then acceptance.
final class ScriptedCallback: TaskCallback {
    private struct State {
        var heartbeatCount = 0
        var answers: [TaskCallbackError?]
        var outputs: [String] = []
        var failures: [(error: String, cause: String)] = []
        var outputByteCountMax = Int.max
    }

    private let state: Mutex<State>

    init(heartbeats answers: [TaskCallbackError?] = [], outputByteCountMax: Int = .max) {
        state = Mutex(State(answers: answers, outputByteCountMax: outputByteCountMax))
    }

    var heartbeatCount: Int { state.withLock { $0.heartbeatCount } }
    var outputs: [String] { state.withLock { $0.outputs } }
    var failures: [String] { state.withLock { $0.failures.map(\.error) } }

    func heartbeat() async throws(TaskCallbackError) {
        let answer: TaskCallbackError? = state.withLock { state in
            state.heartbeatCount += 1
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        if let answer { throw answer }
    }

    func succeed(output: String) async throws(TaskCallbackError) {
        let isRefused = state.withLock { state in
            state.outputs.append(output)
            return output.utf8.count > state.outputByteCountMax
        }
        if isRefused { throw TaskCallbackError(.invalidParameter, "too long") }
    }

    func fail(error: String, cause: String) async throws(TaskCallbackError) {
        state.withLock { $0.failures.append((error, cause)) }
    }
}
