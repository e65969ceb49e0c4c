import ArgumentParser
import Jobs

/// `martlet evaluate`
struct EvaluateCommand: JobArguments {
    static let command = JobCommand.evaluate
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure a model on shards whose target is known.",
        discussion: """
            EXAMPLES:
              martlet evaluate --model model --data test
              martlet evaluate --model model --data test --metric rmse,mae,within_3 --json
              martlet evaluate --model model --data test --output evaluation
              martlet evaluate --model model --lower-model q10 --upper-model q90 --data test
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Model and data") var models: ModelURLOptions
    @OptionGroup(title: "Evaluation") var evaluation: EvaluationOptions

    var values: [String: ParameterValue] { values(of: [shared, models, evaluation]) }
}

/// What to measure, and on what.
struct EvaluationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The column with the truth. Default: the model's target.", valueName: "column"))
    var target: String?

    @Option(help: ArgumentHelp("The column of sample weights.", valueName: "column"))
    var weight: String?

    @Option(
        help: ArgumentHelp(
            "A folder for report.html and metrics.json. Default: none is written.",
            valueName: "url"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Metrics to report. Default: those of the model's objective.", valueName: "a,b,…"))
    var metric: [String] = []

    @Option(
        help: ArgumentHelp(
            "The column of queries, for rankings. Default: the model's.", valueName: "column"))
    var query: String?

    @Option(
        help: ArgumentHelp("Ranks for the metrics ndcg and map. Default: 5,10.", valueName: "k,…"))
    var evalAt: [String] = []

    @Option(
        help: ArgumentHelp("The quantile of `pinball`. Default: the model's.", valueName: "q"))
    var alpha: String?

    @Flag(
        help: "Say what the first metric loses when each feature's values are shuffled.")
    var permutationImportance = false

    @Option(
        help: ArgumentHelp("Columns whose values get metrics of their own.", valueName: "a,b,…"))
    var by: [String] = []
}
