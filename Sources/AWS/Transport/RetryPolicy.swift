/// How often a request is tried: the AWS SDKs' standard mode with two more attempts.
package struct RetryPolicy: Hashable, Sendable {
    package var attemptCountMax: Int
    /// The longest pause after the first attempt; it doubles with every further one.
    package var delayBase: Duration
    package var delayMax = Duration.seconds(20)
    /// No attempt begins later than this after the first.
    package var timeBudget = Duration.seconds(120)

    package init(attemptCountMax: Int = 5, delayBase: Duration = .seconds(1)) {
        precondition(attemptCountMax >= 1)
        self.attemptCountMax = attemptCountMax
        self.delayBase = delayBase
    }

    /// The pause before the next attempt, with full jitter: anything up to the longest.
    /// - Parameters:
    ///   - attempt: how many there have been, from 1.
    ///   - random: in [0, 1).
    package func delay(afterAttempt attempt: Int, random: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        return min(delayMax, delayBase * (1 << doublings)) * random
    }
}
