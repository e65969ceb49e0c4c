import Synchronization

/// Keeps the waiting task informed while the work runs, and answers it at the end.
///
/// The service may have given the task to another worker (after a timeout, say). Then a heartbeat
/// is answered with a refusal, the *fence*: the work is cancelled and must commit nothing.
package final class TaskReporter: Sendable {
    /// How recent an accepted heartbeat must be for a commit.
    package static let ownershipAgeMax = Duration.seconds(60)

    private let callback: (any TaskCallback)?
    private let schedule: Mutex<HeartbeatSchedule>
    private let elapsed: @Sendable () -> Duration
    private let sleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - callback: nil when nobody waits: then there is no heartbeat, no fence and no answer.
    ///   - interval: between two heartbeats.
    package init<C: Clock>(
        callback: (any TaskCallback)?, interval: Duration = .seconds(60),
        clock: C = ContinuousClock()
    ) where C.Duration == Duration {
        self.callback = callback
        schedule = Mutex(HeartbeatSchedule(interval: interval))
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        sleep = { duration in try await clock.sleep(for: duration, tolerance: nil) }
    }

    package var isFenced: Bool { schedule.withLock { $0.fence != nil } }

    /// Why the last heartbeat failed, if it did.
    package var lastError: TaskCallbackError? { schedule.withLock { $0.lastError } }

    /// Runs `work` with heartbeats beside it, the first one at once.
    ///
    /// At a fence `work` is cancelled, and its error is replaced by the fence. If it succeeds
    /// all the same, it had committed before the fence, and its value stands.
    package func withHeartbeats<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard callback != nil else { return try await work() }
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                await self.sendHeartbeats()
                return nil
            }
            group.addTask { try await work() }
            do {
                while let finished = try await group.next() {
                    if let value = finished {
                        group.cancelAll()
                        return value
                    }
                    // The heartbeats have ended: by the fence, or as the task was answered.
                    if isFenced { group.cancelAll() }
                }
            } catch {
                group.cancelAll()
                throw schedule.withLock { $0.fence } ?? error
            }
            preconditionFailure("the work ended without value and without error")
        }
    }

    /// Makes sure, straight before a commit, that the task is still ours: by a heartbeat accepted
    /// lately, or else by one sent now.
    /// - Throws: `fenced`, or why the heartbeat could not be sent.
    package func confirmOwnership(
        within age: Duration = TaskReporter.ownershipAgeMax
    ) async throws(TaskCallbackError) {
        guard let callback else { return }
        let (isFresh, fence) = schedule.withLock {
            ($0.isFresh(now: elapsed(), within: age), $0.fence)
        }
        if let fence { throw fence }
        if !isFresh { try await heartbeat(callback) }
    }

    /// Answers the task, after which no heartbeat is sent.
    /// - Throws: `fenced` when it had been answered or given up before.
    package func report(_ outcome: TaskOutcome) async throws(TaskCallbackError) {
        schedule.withLock { $0.finish() }
        guard let callback else { return }
        switch outcome {
        case .success(let success):
            try await report(success, to: callback)
        case .failure(let failure):
            try await callback.fail(error: failure.error, cause: failure.cause())
        }
    }

    private func report(
        _ success: TaskSuccess, to callback: any TaskCallback
    ) async throws(TaskCallbackError) {
        do {
            try await callback.succeed(output: success.output())
        } catch  where error.code == .invalidParameter && success.result != nil {
            // A refused answer would lose finished work: what it needs is only the pointer.
            var minimal = success
            minimal.result = nil
            try await callback.succeed(output: minimal.output())
        }
    }

    private func sendHeartbeats() async {
        guard let callback else { return }
        while !Task.isCancelled {
            switch schedule.withLock({ $0.next(now: elapsed()) }) {
            case .send:
                // A failure is kept by the schedule, which also decides what follows from it.
                try? await heartbeat(callback)
            case .wait(let until):
                guard (try? await sleep(until - elapsed())) != nil else { return }
            case .stop:
                return
            }
        }
    }

    private func heartbeat(_ callback: any TaskCallback) async throws(TaskCallbackError) {
        let sentAt = elapsed()
        do {
            try await callback.heartbeat()
            schedule.withLock { $0.accepted(sentAt: sentAt) }
        } catch {
            schedule.withLock { $0.failed(error, now: elapsed()) }
            throw error
        }
    }
}
