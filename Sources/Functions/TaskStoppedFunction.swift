import AWS
import Callbacks
import Jobs
import ObjectStores

/// Answers for a task that stopped. `waitForTaskToken` does not watch the task: without this, a
/// task that dies silently is noticed by its heartbeat only, minutes later.
///
/// A task that had committed succeeded, whatever happened to its answer. A task that has answered
/// is left alone: its token is closed.
struct TaskStoppedFunction: Sendable {
    struct Event: Decodable {
        let detail: StoppedTask
    }

    struct Answer: Encodable, Equatable {
        enum Outcome: String, Encodable {
            /// Not stopped yet, or not one of the pipeline's.
            case ignored
            /// The task had answered already, or is not waited for any more.
            case closed
            case succeeded
            case failed
        }

        var outcome: Outcome
        var error: String?
    }

    let context: FunctionContext

    func run(_ event: Event) async throws -> Answer {
        let task = event.detail
        guard task.lastStatus == "STOPPED", let text = task.variable("TASK_TOKEN") else {
            return Answer(outcome: .ignored)
        }
        let callback: StepFunctionsCallback
        do throws(TaskCallbackError) {
            callback = try context.clients.callback(token: TaskToken(parsing: text))
        } catch {
            throw JobFailure(converting: error)
        }
        do throws(TaskCallbackError) {
            if let success = try await commit(of: task) {
                try await callback.succeed(output: try success.output())
                return Answer(outcome: .succeeded)
            }
            let (name, message) = task.failure
            let isRetryable = !["Ecs.OutOfMemory"].contains(name)
            let failure = TaskFailure(error: name, message: message, isRetryable: isRetryable)
            try await callback.fail(error: name, cause: failure.cause())
            return Answer(outcome: .failed, error: name)
        } catch {
            guard error.code == .fenced else { throw JobFailure(converting: error) }
            return Answer(outcome: .closed)
        }
    }

    /// What the task would have answered, if it had committed.
    private func commit(of task: StoppedTask) async throws(TaskCallbackError) -> TaskSuccess? {
        guard let command = task.command, let output = task.variable("MARTLET_OUTPUT"),
            let runId = task.variable("RUN_ID")
        else { return nil }
        let group = task.variable("SHARD_GROUP")
        do {
            let url = try ObjectURL(parsing: output)
                .appending(CommitRecord.name(command: command, group: group))
            guard let object = try await context.store.summary(of: url),
                let record = try await CommitRecord.read(object, from: context.store),
                record.runId == runId
            else { return nil }
            return TaskSuccess(
                runID: runId, stage: command, group: group, attempt: record.attempt,
                commitURI: url.description, commitSHA256: nil, rowsIn: record.rowsIn,
                rowsOut: record.rowsOut, rowsQuarantined: record.rowsQuarantined,
                shardsOK: record.objects.count,
                result: try record.result.map { try JSONText.encode($0) }, peakRSSBytes: 0,
                wallTime: .zero)
        } catch {
            // Tried again by the queue that the event came from.
            throw TaskCallbackError(.unavailable, "The commit cannot be looked for: \(error)")
        }
    }
}
