package import SigV4

/// Keeps credentials and renews them ahead of time, once for all who ask.
package actor CredentialCache {
    /// From here on renewal is tried; if it fails, the old keys are used on. Source: botocore.
    private static let advisorySeconds = 15 * 60
    /// From here on the old keys are not used any more.
    private static let mandatorySeconds = 10 * 60
    /// After a renewal, successful or not, the source is left alone for so long.
    private static let pauseSeconds = 60

    private let source: any CredentialSource
    private let time: TimeSource
    private var current: ExpiringCredentials?
    private var earliestRenewal = 0
    private var isFetching = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var lastFailure: (generation: Int, error: CredentialError)?
    private var generation = 0

    package init(source: any CredentialSource, time: TimeSource) {
        self.source = source
        self.time = time
    }

    /// Keys that work for some minutes more.
    package func current() async throws(CredentialError) -> SigningCredentials {
        while true {
            if let current, isFresh(current) { return current.keys }
            if isFetching {
                // While others wait for a renewal, the old keys may still do.
                if let current, isUsable(current) { return current.keys }
                let awaited = generation
                await withCheckedContinuation { waiting.append($0) }
                if let lastFailure, lastFailure.generation == awaited,
                    lastFailure.error.code != .interrupted
                {
                    throw lastFailure.error
                }
            } else {
                return try await renew()
            }
        }
    }

    /// The service refused these keys: the next caller gets new ones.
    package func invalidate(_ keys: SigningCredentials) {
        if current?.keys == keys { current = nil }
    }

    private func renew() async throws(CredentialError) -> SigningCredentials {
        isFetching = true
        defer {
            isFetching = false
            generation += 1
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        do throws(CredentialError) {
            let found: ExpiringCredentials
            switch try await source.fetch() {
            case .found(let credentials): found = credentials
            case .absent(let reason):
                throw CredentialError(.missing, "No AWS credentials. \(source.name): \(reason).")
            }
            if let expiration = found.expiration, expiration <= time.secondsSince1970() {
                throw CredentialError(
                    .invalid, "\(source.name) gave credentials that have expired already.")
            }
            current = found
            earliestRenewal = time.secondsSince1970() + Self.pauseSeconds
            return found.keys
        } catch {
            lastFailure = (generation, error)
            guard let current, isUsable(current), error.code != .interrupted else { throw error }
            earliestRenewal = time.secondsSince1970() + Self.pauseSeconds
            return current.keys
        }
    }

    private func isFresh(_ credentials: ExpiringCredentials) -> Bool {
        guard let expiration = credentials.expiration else { return true }
        let now = time.secondsSince1970()
        if expiration - now > Self.advisorySeconds { return true }
        // Renewed or tried just now: what is there is the best there is.
        return now < expiration && now < earliestRenewal
    }

    private func isUsable(_ credentials: ExpiringCredentials) -> Bool {
        guard let expiration = credentials.expiration else { return true }
        return expiration - time.secondsSince1970() > Self.mandatorySeconds
    }
}
