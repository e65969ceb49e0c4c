/// How long a stop may take, whatever the work is at: a round of a large training, say, or the
/// factors of a wide matrix, which look at nothing meanwhile.
///
/// Nothing is visible before its commit, and the last checkpoint is whole: leaving is safe at any
/// moment.
package struct StopLimit: Sendable {
    /// A last checkpoint (40 s) or a commit that has begun (60 s), and an answer (15 s), take less;
    /// what is left of the 100 s that are promised is for the answer that is given instead.
    package static let timeMax = Shutdown.checkpointTimeMax + .seconds(40)

    private let time: Duration

    package init(time: Duration = StopLimit.timeMax) { self.time = time }

    /// Returns when cancelled, as it is when the work ends.
    /// - Parameter leave: called once if a stop was requested and the work has not ended in time.
    package func watch(
        _ shutdown: Shutdown, leave: @Sendable (JobFailure) async -> Void
    ) async {
        await shutdown.requested()
        guard (try? await ContinuousClock().sleep(for: time)) != nil, let failure = shutdown.failure
        else { return }
        await leave(
            JobFailure(
                failure.name,
                "\(failure.message) The work did not end within \(time) and was left.",
                remedy: failure.remedy))
    }
}
