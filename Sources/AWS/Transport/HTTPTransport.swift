/// Sends requests. Real: `AsyncHTTPTransport`; tests script the answers.
package protocol HTTPTransport: Sendable {
    /// Sends once: no retries, no redirects.
    /// - Parameters:
    ///   - limits: what is given up on rather than waited for or stored.
    ///   - memory: where the body of a 2xx answer goes, if not into the answer.
    func send(
        _ request: HTTPRequest, limits: HTTPLimits, into memory: ResponseMemory?
    ) async throws(TransportError) -> HTTPResponse

    /// Closes the connections.
    func shutdown() async
}
