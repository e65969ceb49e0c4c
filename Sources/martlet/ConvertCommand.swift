import ArgumentParser
import Jobs

/// `martlet convert`
struct ConvertCommand: JobArguments {
    static let command = JobCommand.convert
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Bring a model from another library, or write one for it.",
        discussion: """
            predict, evaluate and inspect read models of other libraries as they are; converting \
            them once makes them load faster.

            EXAMPLES:
              martlet convert --from lightgbm --model model.txt --output model
              martlet convert --from xgboost --model model.json --output model
              martlet convert --to lightgbm --model model --output model.txt
              martlet convert --to onnx --model model --output model.onnx
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Conversion") var conversion: ConversionOptions

    var values: [String: ParameterValue] { values(of: [shared, conversion]) }
}

/// What to convert, and into what.
struct ConversionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model to convert.", valueName: "url"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "lightgbm, xgboost or onnx. Default: what the content says.", valueName: "library"))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "martlet, lightgbm, xgboost or onnx. Default: martlet.", valueName: "library"))
    var to: String?

    @Option(help: ArgumentHelp("Where the converted model goes.", valueName: "url"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The column that the model predicts, for `evaluate`. Default: the model's, or "
                + "`target`.", valueName: "column"))
    var target: String?
}
