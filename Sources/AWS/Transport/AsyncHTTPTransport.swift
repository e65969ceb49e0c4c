import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import SigV4
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// HTTP/1.1 over kept connections. Nothing is started before the first request.
package final class AsyncHTTPTransport: HTTPTransport {
    /// S3 answers a connection attempt within milliseconds or not at all.
    private static let connectTimeout = TimeAmount.seconds(5)
    /// Without a byte for so long, the connection is given up.
    private static let idleTimeout = TimeAmount.seconds(30)
    /// Requests beyond these to the same host wait for a connection.
    private static let connectionsPerHostMax = 64
    private static let errorTextCountMax = 300

    private enum State {
        case unused
        case running(HTTPClient)
        case shutDown
    }

    private let state = Mutex(State.unused)

    private let userAgent: String
    private let waitsForever: Bool

    /// - Parameters:
    ///   - userAgent: who calls, as the services' access logs show it.
    ///   - waitsForever: whether an answer may begin at any time, as for one who waits for events.
    package init(userAgent: String = "martlet", waitsForever: Bool = false) {
        self.userAgent = userAgent
        self.waitsForever = waitsForever
    }

    /// Closes what `shutdown` has not: the client insists on it.
    deinit {
        state.withLock { state in
            if case .running(let client) = state { _ = client.shutdown() as EventLoopFuture<Void> }
        }
    }

    package func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse {
        let client = try runningClient()
        // The client's own deadline ends with the headers of the answer: a race covers the body.
        let result = await withTaskGroup(of: Result<HTTPResponse, TransportError>?.self) { group in
            group.addTask {
                await Self.exchange(
                    request, userAgent: self.userAgent, limits: limits, into: memory, client: client
                )
            }
            group.addTask {
                try? await Task.sleep(for: limits.totalTime)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        if Task.isCancelled { throw TransportError(.interrupted, "Cancelled.") }
        guard let result else {
            throw TransportError(
                .timedOut, "\(request.endpoint.authority) took longer than \(limits.totalTime).")
        }
        return try result.get()
    }

    package func shutdown() async {
        let client: HTTPClient? = state.withLock { state in
            defer { state = .shutDown }
            guard case .running(let client) = state else { return nil }
            return client
        }
        // Fails only when called twice, which the state excludes.
        try? await client?.shutdown()
    }

    private func runningClient() throws(TransportError) -> HTTPClient {
        try state.withLock { state throws(TransportError) in
            switch state {
            case .running(let client):
                return client
            case .shutDown:
                throw TransportError(.interrupted, "The HTTP client has been shut down.")
            case .unused:
                let client = HTTPClient(
                    eventLoopGroupProvider: .singleton, configuration: configuration)
                state = .running(client)
                return client
            }
        }
    }

    private var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: Self.connectTimeout, read: waitsForever ? nil : Self.idleTimeout,
                write: Self.idleTimeout),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Self.connectionsPerHostMax
        // Retries are ours: they wait longer each time, and are counted.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    private static func exchange(
        _ request: HTTPRequest, userAgent: String, limits: HTTPLimits,
        into memory: ResponseMemory?,
        client: HTTPClient
    ) async -> Result<HTTPResponse, TransportError> {
        var message = HTTPClientRequest(url: request.url)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers.add(name: "User-Agent", value: userAgent)
        for header in request.headers {
            message.headers.add(name: header.name, value: header.value)
        }
        let hasBody = request.body.count > 0 || [.put, .post].contains(request.method)
        if hasBody { message.body = .bytes(request.body.buffer) }
        do {
            let deadline = NIODeadline.now() + TimeAmount(limits.totalTime)
            let answer = try await client.execute(message, deadline: deadline)
            return .success(try await collect(answer, request, limits: limits, into: memory))
        } catch let error as TransportError {
            return .failure(error)
        } catch {
            return .failure(transportError(error, host: request.endpoint.authority))
        }
    }

    private static func collect(
        _ answer: HTTPClientResponse, _ request: HTTPRequest, limits: HTTPLimits,
        into memory: ResponseMemory?
    ) async throws -> HTTPResponse {
        var response = HTTPResponse(
            status: Int(answer.status.code),
            headers: answer.headers.map { HeaderField($0.name, $0.value) })
        let memory = response.isSuccess ? memory?.bytes : nil
        let byteCountMax = memory?.count ?? limits.bodyByteCountMax
        for try await chunk in answer.body {
            let chunkByteCount = chunk.readableBytes
            guard chunkByteCount <= byteCountMax - response.bodyByteCount else {
                throw TransportError(
                    .tooLarge,
                    "\(request.endpoint.authority) sent more than \(byteCountMax) bytes.")
            }
            chunk.withUnsafeReadableBytes { bytes in
                if let memory {
                    UnsafeMutableRawBufferPointer(rebasing: memory[response.bodyByteCount...])
                        .copyMemory(from: bytes)
                } else {
                    response.body.append(contentsOf: bytes)
                }
            }
            response.bodyByteCount += chunkByteCount
        }
        return response
    }

    private static func transportError(_ error: any Error, host: String) -> TransportError {
        if error is CancellationError { return TransportError(.interrupted, "Cancelled.") }
        let text = String("\(error)".prefix(errorTextCountMax))
        guard let error = error as? HTTPClientError else {
            // The parser's errors come from NIOHTTP1, all others from connecting or the socket.
            if error is HTTPParserError {
                return TransportError(.malformed, "\(host) did not answer in HTTP: \(text)")
            }
            let unreachable = [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH]
            if let error = error as? IOError, !unreachable.contains(error.errnoCode) {
                return TransportError(.closed, "The connection to \(host) broke: \(text)")
            }
            return TransportError(.unreachable, "Cannot connect to \(host): \(text)")
        }
        switch error {
        case .cancelled:
            return TransportError(.interrupted, "Cancelled.")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            return TransportError(.timedOut, "\(host) did not answer in time.")
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            return TransportError(.unreachable, "Cannot connect to \(host) in time.")
        case .invalidURL, .emptyHost, .emptyScheme:
            return TransportError(.unreachable, "'\(host)' is not the name of a host.")
        default:
            return TransportError(.closed, "The connection to \(host) broke: \(text)")
        }
    }
}
