package import Callbacks
package import Logging
import ObjectStores

/// The life of one task: heartbeats while the job runs, the gate before its commit, and the answer
/// at its end.
package struct TaskRun: Sendable {
    package let run: RunIdentity
    private let programVersion: String
    private let reporter: TaskReporter
    private let logger: Logger

    package init(
        run: RunIdentity, programVersion: String, reporter: TaskReporter, logger: Logger
    ) {
        self.run = run
        self.programVersion = programVersion
        self.reporter = reporter
        self.logger = logger
    }

    /// Runs `job` and tells the waiting task, if there is one, how it ended.
    ///
    /// An answer that cannot be delivered does not undo the work: it is logged, and the job's own
    /// end stands.
    /// - Parameter job: gets the gate that it must pass before it commits.
    package func perform(
        shutdown: Shutdown,
        _ job:
            @escaping @Sendable (_ gate: @escaping @Sendable () async throws -> Void)
            async throws -> any JobResult
    ) async throws -> any JobResult {
        let clock = ContinuousClock()
        let start = clock.now
        let reporter = reporter
        do {
            let result = try await reporter.withHeartbeats {
                try await withTaskCancellationHandler {
                    try await Self.untilRequested(shutdown) {
                        try await job { try await reporter.confirmOwnership() }
                    }
                } onCancel: {
                    shutdown.request(.fenced)
                }
            }
            if let failure = result.failure {
                await answer(.failure(failure.taskFailure), shutdown)
                return result
            }
            let output = try TaskOutput(
                result: result, run: run, wallTime: clock.now - start
            ).success()
            await answer(.success(output), shutdown)
            return result
        } catch {
            let failure = Self.failure(error, shutdown)
            await answer(.failure(failure.taskFailure), shutdown)
            throw failure
        }
    }

    /// Runs `work`, and cancels it when a stop is requested: whatever it waits for then ends.
    private static func untilRequested<Value: Sendable>(
        _ shutdown: Shutdown, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await shutdown.requested()
                return nil
            }
            while let finished = try await group.next() {
                group.cancelAll()
                if let value = finished { return value }
            }
            throw CancellationError()
        }
    }

    /// What was cancelled ends in errors of all kinds; the request to stop is their reason.
    private static func failure(_ error: any Error, _ shutdown: Shutdown) -> JobFailure {
        let failure = JobFailure(converting: error)
        guard !(error is JobFailure), [.interrupted, .transient].contains(failure.name),
            let stopped = shutdown.failure
        else { return failure }
        return stopped
    }

    private func answer(_ outcome: TaskOutcome, _ shutdown: Shutdown) async {
        let reporter = reporter
        do {
            if shutdown.isRequested {
                try await shielded(within: Shutdown.answerTimeMax) {
                    try await reporter.report(outcome)
                }
            } else {
                try await reporter.report(outcome)
            }
        } catch {
            let code = (error as? TaskCallbackError)?.code.rawValue ?? "interrupted"
            let reason = (error as? TaskCallbackError)?.message ?? "There was no time left."
            logger.error(
                "the waiting task could not be answered",
                metadata: ["code": "\(code)", "reason": "\(reason)"])
        }
    }
}

extension RunIdentity {
    /// `RUN_ID`, `ATTEMPT` and `SHARD_GROUP` of the task.
    package init(environment: [String: String]) {
        self.init(
            runId: environment["RUN_ID"], attempt: environment["ATTEMPT"],
            shardGroup: environment["SHARD_GROUP"])
    }
}

extension JobFailure {
    /// The failure as the waiting state machine hears it.
    package var taskFailure: TaskFailure {
        TaskFailure(
            error: name.rawValue,
            message: [message, place.text.map { "(\($0))" }].compactMap { $0 }
                .joined(separator: " "),
            hint: remedy, shard: place.object, column: place.column, awsRequestID: requestID,
            isRetryable: name.isRetryable)
    }
}
