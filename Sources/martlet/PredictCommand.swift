import ArgumentParser
import Jobs

/// `martlet predict`
struct PredictCommand: JobArguments {
    static let command = JobCommand.predict
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Score Parquet shards with a model.",
        discussion: """
            Writes one Parquet object for each shard, with its rows in their order: the --id and \
            --keep columns as they came, then `prediction`, and with two quantile models \
            `prediction_lower` and `prediction_upper`. Nothing is visible until all is written.
            With --contributions each feature's share of the raw score is written, and the expected \
            value that the shares are added to; both together are the raw score.

            EXAMPLES:
              martlet predict --model model --data shards --id id --output predictions
              martlet predict --model model --data shards --id id --contributions \
                --output explained
              martlet predict --model s3://models/age/ --lower-model s3://models/q10/ \\
                --upper-model s3://models/q90/ --data s3://lake/people/ --id id \\
                --output s3://lake/ages/
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Model and data") var models: ModelURLOptions
    @OptionGroup(title: "Scoring") var scoring: ScoringOptions
    @OptionGroup(title: "Parquet") var format: ParquetOptions

    var values: [String: ParameterValue] { values(of: [shared, models, scoring, format]) }
}

/// What to score, and what to write.
struct ScoringOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the predictions go.", valueName: "url"))
    var output: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Columns that identify a row.", valueName: "column"))
    var id: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Further columns to copy to the output.", valueName: "column"))
    var keep: [String] = []

    @Flag(help: "Write raw scores: log odds of `binary`, logarithms of `poisson`.")
    var rawScore = false

    @Flag(help: "Write `leaf_<tree>`: the number of the leaf that the row falls into.")
    var leafIndex = false

    @Flag(help: "Write `contribution_<feature>` and `expected_value`: exact Shapley values.")
    var contributions = false

    @Flag(help: "Write `interaction_<feature>_<feature>`: exact Shapley interactions.")
    var interactions = false

    @Option(
        help: ArgumentHelp(
            "Whether to write a report beside the predictions: always or never. Default: always.",
            valueName: "when"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Leave out so many corrupt or alien shards, and list them in "
                + "_quarantine-predict.json, before giving up. Default: 0.", valueName: "n"))
    var maxBadShards: String?
}
