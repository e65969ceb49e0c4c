import FoundationEssentials

/// How a service writes its errors.
package enum ErrorFormat: Sendable {
    /// S3, STS.
    case xml
    /// Step Functions, ECS.
    case json

    private struct JSONError: Decodable {
        let type: String?
        let message: String?

        private enum Key: String, CodingKey {
            case __type, code, message, Message
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            func text(_ key: Key) -> String? {
                (try? values.decodeIfPresent(String.self, forKey: key)) ?? nil
            }
            type = text(.__type) ?? text(.code)
            message = text(.message) ?? text(.Message)
        }
    }

    /// The error in an answer, or nil if it carries none that can be read.
    func error(in response: HTTPResponse) -> ServiceError? {
        var code: String?
        var message: String?
        var requestID =
            response.header("x-amz-request-id") ?? response.header("x-amzn-requestid")
        var region = response.header("x-amz-bucket-region")
        switch self {
        case .xml:
            guard let root = try? XMLElement(parsing: response.body),
                let error = root.name == "Error" ? root : root.child("Error")
            else { return nil }
            code = error.text(of: "Code")
            message = error.text(of: "Message")
            requestID = requestID ?? error.text(of: "RequestId") ?? root.text(of: "RequestId")
            region = region ?? error.text(of: "Region")
        case .json:
            let body = try? JSONDecoder().decode(JSONError.self, from: Data(response.body))
            guard let type = response.header("x-amzn-errortype") ?? body?.type else { return nil }
            // "com.amazonaws.states#TaskTimedOut:http://…" names TaskTimedOut.
            let name = type.split(separator: ":").first?.split(separator: "#").last
            code = name.map(String.init)
            message = body?.message
        }
        guard let code else { return nil }
        var error = ServiceError(
            .refused(status: response.status), message ?? "The service gives no reason.")
        error.serviceCode = code
        error.requestID = requestID
        error.region = region
        return error
    }
}
