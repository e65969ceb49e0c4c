import AWS
import ArgumentParser
import Jobs
import ObjectStores

/// What the command line and the environment ask for, before the job file is read.
struct Request: Sendable {
    /// How a command line can end before there is a job.
    enum Ending: Error {
        /// `--help`, `--version`, completions: text for standard output.
        case help(String)
        case failure(JobFailure)
        /// Not a job, but one of the pipeline's functions.
        case function(LambdaCommand, TerminalSettings)
    }

    /// nil when only the job file says which.
    let command: JobCommand?
    let commandLine: [String: ParameterValue]
    /// `--job` or `MARTLET_JOB`: a URL, or JSON.
    let job: String?
    let settings: TerminalSettings

    init(arguments: [String], environment: [String: String]) throws(Ending) {
        let parsed: any ParsableCommand
        do {
            parsed = try Martlet.parseAsRoot(ArgumentNames.canonical(arguments))
        } catch {
            throw Self.ending(of: error)
        }
        let shared: SharedOptions
        switch parsed {
        case let arguments as any JobArguments:
            command = type(of: arguments).command
            commandLine = arguments.values
            shared = arguments.shared
        case let lambda as LambdaCommand:
            let settings: TerminalSettings
            do {
                settings = try TerminalSettings(options: lambda.shared, environment: environment)
            } catch {
                throw .failure(error)
            }
            throw .function(lambda, settings)
        case let root as Martlet:
            command = nil
            commandLine = [:]
            shared = root.shared
            guard shared.job ?? environment["MARTLET_JOB"] != nil else {
                throw .help(Martlet.helpMessage())
            }
        case var command:
            // The argument parser's own, such as help: they end by throwing what they have to say.
            do {
                try command.run()
            } catch {
                throw Self.ending(of: error)
            }
            throw .help("")
        }
        job = shared.job ?? environment["MARTLET_JOB"]
        do {
            settings = try TerminalSettings(options: shared, environment: environment)
        } catch {
            throw .failure(error)
        }
    }

    private static func ending(of error: any Error) -> Ending {
        let text = Martlet.fullMessage(for: error)
        guard Martlet.exitCode(for: error) != .success else { return .help(text) }
        let message = Martlet.message(for: error)
        return .failure(
            JobFailure(
                .usage, message.isEmpty ? "The command line is not complete." : message,
                remedy: "martlet --help, or martlet <command> --help, shows what there is."))
    }

    /// All sources together.
    func values(
        store: any ObjectStore, environment: [String: String]
    ) async throws -> JobValues {
        var jobFile: JobFile?
        if let job { jobFile = try await JobFile.read(job, from: store, command: command) }
        guard let chosen = command ?? jobFile?.command else {
            throw JobFailure(
                .configInvalid, "The job file does not say which command to run.",
                remedy: #"Add "command": "train" (or another) to it."#)
        }
        return JobValues(
            command: chosen,
            layers: [
                commandLine, try EnvironmentValues.read(environment, for: chosen),
                jobFile?.values ?? [:],
            ])
    }

    /// `--threads`, or as many as the process has processors, at most the task's vCPUs.
    func threadCount(_ values: JobValues, task: TaskMetadata?) throws -> Int {
        if let threads = try values.optionalInteger("threads") { return threads }
        let available = ProcessorCount.available(controlGroupQuota: ControlGroup.processorQuota)
        return min(available, task?.threadCount ?? available)
    }

    /// `--memory-limit`, or the smaller one of the container's and the task's memory.
    func memoryLimit(_ values: JobValues, task: TaskMetadata?) throws -> Int? {
        if let limit = try values.byteCount("memory_limit") { return limit }
        return [ControlGroup.memoryByteCountMax, task?.memoryByteCount].compactMap { $0 }.min()
    }
}
