import ArgumentParser
import Jobs

/// `martlet train`
struct TrainCommand: JobArguments {
    static let command = JobCommand.train
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train boosted trees or a linear model on Parquet shards.",
        discussion: """
            The names of LightGBM, XGBoost and scikit-learn are understood too: --eta, \
            --n-estimators, --max-leaves, --reg-lambda, --subsample, --colsample-bytree.

            EXAMPLES:
              martlet train --data s3://lake/age/ --target age --ignore-features id \\
                --num-iterations 500 --valid-fraction 0.1 --early-stopping-round 20 \\
                --output s3://models/age/
              martlet train --data shards --target age --cv 5 --early-stopping-round 20 \\
                --output model
              martlet train --data shards --target age --objective quantile --alpha 0.9 \\
                --output upper
              martlet train --data shards --target species --objective multiclass --output model
              martlet train --data shards --target age --algorithm linear --output baseline
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Algorithm") var algorithm: AlgorithmOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Growth") var growth: GrowthOptions
    @OptionGroup(title: "Categories") var categories: CategoryOptions
    @OptionGroup(title: "Calibration") var calibration: CalibrationOptions
    @OptionGroup(title: "Checkpoints") var checkpoints: CheckpointOptions

    var values: [String: ParameterValue] {
        values(of: [
            shared, data, objective, algorithm, model, growth, categories, calibration, checkpoints,
        ])
    }
}

/// Which rows and columns to learn from.
struct TrainingDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Shards: an object, a folder or prefix, or a manifest (.json). Repeatable.",
            valueName: "url"))
    var data: [String] = []

    @Option(
        help: ArgumentHelp(
            "Rows to use: a condition such as \"age >= 18 AND country IN ('DE', 'FR')\".",
            valueName: "condition"))
    var filter: String?

    @Option(help: ArgumentHelp("The column to predict.", valueName: "column"))
    var target: String?

    @Option(help: ArgumentHelp("Where the model goes.", valueName: "url"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Write report.html beside the model: always (default) or never.", valueName: "when"))
    var report: String?

    @Option(help: ArgumentHelp("The column of sample weights.", valueName: "column"))
    var weight: String?

    @Option(
        help: ArgumentHelp(
            "The columns to learn from. Default: every usable one.", valueName: "a,b,…"))
    var features: [String] = []

    @Option(help: ArgumentHelp("Columns to leave out.", valueName: "a,b,…"))
    var ignoreFeatures: [String] = []

    @Option(
        help: ArgumentHelp(
            "Columns to treat as categories, besides the text columns.", valueName: "a,b,…"))
    var categoricalFeature: [String] = []

    @Option(help: ArgumentHelp("Shards to validate on. Repeatable.", valueName: "url"))
    var validData: [String] = []

    @Option(
        help: ArgumentHelp("Share of the rows to validate on. Default: 0.", valueName: "share"))
    var validFraction: String?

    @Option(
        help: ArgumentHelp(
            "Folds of a cross-validation that chooses the number of rounds.", valueName: "k"))
    var cv: String?

    @Option(
        help: ArgumentHelp(
            "The column whose equal values stay in one fold.", valueName: "column"))
    var cvGroup: String?

    @Option(
        help: ArgumentHelp(
            "Metrics to report; the first decides about early stopping.", valueName: "a,b,…"))
    var metric: [String] = []

    @Option(help: ArgumentHelp("The start of every random choice. Default: 0.", valueName: "n"))
    var seed: String?
}

/// How to fit.
struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Rounds of boosting. Default: 100.", valueName: "n"))
    var numIterations: String?

    @Option(help: ArgumentHelp("How much of each tree is taken. Default: 0.1.", valueName: "x"))
    var learningRate: String?

    @Option(help: ArgumentHelp("Leaves of a tree at most. Default: 31.", valueName: "n"))
    var numLeaves: String?

    @Option(
        help: ArgumentHelp("Depth of a tree at most, -1: no limit. Default: -1.", valueName: "n"))
    var maxDepth: String?

    @Option(help: ArgumentHelp("Bins of a feature at most. Default: 255.", valueName: "n"))
    var maxBin: String?

    @Option(help: ArgumentHelp("Rows of a leaf at least. Default: 20.", valueName: "n"))
    var minDataInLeaf: String?

    @Option(
        help: ArgumentHelp("Sum of hessians of a leaf at least. Default: 0.001.", valueName: "x"))
    var minSumHessianInLeaf: String?

    @Option(help: ArgumentHelp("L1 regularisation. Default: 0.", valueName: "x"))
    var lambdaL1: String?

    @Option(
        help: ArgumentHelp(
            "L2 regularisation, or auto for linear. Default: 0; for linear 1.",
            valueName: "x"))
    var lambdaL2: String?

    @Option(help: ArgumentHelp("Loss reduction of a split at least. Default: 0.", valueName: "x"))
    var minGainToSplit: String?

    @Option(
        help: ArgumentHelp("Share of the rows that a tree sees. Default: 1.", valueName: "share"))
    var baggingFraction: String?

    @Option(
        help: ArgumentHelp("Choose the rows anew every n trees. Default: 0, off.", valueName: "n"))
    var baggingFreq: String?

    @Option(
        help: ArgumentHelp(
            "Share of the features that a tree sees. Default: 1.", valueName: "share"))
    var featureFraction: String?

    @Option(
        help: ArgumentHelp(
            "Stop after n rounds without a better first metric. Default: 0, off.", valueName: "n"))
    var earlyStoppingRound: String?

    @Option(
        help: ArgumentHelp(
            "Improvement that counts for early stopping. Default: 0.", valueName: "x"))
    var earlyStoppingMinDelta: String?

    @Option(
        help: ArgumentHelp(
            "Learning rates by the round they begin with: 0:0.1,100:0.05.", valueName: "n:x,…"))
    var learningRateSchedule: [String] = []
}
