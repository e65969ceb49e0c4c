import AWS

/// Stops the tasks that a run left behind: a state that ends does not end its task.
struct StopOrphansFunction: Sendable {
    struct Event: Decodable {
        let runId: String
        let cluster: String
        /// Of the task definition: `ListTasks` cannot filter by group.
        let family: String
    }

    struct Answer: Encodable, Equatable {
        /// Tasks of the family that were looked at, and those of the run among them.
        var running: Int
        var stopped: Int
    }

    let context: FunctionContext

    func run(_ event: Event) async throws -> Answer {
        let ecs = try context.clients.ecs()
        let running = try await ecs.runningTasks(cluster: event.cluster, family: event.family)
        let orphans = running.filter { $0.group == "run:\(event.runId)" }
        for task in orphans {
            try await ecs.stop(
                task.taskArn, cluster: event.cluster, reason: "The run \(event.runId) has ended.")
        }
        return Answer(running: running.count, stopped: orphans.count)
    }
}
