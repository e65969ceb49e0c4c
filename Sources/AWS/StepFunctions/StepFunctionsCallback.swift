package import Callbacks
import FoundationEssentials
import SigV4

/// Answers a Step Functions task token.
package struct StepFunctionsCallback: TaskCallback {
    /// A heartbeat that takes longer would come too late; the next one follows soon.
    private static let heartbeatTime = Duration.seconds(15)

    private let token: TaskToken
    private let endpoint: Endpoint
    private let service: ServiceClient

    package init(token: TaskToken, endpoint: Endpoint, service: ServiceClient) {
        self.token = token
        self.endpoint = endpoint
        self.service = service
    }

    private struct Heartbeat: Encodable {
        let taskToken: String
    }

    private struct Success: Encodable {
        let taskToken: String
        let output: String
    }

    private struct Failure: Encodable {
        let taskToken: String
        let error: String
        let cause: String
    }

    package func heartbeat() async throws(TaskCallbackError) {
        try await call(
            "SendTaskHeartbeat", Heartbeat(taskToken: token.text), totalTime: Self.heartbeatTime)
    }

    package func succeed(output: String) async throws(TaskCallbackError) {
        try await call("SendTaskSuccess", Success(taskToken: token.text, output: output))
    }

    package func fail(error: String, cause: String) async throws(TaskCallbackError) {
        try await call(
            "SendTaskFailure", Failure(taskToken: token.text, error: error, cause: cause))
    }

    private func call(
        _ operation: String, _ input: some Encodable, totalTime: Duration = .seconds(30)
    ) async throws(TaskCallbackError) {
        let body: Data
        do {
            body = try JSONEncoder().encode(input)
        } catch {
            throw TaskCallbackError(.invalidParameter, "\(operation) cannot be written as JSON.")
        }
        var request = ServiceRequest(
            action: "states:\(operation)",
            http: HTTPRequest(
                .post, endpoint, path: "/",
                headers: [
                    HeaderField("Content-Type", "application/x-amz-json-1.0"),
                    HeaderField("X-Amz-Target", "AWSStepFunctions.\(operation)"),
                ],
                body: HTTPBody(String(decoding: body, as: UTF8.self))))
        request.limits.totalTime = totalTime
        do {
            _ = try await service.send(request)
        } catch {
            throw Self.callbackError(error, action: request.action, region: service.region)
        }
    }

    private static func callbackError(
        _ error: ServiceError, action: String, region: String
    ) -> TaskCallbackError {
        let suffix = error.requestID.map { " [request id \($0)]" } ?? ""
        func failure(_ code: TaskCallbackError.Code, _ text: String) -> TaskCallbackError {
            TaskCallbackError(code, "\(action) \(text)\(suffix)", serviceCode: error.serviceCode)
        }
        switch error.serviceCode {
        case "TaskTimedOut", "TaskDoesNotExist", "InvalidToken":
            return failure(
                .fenced, "was refused, as the task no longer waits for us: \(error.message)")
        case "InvalidOutput", "ValidationException":
            return failure(.invalidParameter, "was refused: \(error.message)")
        case "KmsAccessDeniedException", "KmsInvalidStateException":
            return failure(.fenced, "cannot be accepted any more: \(error.message)")
        default:
            break
        }
        switch error.kind {
        case .credentials:
            return failure(.accessDenied, "needs credentials. \(error.message)")
        case .refused(let status) where !error.isTransient && (400...499).contains(status):
            return failure(
                .accessDenied, "was refused in \(region) with status \(status): \(error.message)")
        case .refused, .network, .outOfSpec:
            return failure(
                .unavailable, "failed after \(error.attemptCount) attempts: \(error.message)")
        case .interrupted:
            return failure(.unavailable, "was cancelled.")
        }
    }
}
