/// How a task ended, as the waiting state machine hears it.
package enum TaskOutcome: Hashable, Sendable {
    case success(TaskSuccess)
    case failure(TaskFailure)
}
