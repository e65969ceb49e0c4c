/// The keys a request is signed with. They never print.
package struct SigningCredentials: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// Only temporary credentials have one.
    package let sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }

    package var description: String { "SigningCredentials(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
