import Trees

extension TrainSpec {
    static func boosting(
        _ values: JobValues, seed: UInt64, objective: ObjectiveSpec
    ) throws -> BoostingParameters {
        var parameters = BoostingParameters()
        parameters.seed = seed
        parameters.numIterations = try values.integer(
            "num_iterations", default: parameters.numIterations)
        parameters.learningRate = try values.number(
            "learning_rate", default: parameters.learningRate)
        parameters.learningRateSchedule = try values.learningRateSchedule()
        parameters.earlyStoppingRound = try values.integer(
            "early_stopping_round", default: parameters.earlyStoppingRound)
        parameters.earlyStoppingMinDelta = try values.number(
            "early_stopping_min_delta", default: parameters.earlyStoppingMinDelta)
        try readGrowth(values, into: &parameters)
        try readRegularisation(values, into: &parameters)
        try readSampling(values, into: &parameters)
        parameters.catSmooth = try values.number("cat_smooth", default: parameters.catSmooth)
        try parameters.validate()
        if case .multiclass = objective, values.isSet("monotone_constraints") {
            throw values.wrong(
                "monotone_constraints",
                "the probabilities of several classes cannot all rise together; use binary")
        }
        return parameters
    }

    private static func readGrowth(
        _ values: JobValues, into parameters: inout BoostingParameters
    ) throws {
        parameters.maxDepth = try values.integer("max_depth", default: parameters.maxDepth)
        parameters.growPolicy =
            try values.text("grow_policy").flatMap(GrowPolicy.init) ?? parameters.growPolicy
        // A level that has been begun is finished, unless the number of leaves is limited too.
        let isFixedDepth = parameters.growPolicy == .depthwise && parameters.maxDepth > 0
        let leafCountMax = isFixedDepth ? 1 << min(parameters.maxDepth, 17) : parameters.numLeaves
        parameters.numLeaves = try values.integer("num_leaves", default: leafCountMax)
        parameters.extraTrees = try values.flag("extra_trees")
        parameters.minDataInLeaf = try values.integer(
            "min_data_in_leaf", default: parameters.minDataInLeaf)
        parameters.minSumHessianInLeaf = try values.number(
            "min_sum_hessian_in_leaf", default: parameters.minSumHessianInLeaf)
        parameters.minGainToSplit = try values.number(
            "min_gain_to_split", default: parameters.minGainToSplit)
    }

    private static func readRegularisation(
        _ values: JobValues, into parameters: inout BoostingParameters
    ) throws {
        parameters.lambdaL1 = try values.number("lambda_l1", default: parameters.lambdaL1)
        parameters.lambdaL2 = try values.number("lambda_l2", default: parameters.lambdaL2)
        parameters.maxDeltaStep = try values.number(
            "max_delta_step", default: parameters.maxDeltaStep)
        parameters.pathSmooth = try values.number("path_smooth", default: parameters.pathSmooth)
    }

    private static func readSampling(
        _ values: JobValues, into parameters: inout BoostingParameters
    ) throws {
        parameters.sampleStrategy =
            try values.text("data_sample_strategy").flatMap(SampleStrategy.init) ?? .bagging
        for name in ["top_rate", "other_rate"]
        where values.isSet(name) && parameters.sampleStrategy != .goss {
            throw values.wrong(name, "it belongs to data_sample_strategy goss")
        }
        parameters.topRate = try values.number("top_rate", default: parameters.topRate)
        parameters.otherRate = try values.number("other_rate", default: parameters.otherRate)
        parameters.baggingFraction = try values.number(
            "bagging_fraction", default: parameters.baggingFraction)
        parameters.baggingFreq = try values.integer(
            "bagging_freq", default: parameters.baggingFreq)
        parameters.featureFraction = try values.number(
            "feature_fraction", default: parameters.featureFraction)
        parameters.featureFractionByNode = try values.number(
            "feature_fraction_bynode", default: parameters.featureFractionByNode)
    }
}
