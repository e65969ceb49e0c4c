import AWS
import SigV4
import Synchronization

/// Gives prepared answers in order and keeps the requests.
final class ScriptedTransport: HTTPTransport {
    enum Answer: Sendable {
        case response(Int, [String: String] = [:], String = "")
        case failure(TransportError.Code)
        /// Runs instead of an answer, e.g. to hold it back.
        case wait(@Sendable () async -> Void)
    }

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
        var limits: [HTTPLimits] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Answer] = []) { state = Mutex(State(answers: answers)) }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var limits: [HTTPLimits] { state.withLock { $0.limits } }
    var unusedAnswerCount: Int { state.withLock { $0.answers.count } }

    func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse {
        while true {
            let answer: Answer? = state.withLock { state in
                state.requests.append(request)
                state.limits.append(limits)
                return state.answers.isEmpty ? nil : state.answers.removeFirst()
            }
            switch answer {
            case .none:
                throw TransportError(.unreachable, "no answer is left for \(request.url)")
            case .failure(let code):
                throw TransportError(code, "scripted")
            case .wait(let wait):
                await wait()
            case .response(let status, let headers, let text):
                let body = Array(text.utf8)
                var response = HTTPResponse(
                    status: status, headers: headers.map { HeaderField($0.key, $0.value) },
                    body: body)
                if let memory, response.isSuccess {
                    guard body.count <= memory.bytes.count else {
                        throw TransportError(.tooLarge, "scripted")
                    }
                    memory.bytes.copyBytes(from: body)
                    response.body = []
                }
                return response
            }
        }
    }

    func shutdown() async {}
}

extension HTTPRequest {
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
