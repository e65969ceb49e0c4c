import ArgumentParser
import Jobs

/// `martlet tune`
struct TuneCommand: JobArguments {
    static let command = JobCommand.tune
    static let configuration = CommandConfiguration(
        commandName: "tune",
        abstract: "Search for parameters of boosted trees, and train the best on all rows.",
        discussion: """
            Trials are measured on rows held back (--valid-fraction, by default a fifth), on \
            --valid-data, or by --cv folds; the data are read and binned once. Writes the model, \
            its report, trials.json and trials.parquet. The same seed gives the same bytes, on one \
            machine or with a task for each trial (--stage).

            EXAMPLES:
              martlet tune --data shards --target age --num-iterations 500 \\
                --early-stopping-round 20 --trials 30 --output model
              martlet tune --data shards --target age --cv 5 --trials 27 \\
                --strategy halving --output model \\
                --space '{"num_leaves": {"log_integer": [7, 255]}, "max_bin": [63, 255]}'
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Search") var search: SearchOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Growth") var growth: GrowthOptions
    @OptionGroup(title: "Calibration") var calibration: CalibrationOptions

    var values: [String: ParameterValue] {
        values(of: [shared, data, search, objective, model, growth, calibration])
    }
}
