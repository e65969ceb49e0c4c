import AWS
import SigV4
import Synchronization

/// An S3 that stores the first object it is given, loses the answer, and refuses the second.
final class EchoingTransport: HTTPTransport {
    private let stored = Mutex<(count: Int, writeID: String?)>((0, nil))

    var putCount: Int { stored.withLock { $0.count } }

    func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse {
        let name = "x-amz-meta-martlet-write"
        if request.method == .put {
            let count = stored.withLock { stored in
                stored.count += 1
                if stored.count == 1 { stored.writeID = request.header(name) }
                return stored.count
            }
            if count == 1 { throw TransportError(.closed, "lost") }
            return HTTPResponse(status: 412)
        }
        let writeID = stored.withLock { $0.writeID } ?? ""
        return HTTPResponse(
            status: 200, headers: [HeaderField("ETag", "\"stored\""), HeaderField(name, writeID)])
    }

    func shutdown() async {}
}
