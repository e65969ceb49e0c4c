import AWS
import ArgumentParser
import Callbacks
import Jobs
import Logging
import ObjectStores
import Threads

/// One run of the program: what was asked, the parts it needs, the job, and the answer.
struct Worker {
    let arguments: [String]
    let environment: [String: String]

    /// - Returns: the exit code.
    func run() async -> Int32 {
        let request: Request
        do throws(Request.Ending) {
            request = try Request(arguments: arguments, environment: environment)
        } catch {
            switch error {
            case .help(let text):
                Terminal.writeOutput(text)
                return 0
            case .failure(let failure): return await end(failure)
            case .function(let lambda, let settings):
                return await FunctionServer(
                    name: lambda.function, event: lambda.event, environment: environment,
                    terminal: Terminal(settings: settings)
                ).run()
            }
        }
        let terminal = Terminal(settings: request.settings)
        let identity = RunIdentity(environment: environment)
        let logger = terminal.makeLogger(run: identity)
        let meter = TaskMeter(
            environment: environment, writer: terminal.makeMetricsWriter(environment: environment))
        let clients = AWSClients(
            environment: environment, userAgent: Version.userAgent, logger: logger)
        let code = await withTaskGroup(of: Void.self) { group in
            group.addTask { await meter.watchDisk() }
            defer { group.cancelAll() }
            return await run(
                request, terminal: terminal, logger: logger, clients: clients, meter: meter)
        }
        meter.finish(identity, clients: clients)
        await clients.shutdown()
        return code
    }

    private func run(
        _ request: Request, terminal: Terminal, logger: Logger, clients: AWSClients,
        meter: TaskMeter
    ) async -> Int32 {
        func end(_ failure: JobFailure) -> Int32 {
            meter.note(failure)
            terminal.finishProgress()
            terminal.show(failure, command: request.command?.rawValue)
            return failure.name.exitCode
        }
        if let command = request.command { meter.begin(command) }
        let reporter: TaskReporter
        do {
            reporter = TaskReporter(callback: try callback(clients))
        } catch {
            return end(JobFailure(converting: error))
        }
        let shutdown = Shutdown()
        let signals = SignalListener(shutdown: shutdown)
        defer { signals.cancel() }
        let limit = StopLimitTask(shutdown: shutdown, reporter: reporter, terminal: terminal)
        defer { limit.cancel() }
        let task = TaskRun(
            run: RunIdentity(environment: environment), programVersion: Version.text,
            reporter: reporter, logger: logger)
        do {
            let result = try await task.perform(shutdown: shutdown) { gate in
                let values = try await request.values(
                    store: RoutingStore(s3: try clients.s3Store()), environment: environment)
                meter.begin(values.command)
                let store = RoutingStore(
                    s3: try clients.s3Store(
                        options: S3Options(
                            kmsKeyID: try values.text("sse_kms_key_id"),
                            paysAsRequester: try values.flag("request_payer"))),
                    tally: meter.bytesRead)
                let metadata = await clients.taskMetadata()
                meter.note(metadata)
                let threads = try request.threadCount(values, task: metadata)
                var context = JobContext(
                    store: store, pool: ThreadPool(threadCount: threads), logger: logger,
                    shutdown: shutdown, commitGate: gate,
                    progress: terminal.makeProgress(logger: logger), run: task.run,
                    programVersion: Version.text,
                    memoryByteCountMax: try request.memoryLimit(values, task: metadata),
                    savesUnasked: environment["TASK_TOKEN"]?.isEmpty == false)
                context.figures = meter.figures
                context.scratchFolder = ScratchDisk(environment: environment).path
                if values.command == .doctor {
                    context.probes =
                        TaskProbes(
                            clients: clients, metadata: metadata, callback: try callback(clients),
                            disk: ScratchDisk(environment: environment)
                        ).all
                }
                return try await JobRunner.run(values, context: context)
            }
            terminal.finishProgress()
            try terminal.show(result)
            if let failure = result.failure { meter.note(failure) }
            return result.failure?.name.exitCode ?? 0
        } catch {
            return end(JobFailure(converting: error))
        }
    }

    private func callback(_ clients: AWSClients) throws -> (any TaskCallback)? {
        guard let text = environment["TASK_TOKEN"], !text.isEmpty else { return nil }
        return try clients.callback(token: try TaskToken(parsing: text))
    }

    /// A command line that cannot be understood: the waiting task is told all the same.
    private func end(_ failure: JobFailure) async -> Int32 {
        let terminal = Terminal(settings: TerminalSettings(environment: environment))
        terminal.show(failure, command: nil)
        let clients = AWSClients(
            environment: environment, userAgent: Version.userAgent, logger: terminal.makeLogger())
        if let callback = try? callback(clients) {
            let reporter = TaskReporter(callback: callback)
            try? await reporter.report(.failure(failure.taskFailure))
        }
        await clients.shutdown()
        return failure.name.exitCode
    }
}
