import Synchronization

/// Retries that are left, shared by all requests of a client: when a service is down, many
/// requests fail soon instead of each being tried five times. Numbers: the AWS SDKs' standard mode.
package final class RetryTokens: Sendable {
    private static let capacity = 500
    private static let retryCost = 5
    private static let timeoutCost = 10
    private static let successGain = 1

    private let left = Mutex(RetryTokens.capacity)

    package init() {}

    /// Takes what one retry costs.
    /// - Returns: what was taken, or nil if too little is left.
    func take(isTimeout: Bool) -> Int? {
        let cost = isTimeout ? Self.timeoutCost : Self.retryCost
        return left.withLock { left in
            guard left >= cost else { return nil }
            left -= cost
            return cost
        }
    }

    /// - Parameter taken: by the last retry of the request that has succeeded now, or 0.
    func giveBack(_ taken: Int) {
        left.withLock { left in
            left = min(Self.capacity, left + max(taken, Self.successGain))
        }
    }
}
