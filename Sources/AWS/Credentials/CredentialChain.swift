/// Asks one source after the other.
package struct CredentialChain: CredentialSource {
    package let name = "credentials"
    private let sources: [any CredentialSource]

    package init(_ sources: [any CredentialSource]) { self.sources = sources }

    package func fetch() async throws(CredentialError) -> CredentialAnswer {
        var reasons: [String] = []
        for source in sources {
            switch try await source.fetch() {
            case .found(let credentials): return .found(credentials)
            case .absent(let reason): reasons.append("\(source.name): \(reason)")
            }
        }
        throw CredentialError(
            .missing,
            "No AWS credentials were found. Tried " + reasons.joined(separator: "; ")
                + ". Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, choose a profile with "
                + "AWS_PROFILE, or run where a role is attached.")
    }
}
