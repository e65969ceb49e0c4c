import ArgumentParser
import Functions

/// `martlet lambda`
struct LambdaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lambda",
        abstract: "Serve one of the pipeline's Lambda functions.",
        discussion: """
            Gets events from the Lambda Runtime API (AWS_LAMBDA_RUNTIME_API) until it is ended. \
            With --event it answers that one event and ends.

            EXAMPLES:
              martlet lambda plan
              martlet lambda plan --event '{"data":["score"],"output":"plan"}'
            """)

    @OptionGroup var shared: SharedOptions

    @Argument(
        help: "\(FunctionName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var function: FunctionName

    @Option(help: ArgumentHelp("Answer this event, and end.", valueName: "json"))
    var event: String?
}

extension FunctionName: ExpressibleByArgument {}
