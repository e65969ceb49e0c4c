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
    /// Taken from a socket at once; what is still in the cache is copied once more. 64 KiB, which is
    /// the default, costs four times as many calls.
    private static let readByteCountMax = 256 << 10
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
        let host = request.endpoint.authority
        let message: HTTPClient.Request
        do {
            message = try self.message(request)
        } catch {
            throw Self.transportError(error, host: host, limits: limits)
        }
        let exchange = client.execute(
            request: message,
            delegate: ResponseCollector(host: host, limits: limits, memory: memory),
            deadline: .now() + TimeAmount(limits.totalTime))
        let result: Result<HTTPResponse, any Error> = await withTaskCancellationHandler {
            do {
                return .success(try await exchange.get())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            exchange.cancel()
        }
        if Task.isCancelled { throw TransportError(.interrupted, "Cancelled.") }
        do {
            return try result.get()
        } catch {
            throw Self.transportError(error, host: host, limits: limits)
        }
    }

    private func message(_ request: HTTPRequest) throws -> HTTPClient.Request {
        var headers = HTTPHeaders([("User-Agent", userAgent)])
        for header in request.headers { headers.add(name: header.name, value: header.value) }
        let hasBody = request.body.count > 0 || [.put, .post].contains(request.method)
        return try HTTPClient.Request(
            url: request.url, method: HTTPMethod(rawValue: request.method.rawValue),
            headers: headers, body: hasBody ? .byteBuffer(request.body.buffer) : nil)
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
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1 << 10, initial: 1 << 14, maximum: Self.readByteCountMax))
        }
        return configuration
    }

    private static func transportError(
        _ error: any Error, host: String, limits: HTTPLimits
    ) -> TransportError {
        if let error = error as? TransportError { return error }
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
        case .deadlineExceeded:
            return TransportError(.timedOut, "\(host) took longer than \(limits.totalTime).")
        case .readTimeout, .writeTimeout:
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
