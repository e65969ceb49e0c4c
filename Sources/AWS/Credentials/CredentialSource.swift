/// One place where credentials may come from.
package protocol CredentialSource: Sendable {
    /// As the error that lists all sources calls it.
    var name: String { get }

    /// - Throws: when this source is configured, but fails: then no other is tried.
    func fetch() async throws(CredentialError) -> CredentialAnswer
}
