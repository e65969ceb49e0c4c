package import SigV4

/// One request as it goes over the wire.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package var method: Method
    package var endpoint: Endpoint
    /// Percent-encoded, with a leading slash, the endpoint's own path not included.
    package var path: String
    package var query: [QueryItem]
    package var headers: [HeaderField]
    package var body: HTTPBody

    package init(
        _ method: Method, _ endpoint: Endpoint, path: String, query: [QueryItem] = [],
        headers: [HeaderField] = [], body: HTTPBody = .empty
    ) {
        self.method = method
        self.endpoint = endpoint
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The path that is sent and signed.
    package var fullPath: String { endpoint.basePath + path }

    package var url: String {
        let text = "\(endpoint.scheme.rawValue)://\(endpoint.authority)\(fullPath)"
        return query.isEmpty ? text : text + "?" + CanonicalRequest.query(query)
    }
}
