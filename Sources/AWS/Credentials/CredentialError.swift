/// Why there are no credentials.
package struct CredentialError: Error, Hashable, Sendable {
    package enum Code: String, Sendable {
        /// Nothing is configured; the message lists what was looked at.
        case missing
        /// What is configured does not work.
        case invalid
        /// A source did not answer.
        case unavailable
        /// The caller was cancelled.
        case interrupted
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
