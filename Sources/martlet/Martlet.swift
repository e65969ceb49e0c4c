import ArgumentParser

/// The command line of `martlet`.
struct Martlet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Trains and scores gradient-boosted trees and linear models on Parquet shards.",
        discussion: """
            Shards are read from S3 or from a folder; models and predictions are written back \
            whole or not at all. A waiting Step Functions task (TASK_TOKEN) is answered.

            Parameters come from the command line, then the environment (MARTLET_LEARNING_RATE \
            for --learning-rate), then the job file (--job, MARTLET_JOB), then their defaults.

            EXAMPLES:
              martlet generate --rows 1000000 --output shards --shards 8
              martlet train --data shards --target age --ignore-features id --output model
              martlet predict --model model --data shards --id id --output predictions
              martlet inspect shards
            """,
        version: Version.description,
        subcommands: [
            TrainCommand.self, TuneCommand.self, ReduceCommand.self, PredictCommand.self,
            EvaluateCommand.self, InspectCommand.self, ConvertCommand.self, GenerateCommand.self,
            PlanCommand.self, LambdaCommand.self, DoctorCommand.self,
        ])

    @OptionGroup var shared: SharedOptions
}
