/// The functions of the pipeline, all of them this one program.
package enum FunctionName: String, CaseIterable, Sendable {
    /// Checks the input of a run, claims its name, and writes its queries and job files.
    case prepare
    /// Divides the shards and sizes the tasks: the command `plan`, with the event as its job file.
    case plan
    /// Holds the commits of the fan-out against its plan.
    case reconcile
    /// Turns a stopped task into an answer for the state that waits for it.
    case taskStopped = "task-stopped"
    /// Stops the tasks of a run that has ended.
    case stopOrphans = "stop-orphans"
}
