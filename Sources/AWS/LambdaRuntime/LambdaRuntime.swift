import FoundationEssentials
import SigV4

/// The Runtime API through which a Lambda function gets its events.
/// Source: AWS Lambda developer guide, "Lambda runtime API", version 2018-06-01.
package struct LambdaRuntime: Sendable {
    /// A function that nobody calls waits, frozen, for as long as AWS keeps it.
    private static let waitMax = Duration.seconds(100 * 86_400)
    /// Lambda's own limit of an event.
    private static let payloadByteCountMax = 6 << 20

    private let endpoint: Endpoint
    private let transport: any HTTPTransport

    /// - Parameter address: `AWS_LAMBDA_RUNTIME_API`, host and port.
    /// - Returns: nil for an address that is none.
    package init?(address: String, transport: any HTTPTransport) {
        guard let endpoint = Endpoint(parsing: "http://\(address)") else { return nil }
        self.endpoint = endpoint
        self.transport = transport
    }

    /// Waits for the next event.
    package func next() async throws(TransportError) -> LambdaInvocation {
        let request = request(.get, "invocation/next")
        let response = try await transport.send(
            request,
            limits: HTTPLimits(
                totalTime: Self.waitMax, bodyByteCountMax: Self.payloadByteCountMax), into: nil)
        guard response.isSuccess, let id = response.header("Lambda-Runtime-Aws-Request-Id") else {
            throw TransportError(
                .malformed, "The Lambda runtime answered with status \(response.status).")
        }
        return LambdaInvocation(
            id: id, deadline: response.header("Lambda-Runtime-Deadline-Ms").flatMap { Int($0) },
            payload: String(decoding: response.body, as: UTF8.self))
    }

    /// - Parameter output: JSON.
    package func respond(to invocation: LambdaInvocation, output: String)
        async throws(TransportError)
    {
        try await post("invocation/\(invocation.id)/response", body: output, errorType: nil)
    }

    /// Lets the invocation fail: the caller sees `name` as the error's name.
    package func fail(
        _ invocation: LambdaInvocation, name: String, message: String
    ) async throws(TransportError) {
        try await post(
            "invocation/\(invocation.id)/error", body: Self.document(name, message),
            errorType: name)
    }

    /// Says that the function cannot start at all.
    package func failToStart(name: String, message: String) async throws(TransportError) {
        try await post("init/error", body: Self.document(name, message), errorType: name)
    }

    private struct Failure: Encodable {
        let errorType: String
        let errorMessage: String
        let stackTrace: [String] = []
    }

    private static func document(_ name: String, _ message: String) -> String {
        let failure = Failure(errorType: name, errorMessage: message)
        guard let data = try? JSONEncoder().encode(failure) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }

    private func post(
        _ path: String, body: String, errorType: String?
    ) async throws(TransportError) {
        var request = request(.post, path)
        request.body = HTTPBody(body)
        request.headers.append(HeaderField("Content-Type", "application/json"))
        if let errorType {
            request.headers.append(HeaderField("Lambda-Runtime-Function-Error-Type", errorType))
        }
        let response = try await transport.send(request, limits: HTTPLimits(), into: nil)
        guard response.isSuccess else {
            throw TransportError(
                .malformed,
                "The Lambda runtime refused the answer with status \(response.status).")
        }
    }

    private func request(_ method: HTTPRequest.Method, _ path: String) -> HTTPRequest {
        HTTPRequest(
            method, endpoint, path: "/2018-06-01/runtime/\(path)",
            headers: [HeaderField("Host", endpoint.authority)])
    }
}
