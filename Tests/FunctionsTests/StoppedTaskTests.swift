import FoundationEssentials
import Testing

@testable import Functions

@Suite("StoppedTask")
struct StoppedTaskTests {
    static func task(_ fields: String) throws -> StoppedTask {
        let text = #"{"taskArn":"arn:aws:ecs:x:1:task/c/1","lastStatus":"STOPPED",\#(fields)}"#
        return try JSONDecoder().decode(StoppedTask.self, from: Data(text.utf8))
    }

    @Test(
        "names the failure by stop code, exit code and reason",
        arguments: [
            (
                #""stopCode":"TaskFailedToStart","stoppedReason":"CannotPullContainerError""#,
                "Ecs.StartFailed"
            ),
            // Before a container exists there is none in the event.
            (#""stopCode":"TaskFailedToStart","containers":[]"#, "Ecs.StartFailed"),
            (
                #""stopCode":"SpotInterruption","containers":[{"name":"worker","exitCode":143}]"#,
                "Martlet.Interrupted"
            ),
            (#""stopCode":"TerminationNotice""#, "Martlet.Interrupted"),
            (
                #""stopCode":"EssentialContainerExited","containers":[{"name":"worker","#
                    + #""exitCode":137,"reason":"OutOfMemoryError: Container killed"}]"#,
                "Ecs.OutOfMemory"
            ),
            // 137 alone was somebody's SIGKILL.
            (
                #""stopCode":"EssentialContainerExited","containers":[{"exitCode":137}]"#,
                "Ecs.ExitedWithoutCallback"
            ),
            (
                #""stopCode":"EssentialContainerExited","containers":[{"exitCode":0}]"#,
                "Ecs.ExitedWithoutCallback"
            ),
            // The worker knew why, but could not say so.
            (
                #""stopCode":"EssentialContainerExited","containers":[{"exitCode":77}]"#,
                "Martlet.AccessDenied"
            ),
            (
                #""stopCode":"EssentialContainerExited","containers":[{"exitCode":71}]"#,
                "Martlet.OutOfMemory"
            ),
            (#""stopCode":"UserInitiated""#, "Ecs.ExitedWithoutCallback"),
        ])
    func failures(fields: String, name: String) throws {
        let failure = try Self.task(fields).failure
        #expect(failure.name == name)
        #expect(failure.message.hasPrefix("The task stopped ("))
    }

    @Test("finds variables by name, in any container")
    func variables() throws {
        let task = try Self.task(
            #""overrides":{"containerOverrides":[{"name":"sidecar"},{"name":"worker","#
                + #""command":["predict"],"environment":[{"name":"RUN_ID","value":"r1"},"#
                + #"{"name":"EMPTY","value":""}]}]}"#)
        #expect(task.variable("RUN_ID") == "r1")
        #expect(task.variable("EMPTY") == nil)
        #expect(task.variable("TASK_TOKEN") == nil)
        #expect(task.command == "predict")
    }
}
