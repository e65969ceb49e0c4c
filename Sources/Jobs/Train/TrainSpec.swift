import Columns
package import Evaluation
package import ObjectStores
import LinearModels
import Objectives
package import Trees

/// What `train` is asked to do, checked.
package struct TrainSpec: Sendable {
    package enum Algorithm: Sendable {
        case trees(BoostingParameters, ObjectiveSpec)
        case linear(LinearParameters)
    }

    package let data: [ObjectURL]
    package let validData: [ObjectURL]
    package let validFraction: Double
    package let target: String
    package let weight: String?
    /// The column that says which rows are ranked together.
    package let query: String?
    /// Columns of raw scores to start from: none, or one for each output.
    package let initScores: [String]
    package let classWeights: ClassWeights
    /// The level of quantiles, or where Huber's loss turns; for metrics.
    package let alpha: Double?
    /// What the caller says; nil for as many as the target has.
    package let classCount: Int?
    /// Empty: every usable column.
    package private(set) var features: [String]
    package private(set) var ignoreFeatures: [String]
    package private(set) var categoricalFeatures: [String]
    /// Rounds from one snapshot of the model to the next; 0 for none.
    package let snapshotFreq: Int
    /// A model to go on from.
    package let initModel: ObjectURL?
    package let output: ObjectURL
    package private(set) var algorithm: Algorithm
    /// How the number of rounds is chosen; nil: as it is given.
    package let crossValidation: CrossValidationSpec?
    package let constraints: TreeConstraints
    package let binLimits: BinLimits
    package let encoding: CategoricalEncoding
    package let seed: UInt64
    /// Empty: those of the objective.
    package let metrics: [Metric]
    /// nil: where the runner wants it, if at all.
    package let checkpoint: ObjectURL?
    package let checkpointInterval: CheckpointInterval
    /// What was asked for, as far as the model depends on it.
    package let identity: [String: String]
    /// Whether `report.html` goes beside the model.
    package let writesReport: Bool
    package let calibration: CalibrationSpec?
    /// Whether statistics are written instead of a model.
    package let isPartial: Bool
    /// nil keeps all rows.
    package let filter: String?

    /// - Parameter holdsOutRows: whether the caller itself has rows to validate on.
    package init(_ values: JobValues, holdsOutRows: Bool = false) throws {
        data = try values.urls("data")
        validData = try values.list("valid_data").map { try ObjectURL(parsing: $0) }
        validFraction = try values.number("valid_fraction", default: 0)
        guard validData.isEmpty || validFraction == 0 else {
            throw values.wrong(
                "valid_fraction", "it cannot be combined with validation data of their own")
        }
        target = try values.requiredText("target")
        weight = try values.text("weight")
        query = try values.text("query")
        initScores = try values.list("init_score")
        classWeights = try ClassWeights(values)
        let alphas = try values.alphas()
        alpha = alphas.count == 1 ? alphas[0] : nil
        classCount = try values.optionalInteger("num_class")
        features = try values.list("features")
        ignoreFeatures = try values.list("ignore_features")
        categoricalFeatures = try values.list("categorical_feature")
        snapshotFreq = try values.integer("snapshot_freq", default: 0)
        initModel = try values.text("init_model").map { try ObjectURL(parsing: $0) }
        output = try ObjectURL(parsing: try values.requiredText("output"))
        seed = UInt64(try values.integer("seed", default: 0))
        constraints = try TreeConstraints(values)
        binLimits = try BinLimits(values)
        metrics = try values.metrics()
        checkpoint = try values.text("checkpoint").map { try ObjectURL(parsing: $0) }
        checkpointInterval = try values.checkpointInterval()
        identity = values.identity
        writesReport = try values.text("report") != "never"
        filter = try values.text("filter")
        switch try values.text("algorithm") ?? "gbdt" {
        case "linear":
            algorithm = .linear(try LinearParameters.read(values))
        default:
            algorithm = try Self.trees(values, seed: seed)
        }
        if initModel != nil {
            guard initScores.isEmpty else {
                throw values.wrong("init_model", "it cannot be combined with init_score")
            }
            guard case .trees = algorithm else {
                throw values.wrong("init_model", "it belongs to --algorithm gbdt")
            }
        }
        crossValidation = try CrossValidationSpec.read(values, algorithm: algorithm)
        encoding = try Self.encoding(
            values, algorithm: algorithm, isShared: crossValidation != nil || holdsOutRows)
        calibration = try CalibrationSpec.read(values, algorithm: algorithm)
        isPartial = try values.flag("partial")
        if isPartial { try checkPartial(values) }
        let stopsEarly: Bool =
            if case .trees(let parameters, _) = algorithm {
                parameters.earlyStoppingRound > 0
            } else { false }
        if case .trees(_, .quantile) = algorithm {} else { _ = try values.alpha() }
        if case .trees(_, .lambdarank) = algorithm, query == nil { throw values.missing("query") }
        let isValidated =
            holdsOutRows || validFraction > 0 || !validData.isEmpty || crossValidation != nil
        guard !stopsEarly || isValidated else {
            throw values.wrong(
                "early_stopping_round",
                "it needs rows to validate on: valid_data, valid_fraction or cv")
        }
    }

    /// The same for a training of exactly so many rounds.
    func refitting(rounds: Int) -> TrainSpec {
        guard case .trees(var parameters, let objective) = algorithm else { return self }
        parameters.numIterations = rounds
        parameters.earlyStoppingRound = 0
        var spec = self
        spec.algorithm = .trees(parameters, objective)
        return spec
    }

    func replacingFeatures(_ names: [String], categorical: [String]) -> TrainSpec {
        var spec = self
        spec.features = names
        spec.ignoreFeatures = []
        spec.categoricalFeatures = categorical
        return spec
    }

    /// - Throws: `configInvalid` for what cannot be put together of parts.
    private func checkPartial(_ values: JobValues) throws {
        guard case .linear(let parameters) = algorithm, !parameters.isIterative else {
            throw values.wrong(
                "partial", "only ridge, lasso and elasticnet of the linear algorithm have parts")
        }
        guard !parameters.encoding.asksForTarget else {
            throw values.wrong(
                "categorical_encoding",
                "target needs all rows at once; with partial categories are onehot")
        }
        guard calibration == nil, validFraction == 0, validData.isEmpty, metrics.isEmpty else {
            throw values.wrong(
                "partial",
                "parts are not scored: leave interval, valid_fraction, valid_data and metric out")
        }
    }

    /// - Parameter isShared: whether rows held out share the bins of those that are learnt from.
    private static func encoding(
        _ values: JobValues, algorithm: Algorithm, isShared: Bool
    ) throws -> CategoricalEncoding {
        guard case .trees = algorithm else { return CategoricalEncoding() }
        let asked = try CategoricalEncoding(values)
        return isShared ? try asked.withoutStatistics(values) : asked
    }

    private static func trees(_ values: JobValues, seed: UInt64) throws -> Algorithm {
        let objective = try ObjectiveSpec(values)
        let parameters = try boosting(values, seed: seed, objective: objective)
        return .trees(parameters, objective)
    }
}

