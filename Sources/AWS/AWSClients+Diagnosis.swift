import SigV4

/// What `doctor` wants to know of the clients.
extension AWSClients {
    /// The access key that requests are signed with, all but its ends hidden.
    package func accessKeyHint() async throws(CredentialError) -> String {
        let id = try await credentials.current().accessKeyID
        return id.count > 8 ? "\(id.prefix(4))…\(id.suffix(4))" : "…"
    }

    package var region: String? { environment.region }

    /// S3's clock minus ours in seconds, by the date of an answer to a request that needs no
    /// rights; nil if there is no answer.
    package func clockOffset() async -> Int? {
        let endpoint: Endpoint
        switch environment.endpoint(of: .s3) {
        case .url(let url): endpoint = url
        case .malformed: return nil
        case .none:
            guard let region else { return nil }
            endpoint = Endpoint(
                scheme: .https, host: environment.endpointVariant.s3Host(region: region))
        }
        let request = NearRequest(transport: transport, time: time)
        let answer = try? await request.send(HTTPRequest(.get, endpoint, path: "/"))
        guard let date = answer?.header("date").flatMap(ServiceDate.http) else { return nil }
        return date - time.secondsSince1970()
    }
}
