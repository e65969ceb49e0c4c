/// What a source has.
package enum CredentialAnswer: Hashable, Sendable {
    case found(ExpiringCredentials)
    /// This source is not configured, for this reason; the next one is asked.
    case absent(String)
}
