import AWS
import SigV4
import Synchronization
import Testing

/// Against servers that misbehave: whatever they do, a request ends in its time and its memory.
@Suite("AsyncHTTPTransport", .timeLimit(.minutes(5)))
struct AsyncHTTPTransportTests {
    typealias Script = @Sendable (String, HostileServer.Write) -> Void

    func request(
        _ path: String = "/", limits: HTTPLimits, memory: ResponseMemory? = nil,
        script: @escaping Script
    ) async throws -> Result<HTTPResponse, TransportError> {
        let server = try HostileServer(answer: script)
        let transport = AsyncHTTPTransport()
        let endpoint = Endpoint(scheme: .http, host: "127.0.0.1", port: server.port)
        let result: Result<HTTPResponse, TransportError>
        do throws(TransportError) {
            let response = try await transport.send(
                HTTPRequest(.get, endpoint, path: path), limits: limits, into: memory)
            result = .success(response)
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        withExtendedLifetime(server) {}
        return result
    }

    func code(_ result: Result<HTTPResponse, TransportError>) -> TransportError.Code? {
        guard case .failure(let error) = result else { return nil }
        return error.code
    }

    let short = HTTPLimits(totalTime: .milliseconds(400), bodyByteCountMax: 1_000)

    @Test("an ordinary answer")
    func ordinary() async throws {
        let response = try await request(limits: HTTPLimits()) { _, write in
            _ = write(Array("HTTP/1.1 404 No\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi".utf8))
        }.get()
        #expect(response.status == 404)
        #expect(response.header("x-a") == "b")
        #expect(response.body == Array("hi".utf8))
    }

    @Test(
        "paths go over the wire as they are",
        arguments: ["/a//b", "/a/../b", "/%E2%82%AC/%2B%20/~", "//x", "/./x/"])
    func paths(path: String) async throws {
        let seen = Mutex("")
        _ = try await request(path, limits: HTTPLimits()) { head, write in
            seen.withLock { $0 = head }
            _ = write(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
        }.get()
        #expect(seen.withLock { $0 }.hasPrefix("GET \(path) HTTP/1.1\r\n"))
    }

    @Test("redirects are not followed")
    func redirects() async throws {
        let response = try await request(limits: HTTPLimits()) { _, write in
            _ = write(
                Array(
                    "HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
                        .utf8))
        }.get()
        #expect(response.status == 307)
    }

    @Test("a server that never answers")
    func silence() async throws {
        let result = try await request(limits: short) { _, _ in
            // Far beyond the limit: a busy machine notices the time late.
            pause(milliseconds: 6_000)
        }
        #expect(code(result) == .timedOut)
    }

    @Test("a server that answers a byte at a time")
    func drip() async throws {
        let result = try await request(limits: short) { _, write in
            guard write(Array("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n".utf8)) else {
                return
            }
            while write([65]) { pause(milliseconds: 20) }
        }
        #expect(code(result) == .timedOut)
    }

    @Test("a body without end, with and without memory of ours", arguments: [false, true])
    func endlessBody(hasMemory: Bool) async throws {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 8)
        defer { bytes.deallocate() }
        let limits = HTTPLimits(totalTime: .seconds(20), bodyByteCountMax: 1 << 20)
        let memory = hasMemory ? ResponseMemory(bytes) : nil
        let result = try await request(limits: limits, memory: memory) { _, write in
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            guard write(Array(head.utf8)) else { return }
            let chunk = Array("400\r\n".utf8) + [UInt8](repeating: 0, count: 1_024) + [13, 10]
            while write(chunk) {}
        }
        #expect(code(result) == .tooLarge)
    }

    @Test("headers without end")
    func endlessHeaders() async throws {
        let limits = HTTPLimits(totalTime: .seconds(20))
        let result = try await request(limits: limits) { _, write in
            guard write(Array("HTTP/1.1 200 OK\r\nX: ".utf8)) else { return }
            while write([UInt8](repeating: 65, count: 4_096)) {}
        }
        #expect([.malformed, .closed].contains(code(result)))
    }

    @Test(
        "a body cut short, a reset, and something that is not HTTP",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "", "HTTP/1.1 200 O",
            "SSH-2.0-x\r\n\r\n",
        ])
    func cut(text: String) async throws {
        let result = try await request(limits: HTTPLimits(totalTime: .seconds(20))) { _, write in
            _ = write(Array(text.utf8))
        }
        #expect([.closed, .malformed].contains(code(result)), "\(result)")
    }

    @Test("cancellation ends a request at once")
    func cancellation() async throws {
        let started = AsyncStream<Void>.makeStream()
        let result = try await withThrowingTaskGroup(
            of: Result<HTTPResponse, TransportError>.self
        ) { group in
            group.addTask {
                try await request(limits: HTTPLimits(totalTime: .seconds(60))) { _, _ in
                    started.continuation.yield()
                    pause(milliseconds: 1_000)
                }
            }
            for await _ in started.stream { break }
            group.cancelAll()
            return try await group.next()
        }
        #expect(result.flatMap(code) == .interrupted)
    }

    @Test("after shutdown nothing is sent")
    func shutDown() async {
        let transport = AsyncHTTPTransport()
        await transport.shutdown()
        await transport.shutdown()
        await #expect(throws: TransportError.self) {
            _ = try await transport.send(
                HTTPRequest(.get, Endpoint(scheme: .http, host: "127.0.0.1", port: 9), path: "/"),
                limits: HTTPLimits(), into: nil)
        }
    }
}
