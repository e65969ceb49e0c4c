import FoundationEssentials
import SigV4

extension ServiceClient {
    /// Calls one operation of a service whose requests and answers are JSON documents.
    /// - Parameters:
    ///   - operation: `ListTasks`.
    ///   - service: as IAM names it: `ecs`.
    ///   - target: what the service prefixes its operations with on the wire.
    func call<Output: Decodable>(
        _ operation: String, of service: String, target: String, at endpoint: Endpoint,
        _ input: some Encodable, limits: HTTPLimits
    ) async throws(ServiceError) -> Output {
        let body: String
        do {
            body = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
        } catch {
            throw ServiceError(.outOfSpec, "\(operation) cannot be written as JSON.")
        }
        var request = ServiceRequest(
            action: "\(service):\(operation)",
            http: HTTPRequest(
                .post, endpoint, path: "/",
                headers: [
                    HeaderField("Content-Type", "application/x-amz-json-1.1"),
                    HeaderField("X-Amz-Target", "\(target).\(operation)"),
                ], body: HTTPBody(body)))
        request.limits = limits
        let response = try await send(request)
        do {
            return try JSONDecoder().decode(Output.self, from: Data(response.body))
        } catch {
            throw ServiceError(
                .outOfSpec, "\(service):\(operation) answered something else: \(error)")
        }
    }
}
