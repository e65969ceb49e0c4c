import FoundationEssentials
package import Jobs

/// Runs one function on one event.
package enum FunctionRunner {
    /// - Parameters:
    ///   - event: JSON.
    /// - Returns: JSON, far below the 256 KiB that a state may pass on.
    /// - Throws: one failure, whose name the state machine matches.
    package static func run(
        _ name: FunctionName, event: String, context: FunctionContext
    ) async throws(JobFailure) -> String {
        let run = EventRun.identity(of: event)
        let meter = FunctionMeter(name, context: context)
        var context = context
        run.mark(&context.logger)
        do {
            let answer = try await answer(name, event: event, context: context)
            meter.finish(run, failure: nil)
            return answer
        } catch {
            meter.finish(run, failure: error)
            throw error
        }
    }

    private static func answer(
        _ name: FunctionName, event: String, context: FunctionContext
    ) async throws(JobFailure) -> String {
        do {
            switch name {
            case .prepare:
                return try JSONText.encode(
                    try await PrepareFunction(context: context).run(try decode(event)))
            case .plan:
                return try await PlanFunction(context: context).run(event)
            case .reconcile:
                return try JSONText.encode(
                    try await ReconcileFunction(context: context).run(try decode(event)))
            case .taskStopped:
                return try JSONText.encode(
                    try await TaskStoppedFunction(context: context).run(try decodeEvent(event)))
            case .stopOrphans:
                return try JSONText.encode(
                    try await StopOrphansFunction(context: context).run(try decode(event)))
            }
        } catch {
            throw JobFailure(service: error)
        }
    }

    /// Events of our own state machine: snake case.
    private static func decode<Event: Decodable>(_ text: String) throws(JobFailure) -> Event {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decode(text, by: decoder)
    }

    /// Events of AWS's own.
    private static func decodeEvent<Event: Decodable>(_ text: String) throws(JobFailure) -> Event {
        try decode(text, by: JSONDecoder())
    }

    private static func decode<Event: Decodable>(
        _ text: String, by decoder: JSONDecoder
    ) throws(JobFailure) -> Event {
        do {
            return try decoder.decode(Event.self, from: Data(text.utf8))
        } catch {
            throw JobFailure(
                .configInvalid, "The event is not what this function takes: \(error).",
                remedy: "Compare it with the state machine's definition.")
        }
    }
}
