/// Why a request got no answer.
package struct TransportError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// No such host, no route, connection refused, no TLS.
        case unreachable
        case timedOut
        /// The connection was lost on the way.
        case closed
        /// The answer is larger than what was asked for.
        case tooLarge
        /// The answer is not HTTP.
        case malformed
        /// The caller was cancelled.
        case interrupted
    }

    package let code: Code
    /// Names the host.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
