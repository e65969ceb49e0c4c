/// What governs boosting. Names and defaults are LightGBM's.
package struct BoostingParameters: Hashable, Sendable {
    /// Rounds, that is trees for each output: 1 or more.
    package var numIterations = 100
    /// Factor on each tree's values: greater than 0.
    package var learningRate = 0.1
    /// Learning rates that hold from a round (counted from 0) on, in place of `learningRate`;
    /// ascending rounds.
    package var learningRateSchedule: [LearningRateStep] = []
    /// Leaves of a tree at most: 2 to 131,072.
    package var numLeaves = 31
    /// Splits on the way to a leaf at most; 0 or less for no limit.
    package var maxDepth = -1
    /// Rows of a leaf at least: 0 or more. With hessians that differ the rows of a side are
    /// estimated from its share of the node's hessians.
    package var minDataInLeaf = 20
    /// Sum of hessians of a leaf at least: 0 or more.
    package var minSumHessianInLeaf = 1e-3
    /// L1 regularisation: 0 or more.
    package var lambdaL1 = 0.0
    /// L2 regularisation: 0 or more.
    package var lambdaL2 = 0.0
    /// Gain that a split needs: 0 or more.
    package var minGainToSplit = 0.0
    /// Largest absolute value of a leaf before the learning rate; 0 or less for no limit.
    package var maxDeltaStep = 0.0
    /// Rows that the value of the node above counts for in a leaf's own: 0 or more.
    package var pathSmooth = 0.0
    /// In which order leaves are split.
    package var growPolicy = GrowPolicy.lossguide
    /// (featureCount) 1 where scores may only rise with the feature, -1 where they may only fall,
    /// otherwise 0; empty for no constraints.
    package var monotoneConstraints: [Int] = []
    /// Groups of features that may stand on one way from the root to a leaf; features of no group
    /// are not split on. Empty for no constraints.
    package var interactionConstraints: [[Int]] = []
    /// Whether only one threshold of each feature, drawn at random, is tried at each node.
    package var extraTrees = false
    /// How the rows of a tree are chosen.
    package var sampleStrategy = SampleStrategy.bagging
    /// `goss`: share of the rows that are kept for their large gradients: greater than 0.
    package var topRate = 0.2
    /// `goss`: share of the rows that are drawn from the others: greater than 0; both together at
    /// most 1.
    package var otherRate = 0.1
    /// Share of the rows that a tree sees: greater than 0, at most 1.
    package var baggingFraction = 1.0
    /// Rounds after which rows are drawn anew; 0 for no bagging.
    package var baggingFreq = 0
    /// Share of the features that a tree sees: greater than 0, at most 1.
    package var featureFraction = 1.0
    /// Share of the tree's features that a node sees: greater than 0, at most 1.
    package var featureFractionByNode = 1.0
    /// Rounds without a better validation metric after which training ends; 0 for never.
    package var earlyStoppingRound = 0
    /// Improvement that counts for early stopping: 0 or more.
    package var earlyStoppingMinDelta = 0.0

    /// Added to a category's hessian when categories are put in order: 0 or more.
    package var catSmooth = 10.0
    /// L2 regularisation of splits into sets of categories: 0 or more.
    package var catL2 = 10.0
    /// Categories on the smaller side of a split at most: 1 or more.
    package var maxCatThreshold = 32
    /// Rows that a group of categories holds at least: 1 or more.
    package var minDataPerGroup = 100
    /// Features of at most so many categories are split one against the rest: 1 or more.
    package var maxCatToOnehot = 4

    /// Draws rows and features.
    package var seed: UInt64 = 0

    package init() {}

    /// The learning rate of a round, counted from 0.
    package func learningRate(round: Int) -> Double {
        learningRateSchedule.last { $0.fromRound <= round }?.learningRate ?? learningRate
    }

    /// - Throws: `invalidParameter`, naming the parameter and its range.
    package func validate() throws(TreesError) {
        try require("num_iterations", numIterations >= 1, numIterations, "1 or more")
        try require("learning_rate", learningRate > 0, learningRate, "greater than 0")
        for step in learningRateSchedule {
            try require(
                "learning_rate_schedule", step.learningRate > 0, step.learningRate,
                "greater than 0")
            try require(
                "learning_rate_schedule", step.fromRound >= 0, step.fromRound, "0 or more")
        }
        try require(
            "num_leaves", (2...131_072).contains(numLeaves), numLeaves, "between 2 and 131,072")
        try require("min_data_in_leaf", minDataInLeaf >= 0, minDataInLeaf, "0 or more")
        try require(
            "min_sum_hessian_in_leaf", minSumHessianInLeaf >= 0, minSumHessianInLeaf, "0 or more")
        try require("lambda_l1", lambdaL1 >= 0, lambdaL1, "0 or more")
        try require("lambda_l2", lambdaL2 >= 0, lambdaL2, "0 or more")
        try require("min_gain_to_split", minGainToSplit >= 0, minGainToSplit, "0 or more")
        try require("max_delta_step", !maxDeltaStep.isNaN, maxDeltaStep, "a number")
        try require("path_smooth", pathSmooth >= 0, pathSmooth, "0 or more")
        try require(
            "min_data_in_leaf", pathSmooth == 0 || minDataInLeaf >= 2, minDataInLeaf,
            "2 or more with path_smooth")
        try requireFraction("bagging_fraction", baggingFraction)
        try require("bagging_freq", baggingFreq >= 0, baggingFreq, "0 or more")
        if sampleStrategy == .goss {
            try requireFraction("top_rate", topRate)
            try requireFraction("other_rate", otherRate)
            try require(
                "other_rate", topRate + otherRate <= 1, otherRate, "at most 1 less top_rate")
            try require(
                "bagging_freq", baggingFreq == 0 || baggingFraction == 1, baggingFreq,
                "0 with data_sample_strategy goss")
        }
        try requireFraction("feature_fraction", featureFraction)
        try requireFraction("feature_fraction_bynode", featureFractionByNode)
        try require(
            "early_stopping_round", earlyStoppingRound >= 0, earlyStoppingRound, "0 or more")
        try require(
            "early_stopping_min_delta", earlyStoppingMinDelta >= 0, earlyStoppingMinDelta,
            "0 or more")
        try require("cat_smooth", catSmooth >= 0, catSmooth, "0 or more")
        try require("cat_l2", catL2 >= 0, catL2, "0 or more")
        try require("max_cat_threshold", maxCatThreshold >= 1, maxCatThreshold, "1 or more")
        try require("min_data_per_group", minDataPerGroup >= 1, minDataPerGroup, "1 or more")
        try require("max_cat_to_onehot", maxCatToOnehot >= 1, maxCatToOnehot, "1 or more")
    }

    private func requireFraction(_ name: String, _ value: Double) throws(TreesError) {
        try require(name, value > 0 && value <= 1, value, "greater than 0 and at most 1")
    }

    private func require(
        _ name: String, _ isValid: Bool, _ value: Int, _ range: String
    ) throws(TreesError) {
        guard isValid else {
            throw TreesError(
                .invalidParameter, "Parameter \(name) is \(value); it must be \(range).")
        }
    }

    private func require(
        _ name: String, _ isValid: Bool, _ value: Double, _ range: String
    ) throws(TreesError) {
        guard isValid, value.isFinite else {
            throw TreesError(
                .invalidParameter, "Parameter \(name) is \(value); it must be finite and \(range).")
        }
    }
}
