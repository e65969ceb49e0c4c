package import SigV4

/// Keys, and until when they work.
package struct ExpiringCredentials: Hashable, Sendable {
    package let keys: SigningCredentials
    /// Seconds since 1970; nil if they do not expire.
    package let expiration: Int?

    package init(_ keys: SigningCredentials, expiration: Int? = nil) {
        self.keys = keys
        self.expiration = expiration
    }
}
