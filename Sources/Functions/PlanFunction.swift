import Jobs

/// The command `plan`, with the event as its job file.
struct PlanFunction: Sendable {
    let context: FunctionContext

    /// - Parameter event: `{"data":[…],"training_data":[…],"output":…,"groups":64}`.
    func run(_ event: String) async throws -> String {
        let file = try JobFile(parsing: event, name: "the event", command: .plan)
        let result = try await JobRunner.run(
            JobValues(command: .plan, layers: [file.values]),
            context: JobContext(
                store: context.store, pool: context.pool, logger: context.logger,
                programVersion: context.programVersion))
        return try JSONText.encode(result)
    }
}