extension TrainSpec.Algorithm {
    /// Whether the target is one of some classes.
    var isClassification: Bool {
        switch self {
        case .trees(_, .binary), .trees(_, .multiclass): true
        case .trees: false
        case .linear(let parameters): parameters.isClassification
        }
    }

    /// Whether every class has an output of its own.
    var isMulticlass: Bool {
        switch self {
        case .trees(_, .multiclass): true
        case .trees: false
        case .linear(let parameters): parameters.objective == .multinomial
        }
    }
}

extension JobValues {
    func checkpointInterval() throws -> CheckpointInterval {
        guard let text = try text("checkpoint_interval") else { return .standard }
        guard let interval = CheckpointInterval(parsing: text) else {
            throw wrong(
                "checkpoint_interval", "'\(text)' is neither a time like 60s or 5m nor rounds")
        }
        return interval
    }

    /// URLs of which there must be at least one.
    func urls(_ name: String) throws -> [ObjectURL] {
        let urls = try list(name)
        guard !urls.isEmpty else { throw missing(name) }
        return try urls.map { try ObjectURL(parsing: $0) }
    }

    /// `0:0.1,100:0.05`
    func learningRateSchedule() throws -> [LearningRateStep] {
        let name = "learning_rate_schedule"
        var steps: [LearningRateStep] = []
        for part in try list(name) {
            let halves = part.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count == 2, let round = Int(halves[0]), let rate = Double(halves[1]),
                round >= 0, rate > 0, rate.isFinite
            else {
                throw wrong(name, "'\(part)' is not a round and a learning rate, like 100:0.05")
            }
            if let last = steps.last, last.fromRound >= round {
                throw wrong(name, "round \(round) does not come after round \(last.fromRound)")
            }
            steps.append(LearningRateStep(fromRound: round, learningRate: rate))
        }
        return steps
    }

    /// The metrics asked for; empty when the objective's own are wanted.
    func metrics() throws -> [Metric] {
        let ranks = try numbers("eval_at").map { rank in
            guard let count = Int(exactly: rank), (1...1_000_000).contains(count) else {
                throw wrong("eval_at", "\(rank) is not a whole number of at least 1")
            }
            return count
        }
        return try list("metric").flatMap { name -> [Metric] in
            if !ranks.isEmpty, name == "ndcg" { return ranks.map { .ndcg(at: $0) } }
            if !ranks.isEmpty, name == "map" {
                return ranks.map { .meanAveragePrecision(at: $0) }
            }
            guard let metric = try? Metric(name: name) else {
                let known = Metric.knownNames
                let nearest = NearestName.find(name, in: known).map { "; did you mean '\($0)'?" }
                throw wrong(
                    "metric",
                    "'\(name)' is none of \(known.joined(separator: ", "))\(nearest ?? "")")
            }
            return [metric]
        }
    }
}
