import SigV4

/// Sends the few requests to services beside the process, for credentials and metadata: short
/// waits, three tries.
struct NearRequest {
    private static let attemptCountMax = 3
    private static let delayBase = Duration.milliseconds(200)
    private static let bodyByteCountMax = 1 << 16

    let transport: any HTTPTransport
    let time: TimeSource
    /// Of one attempt.
    var totalTime = Duration.seconds(2)
    var attemptCountMax = NearRequest.attemptCountMax

    /// - Returns: an answer with any status below 500, or the last one.
    func send(_ request: HTTPRequest) async throws(CredentialError) -> HTTPResponse {
        var request = request
        if !request.headers.contains(where: { $0.name.lowercased() == "host" }) {
            request.headers.append(HeaderField("Host", request.endpoint.authority))
        }
        let limits = HTTPLimits(totalTime: totalTime, bodyByteCountMax: Self.bodyByteCountMax)
        var attempt = 1
        while true {
            do throws(TransportError) {
                let response = try await transport.send(request, limits: limits, into: nil)
                if response.status < 500 || attempt == attemptCountMax { return response }
            } catch {
                if error.code == .interrupted {
                    throw CredentialError(.interrupted, error.message)
                }
                if attempt == attemptCountMax {
                    throw CredentialError(.unavailable, error.message)
                }
            }
            do {
                try await time.sleep(Self.delayBase * attempt * (1 + time.random()))
            } catch {
                throw CredentialError(.interrupted, "Cancelled.")
            }
            attempt += 1
        }
    }

    /// Splits `/path?a=b` as it stands in a URL.
    static func pathAndQuery(_ text: Substring) -> (path: String, query: [QueryItem]) {
        let parts = text.split(separator: "?", maxSplits: 1)
        let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map { side in
                PercentEncoding.decode(String(side)) ?? String(side)
            }
            return QueryItem(sides.first ?? "", sides.count > 1 ? sides[1] : "")
        }
        return (String(parts.first ?? "/"), query)
    }
}
