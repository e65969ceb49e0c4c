import Models
import ObjectStores
import Trees

/// Every parameter that a training used, defaults included, as the model remembers them.
enum ParameterRecord {
    /// - Parameter rounds: those that were chosen, where the parameters did not say.
    static func values(of spec: TrainSpec, rounds: Int? = nil) -> [String: JSONValue] {
        if let rounds { return values(of: spec.refitting(rounds: rounds)) }
        var values: [String: JSONValue] = [
            "seed": .number(Double(spec.seed)),
            "target": .string(spec.target),
            "valid_fraction": .number(spec.validFraction),
        ]
        values.merge(spec.calibration?.record ?? [:]) { _, new in new }
        if let folds = spec.crossValidation {
            values["cv"] = .number(Double(folds.foldCount))
            if let group = folds.group { values["cv_group"] = .string(group) }
        }
        if let weight = spec.weight { values["weight"] = .string(weight) }
        if let model = spec.initModel { values["init_model"] = .string(model.description) }
        if let filter = spec.filter { values["filter"] = .string(filter) }
        if let query = spec.query { values["query"] = .string(query) }
        if !spec.initScores.isEmpty {
            values["init_score"] = .array(spec.initScores.map { .string($0) })
        }
        switch spec.classWeights {
        case .none: break
        case .balanced: values["class_weight"] = .string("balanced")
        case .named(let weights):
            values["class_weight"] = .object(weights.mapValues { .number($0) })
        }
        switch spec.algorithm {
        case .linear(let parameters): values.merge(parameters.record) { _, new in new }
        case .trees(let parameters, let objective):
            values.merge(boosting(parameters, of: spec)) { _, new in new }
            values.merge(objective.record) { _, new in new }
        }
        return values
    }

    private static func boosting(
        _ parameters: BoostingParameters, of spec: TrainSpec
    ) -> [String: JSONValue] {
        var values: [String: JSONValue] = [
            "num_iterations": .number(Double(parameters.numIterations)),
            "learning_rate": .number(parameters.learningRate),
            "num_leaves": .number(Double(parameters.numLeaves)),
            "max_depth": .number(Double(parameters.maxDepth)),
            "max_bin": .number(Double(spec.binLimits.maxBin)),
            "min_data_in_leaf": .number(Double(parameters.minDataInLeaf)),
            "min_sum_hessian_in_leaf": .number(parameters.minSumHessianInLeaf),
            "lambda_l1": .number(parameters.lambdaL1),
            "lambda_l2": .number(parameters.lambdaL2),
            "min_gain_to_split": .number(parameters.minGainToSplit),
            "max_delta_step": .number(parameters.maxDeltaStep),
            "path_smooth": .number(parameters.pathSmooth),
            "grow_policy": .string(parameters.growPolicy.rawValue),
            "extra_trees": .bool(parameters.extraTrees),
            "feature_fraction_bynode": .number(parameters.featureFractionByNode),
            "data_sample_strategy": .string(parameters.sampleStrategy.rawValue),
            "bagging_fraction": .number(parameters.baggingFraction),
            "bagging_freq": .number(Double(parameters.baggingFreq)),
            "feature_fraction": .number(parameters.featureFraction),
            "early_stopping_round": .number(Double(parameters.earlyStoppingRound)),
            "early_stopping_min_delta": .number(parameters.earlyStoppingMinDelta),
        ]
        if !parameters.learningRateSchedule.isEmpty {
            values["learning_rate_schedule"] = .array(
                parameters.learningRateSchedule.map {
                    .string("\($0.fromRound):\($0.learningRate)")
                })
        }
        if parameters.sampleStrategy == .goss {
            values["top_rate"] = .number(parameters.topRate)
            values["other_rate"] = .number(parameters.otherRate)
        }
        if !spec.binLimits.byColumn.isEmpty {
            values["max_bin_by_feature"] = .object(
                spec.binLimits.byColumn.mapValues { .number(Double($0)) })
        }
        values.merge(spec.encoding.record) { _, new in new }
        if !spec.binLimits.forced.isEmpty {
            values["forced_bins"] = .object(
                spec.binLimits.forced.mapValues { .array($0.map { .number($0) }) })
        }
        values.merge(constraints(spec.constraints)) { _, new in new }
        return values
    }

    private static func constraints(_ constraints: TreeConstraints) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        if !constraints.monotone.isEmpty {
            values["monotone_constraints"] = .object(
                constraints.monotone.mapValues { .number(Double($0)) })
        }
        if !constraints.interaction.isEmpty {
            values["interaction_constraints"] = .array(
                constraints.interaction.map { .array($0.map { .string($0) }) })
        }
        return values
    }
}
