import AWS
import Functions
import Jobs
import Logging
import ObjectStores
import Threads

/// One run of the program as a Lambda function.
struct FunctionServer {
    let name: FunctionName
    /// The one event to answer; nil to serve the Lambda runtime.
    let event: String?
    let environment: [String: String]
    let terminal: Terminal

    /// - Returns: the exit code.
    func run() async -> Int32 {
        let logger = terminal.makeLogger()
        let clients = AWSClients(
            environment: environment, userAgent: Version.userAgent, logger: logger)
        let transport = AsyncHTTPTransport(userAgent: Version.userAgent, waitsForever: true)
        var code: Int32 = 0
        do throws(JobFailure) {
            let context = try context(clients, logger)
            if let event {
                Terminal.writeOutput(
                    try await FunctionRunner.run(name, event: event, context: context))
            } else {
                let runtime = try runtime(transport)
                await FunctionLoop(runtime: runtime, name: name, context: context).run()
            }
        } catch {
            terminal.show(error, command: "lambda \(name.rawValue)")
            code = error.name.exitCode
        }
        await transport.shutdown()
        await clients.shutdown()
        return code
    }

    private func context(
        _ clients: AWSClients, _ logger: Logger
    ) throws(JobFailure) -> FunctionContext {
        do {
            var context = FunctionContext(
                store: RoutingStore(s3: try clients.s3Store()), clients: clients,
                pool: ThreadPool(threadCount: 1), logger: logger, environment: environment,
                programVersion: Version.text)
            context.metrics = terminal.makeMetricsWriter(environment: environment)
            return context
        } catch {
            throw JobFailure(converting: error)
        }
    }

    private func runtime(_ transport: AsyncHTTPTransport) throws(JobFailure) -> LambdaRuntime {
        guard let address = environment["AWS_LAMBDA_RUNTIME_API"],
            let runtime = LambdaRuntime(address: address, transport: transport)
        else {
            throw JobFailure(
                .configInvalid, "AWS_LAMBDA_RUNTIME_API does not name a host and port.",
                remedy: "Lambda sets it. Elsewhere, give one event with --event.")
        }
        return runtime
    }
}
