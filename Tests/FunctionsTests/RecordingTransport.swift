import AWS
import SigV4
import Synchronization

/// Answers each operation by its name (`X-Amz-Target`) and keeps what was asked.
final class RecordingTransport: HTTPTransport {
    struct Call: Hashable {
        let operation: String
        let body: String
    }

    private let answers: [String: (status: Int, body: String)]
    private let state = Mutex<[Call]>([])

    init(_ answers: [String: (status: Int, body: String)]) { self.answers = answers }

    var calls: [Call] { state.withLock { $0 } }

    func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse {
        let target = request.headers.first { $0.name == "X-Amz-Target" }?.value ?? ""
        let operation = target.split(separator: ".").last.map(String.init) ?? ""
        state.withLock {
            $0.append(
                Call(
                    operation: operation, body: String(decoding: request.body.bytes, as: UTF8.self))
            )
        }
        let answer = answers[operation] ?? (200, "{}")
        return HTTPResponse(status: answer.status, body: Array(answer.body.utf8))
    }

    func shutdown() async {}
}
