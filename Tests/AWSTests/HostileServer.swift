#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import Dispatch

/// A TCP server on this machine that answers every connection with what its script writes.
final class HostileServer: Sendable {
    /// Writes the answer; false when the client has gone.
    typealias Write = @Sendable ([UInt8]) -> Bool

    let port: Int
    private let listener: Int32

    /// - Parameter answer: called on a thread of its own after the request's head has come in; the
    ///   connection is closed when it returns.
    init(answer: @escaping @Sendable (String, Write) -> Void) throws {
        let listener = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard isListening else { throw ServerFailure(errorNumber: errno) }
        self.port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        DispatchQueue(label: "hostile.accept").async {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                DispatchQueue(label: "hostile.answer").async {
                    Self.serve(connection, answer)
                }
            }
        }
    }

    struct ServerFailure: Error {
        let errorNumber: Int32
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func serve(
        _ connection: Int32, _ answer: @Sendable (String, Write) -> Void
    ) {
        defer { close(connection) }
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while !head.contains([13, 10, 13, 10]) {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return }
            head += chunk[..<count]
        }
        answer(String(decoding: head, as: UTF8.self)) { bytes in
            var sent = 0
            while sent < bytes.count {
                let rest = Array(bytes[sent...])
                let count = send(connection, rest, rest.count, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }
}

/// Blocks this thread, which is the server's own.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }
