#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// All that the clients know about time, so that tests can stand in for it.
package struct TimeSource: Sendable {
    /// Seconds since 1970, for signatures and expiry dates.
    package var secondsSince1970: @Sendable () -> Int
    /// Never goes back, for budgets.
    package var elapsed: @Sendable () -> Duration
    package var sleep: @Sendable (Duration) async throws -> Void
    /// In [0, 1), for jitter.
    package var random: @Sendable () -> Double

    package init(
        secondsSince1970: @escaping @Sendable () -> Int,
        elapsed: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.secondsSince1970 = secondsSince1970
        self.elapsed = elapsed
        self.sleep = sleep
        self.random = random
    }

    /// The machine's own.
    package static func system() -> TimeSource {
        let start = ContinuousClock.now
        return TimeSource(
            secondsSince1970: { time(nil) },
            elapsed: { start.duration(to: .now) },
            sleep: { duration in try await Task.sleep(for: duration) },
            random: { Double.random(in: 0..<1) })
    }
}
