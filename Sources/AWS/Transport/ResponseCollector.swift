import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SigV4
import Synchronization

/// Takes in one answer on the event loop: every piece of the body is put in its place as it comes,
/// without a change of threads.
///
/// Once the request has ended, whatever way, nothing is called any more: the client promises it.
final class ResponseCollector: HTTPClientResponseDelegate {
    typealias Response = HTTPResponse

    private let host: String
    private let limits: HTTPLimits
    private let memory: ResponseMemory?
    private let response = Mutex(HTTPResponse(status: 0))

    /// - Parameter memory: where the body of a 2xx answer goes, if not into the answer.
    init(host: String, limits: HTTPLimits, memory: ResponseMemory?) {
        self.host = host
        self.limits = limits
        self.memory = memory
    }

    func didReceiveHead(
        task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        response.withLock { response in
            response.status = Int(head.status.code)
            response.headers = head.headers.map { HeaderField($0.name, $0.value) }
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<HTTPResponse>, _ part: ByteBuffer
    ) -> EventLoopFuture<Void> {
        do throws(TransportError) {
            try response.withLock { response throws(TransportError) in
                try append(part, to: &response)
            }
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) -> HTTPResponse {
        response.withLock { $0 }
    }

    private func append(
        _ part: ByteBuffer, to response: inout HTTPResponse
    ) throws(TransportError) {
        let memory = response.isSuccess ? memory?.bytes : nil
        let byteCountMax = memory?.count ?? limits.bodyByteCountMax
        guard part.readableBytes <= byteCountMax - response.bodyByteCount else {
            throw TransportError(.tooLarge, "\(host) sent more than \(byteCountMax) bytes.")
        }
        part.withUnsafeReadableBytes { bytes in
            if let memory {
                UnsafeMutableRawBufferPointer(rebasing: memory[response.bodyByteCount...])
                    .copyMemory(from: bytes)
            } else {
                response.body.append(contentsOf: bytes)
            }
        }
        response.bodyByteCount += part.readableBytes
    }
}
