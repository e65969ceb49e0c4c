package import AWS
import Jobs
import Logging

/// Gets events from the Lambda runtime, one after another, and answers each.
package struct FunctionLoop: Sendable {
    /// A runtime that cannot be reached so often in a row is gone.
    private static let failureCountMax = 5

    private let runtime: LambdaRuntime
    private let name: FunctionName
    private let context: FunctionContext

    package init(runtime: LambdaRuntime, name: FunctionName, context: FunctionContext) {
        self.runtime = runtime
        self.name = name
        self.context = context
    }

    /// Ends when the runtime is gone, or the caller is cancelled.
    package func run() async {
        var failureCount = 0
        while !Task.isCancelled, failureCount < Self.failureCountMax {
            let invocation: LambdaInvocation
            do {
                invocation = try await runtime.next()
            } catch {
                failureCount += 1
                context.logger.warning(
                    "no event from the Lambda runtime", metadata: ["reason": "\(error.message)"])
                continue
            }
            failureCount = 0
            await answer(invocation)
        }
    }

    private func answer(_ invocation: LambdaInvocation) async {
        var output: String?
        var failure: JobFailure?
        do throws(JobFailure) {
            output = try await FunctionRunner.run(
                name, event: invocation.payload, context: context)
        } catch {
            failure = error
            var logger = context.logger
            EventRun.identity(of: invocation.payload).mark(&logger)
            logger.error(
                "failed",
                metadata: [
                    "request": "\(invocation.id)", "error": "\(error.name.rawValue)",
                    "reason": "\(error.message)",
                ])
        }
        do throws(TransportError) {
            if let failure {
                try await runtime.fail(
                    invocation, name: failure.name.rawValue,
                    message: [failure.message, failure.place.text, failure.remedy]
                        .compactMap { $0 }.joined(separator: " "))
            } else {
                try await runtime.respond(to: invocation, output: output ?? "null")
            }
        } catch {
            context.logger.error(
                "the Lambda runtime took no answer", metadata: ["reason": "\(error.message)"])
        }
    }
}
