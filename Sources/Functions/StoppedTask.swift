import FoundationEssentials
import Jobs

/// A task as the event `ECS Task State Change` describes it; no part is sure to be there.
/// Source: Amazon ECS developer guide, "Amazon ECS task state change events".
struct StoppedTask: Decodable, Sendable {
    struct Container: Decodable, Sendable {
        var name: String?
        var exitCode: Int?
        var reason: String?
    }

    struct Variable: Decodable, Sendable {
        var name: String
        var value: String?
    }

    struct ContainerOverride: Decodable, Sendable {
        var name: String?
        var command: [String]?
        var environment: [Variable]?
    }

    struct Overrides: Decodable, Sendable {
        var containerOverrides: [ContainerOverride]?
    }

    var taskArn: String
    var lastStatus: String
    var stopCode: String?
    var stoppedReason: String?
    var containers: [Container]?
    var overrides: Overrides?

    /// A variable that the state machine gave the task, in whichever container.
    func variable(_ name: String) -> String? {
        for override in overrides?.containerOverrides ?? [] {
            let found = override.environment?.first { $0.name == name }?.value
            if let found, !found.isEmpty { return found }
        }
        return nil
    }

    /// `train` or `predict`.
    var command: String? {
        overrides?.containerOverrides?.lazy.compactMap { $0.command?.first }.first
    }

    /// The error name that the waiting state hears, and why.
    var failure: (name: String, message: String) {
        let container = containers?.first { $0.exitCode != nil } ?? containers?.first
        let exit = container?.exitCode.map { ", exit code \($0)" } ?? ""
        let reasons = [stoppedReason, container?.reason].compactMap { $0 }
        let message =
            "The task stopped (\(stopCode ?? "no code")\(exit)): "
            + (reasons.isEmpty ? "no reason given" : reasons.joined(separator: "; "))
        return (failureName(container, reasons: reasons), message)
    }

    private func failureName(_ container: Container?, reasons: [String]) -> String {
        if reasons.contains(where: { $0.contains("OutOfMemoryError") }) { return "Ecs.OutOfMemory" }
        switch stopCode {
        case "TaskFailedToStart": return "Ecs.StartFailed"
        case "SpotInterruption", "TerminationNotice": return JobErrorName.interrupted.rawValue
        default: break
        }
        // The worker said why, by its exit code, but its answer did not arrive.
        if let code = container?.exitCode,
            let name = JobErrorName.allCases.first(where: { $0.exitCode == Int32(exactly: code) })
        {
            return name.rawValue
        }
        return "Ecs.ExitedWithoutCallback"
    }
}
