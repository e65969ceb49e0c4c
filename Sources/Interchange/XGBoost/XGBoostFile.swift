/// An XGBoost model, taken apart.
struct XGBoostFile {
    static let featureCountMax = 200_000
    static let outputCountMax = 1 << 16

    /// `3.2.0`
    let version: String
    let objective: String
    /// The level of `reg:quantileerror`; nil where there are several.
    let alpha: Double?
    /// As the objective's predictions are, one for each output.
    let baseScores: [Double]
    let featureNames: [String]
    /// `c` for categories, anything else for a number; empty when not recorded.
    let featureTypes: [String]
    /// Names of the categories by feature (3.1 and later), nil where there are none.
    let categoryNames: [XGBoostCategories?]
    private(set) var trees: [XGBoostTree] = []
    /// The output that each tree adds to; of one whose leaves are vectors nothing.
    private(set) var outputs: [Int] = []
    /// What each tree is multiplied by (`dart`); empty for 1.
    private(set) var weights: [Double] = []

    /// Targets of several numbers at once (`num_target`), rather than classes.
    let hasSeveralTargets: Bool

    var outputCount: Int { baseScores.count }

    /// - Throws: `outOfSpec` with the key, `unsupported` by name, `limitExceeded`.
    init(_ document: DocumentValue) throws(InterchangeError) {
        guard let learner = document["learner"] else {
            let isDump = document["tree_info"] != nil && document["name"]?.string == "tree"
            throw InterchangeError(
                isDump ? .unsupported : .outOfSpec,
                isDump
                    ? "it is LightGBM's `dump_model`; `save_model` writes what is read"
                    : "it has no member `learner`")
        }
        version = (document["version"]?.numbers ?? []).map { "\(Int64(exactly: $0) ?? 0)" }
            .joined(separator: ".")
        guard let name = learner["objective"]?["name"]?.string else {
            throw InterchangeError(.outOfSpec, "`learner.objective.name` is missing")
        }
        objective = name
        let levels =
            learner["objective"]?["quantile_loss_param"]?["quantile_alpha"]?.string
            .flatMap { Self.list($0) } ?? []
        alpha = levels.count == 1 ? levels[0] : nil
        baseScores = try Self.baseScores(of: learner, objective: name)
        hasSeveralTargets =
            (learner["learner_model_param"]?.integer("num_target") ?? 1) > 1
        let names = learner["feature_names"]?.strings ?? []
        guard let count = learner["learner_model_param"]?.integer("num_feature"), count >= 0 else {
            throw InterchangeError(
                .outOfSpec, "`learner.learner_model_param.num_feature` is no count")
        }
        guard count <= Self.featureCountMax else {
            throw InterchangeError(
                .limitExceeded, "\(count) features are more than \(Self.featureCountMax)")
        }
        featureTypes = learner["feature_types"]?.strings ?? []
        guard names.isEmpty || names.count == count,
            featureTypes.isEmpty || featureTypes.count == count
        else {
            throw InterchangeError(
                .outOfSpec,
                "there are \(names.count) `feature_names` and \(featureTypes.count) "
                    + "`feature_types` for \(count) features")
        }
        featureNames = names.isEmpty ? (0..<count).map { "f\($0)" } : names
        guard var booster = learner["gradient_booster"] else {
            throw InterchangeError(.outOfSpec, "`learner.gradient_booster` is missing")
        }
        switch booster["name"]?.string {
        case "gbtree": break
        case "dart":
            weights = try booster.numbers("weight_drop", in: "learner.gradient_booster")
            booster = booster["gbtree"] ?? .null
        case let name:
            throw InterchangeError(
                .unsupported,
                "the booster `\(name ?? "")` is not read; `gbtree` and `dart` are")
        }
        categoryNames = try XGBoostCategories.read(booster["model"]?["cats"], count: count)
        try readTrees(booster["model"] ?? .null)
    }

    private mutating func readTrees(_ model: DocumentValue) throws(InterchangeError) {
        let path = "learner.gradient_booster.model"
        guard let documents = model["trees"]?.elements else {
            throw InterchangeError(.outOfSpec, "`\(path).trees` is no array")
        }
        for output in try model.numbers("tree_info", in: path, count: documents.count) {
            guard let output = Int(exactly: output), (0..<outputCount).contains(output) else {
                throw InterchangeError(
                    .outOfSpec,
                    "`\(path).tree_info` names an output \(output) of \(outputCount)")
            }
            outputs.append(output)
        }
        guard weights.isEmpty || weights.count == documents.count else {
            throw InterchangeError(
                .outOfSpec, "there are \(weights.count) `weight_drop` for \(documents.count) trees")
        }
        for (index, document) in documents.enumerated() {
            trees.append(try XGBoostTree(document, index: index, outputCount: outputCount))
        }
    }

    /// `5E-1`, or `[5E-1,1E0]` since 3.1; one for each output.
    private static func baseScores(
        of learner: DocumentValue, objective: String
    ) throws(InterchangeError) -> [Double] {
        let parameters = learner["learner_model_param"] ?? .null
        let targetCount = max(parameters.integer("num_target") ?? 1, 1)
        let classCount = max(parameters.integer("num_class") ?? 0, 1)
        guard targetCount == 1 || classCount == 1 else {
            throw InterchangeError(
                .unsupported, "it has \(targetCount) targets of \(classCount) classes each")
        }
        let count = max(targetCount, classCount)
        guard count <= outputCountMax else {
            throw InterchangeError(
                .limitExceeded, "\(count) classes or targets are more than \(outputCountMax)")
        }
        guard let text = parameters["base_score"]?.string, let scores = list(text),
            scores.count == 1 || scores.count == count
        else {
            throw InterchangeError(
                .outOfSpec, "`learner.learner_model_param.base_score` is no list of numbers")
        }
        return scores.count == count
            ? scores : [Double](repeating: scores[0], count: count)
    }

    /// The numbers of `0.5`, `[0.5]` or `[0.1,0.9]`, rounded to floats.
    private static func list(_ text: String) -> [Double]? {
        let words = text.filter { $0 != "[" && $0 != "]" && $0 != " " }.split(separator: ",")
        let numbers = words.compactMap { Float($0).map { Double($0) } }
        return numbers.count == words.count && !numbers.isEmpty ? numbers : nil
    }
}
