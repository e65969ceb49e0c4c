import Binning
import Columns
import Logging
import Models
import Objectives
import Threads
import Trees

/// Statistics of categories: chosen, computed and binned before the trees grow.
extension BoostedTraining {
    /// What a training has learned of its categories.
    struct LearnedStatistics: Sendable {
        let learner: StatisticLearner
        let statistics: [TargetStatistic]
        let bins: [FeatureBins]
    }

    /// The features as trees read them.
    var features: FeatureSchema {
        FeatureSchema(data.features.features, statistics: statistics)
    }

    /// Memory for the codes that statistics may be made of; nil where there will be none.
    func statisticCodes() -> CategoryCodes? {
        let needed =
            initial.map { $0.artifact.features.statistics.flatMap(\.features) }
            ?? data.encodings.candidates
        return codes(of: needed, rowCount: data.trainRowCount)
    }

    /// Memory for the codes of the features that there are statistics of.
    func validationCodes(rowCount: Int) -> CategoryCodes? {
        codes(of: statistics.flatMap(\.features), rowCount: rowCount)
    }

    private func codes(of needed: [Int], rowCount: Int) -> CategoryCodes? {
        guard !needed.isEmpty else { return nil }
        var codeCounts: [Int: Int] = [:]
        for feature in needed { codeCounts[feature] = data.features.features[feature].codeCount }
        return CategoryCodes(codeCounts: codeCounts, rowCount: rowCount)
    }

    /// Chooses the statistics, computes them and finds their bins.
    /// - Parameter codes: of all rows to learn from.
    func learnStatistics(
        _ codes: CategoryCodes?, binning: BinningParameters
    ) async throws -> LearnedStatistics? {
        guard let codes else { return nil }
        let learner = StatisticLearner(
            codes: codes,
            target: StatisticTarget(
                labels: data.train.values.labels, weights: data.train.values.weights),
            priorWeight: spec.encoding.smoothing, seed: spec.seed)
        let pool = context.pool
        let rowCount = data.trainRowCount
        let learned = try await pool.perform { [self] in
            let chosen = choose(learner, pool: pool)
            guard !chosen.isEmpty else { return LearnedStatistics?.none }
            var parameters = binning
            parameters.maxBinByFeature = [:]
            for (index, statistic) in chosen.enumerated() where statistic.features.count == 1 {
                parameters.maxBinByFeature[index] = binning.maxBinByFeature[statistic.features[0]]
            }
            let sampler = try ValueSampler(
                kinds: chosen.map { _ in .numeric }, rowCount: rowCount, parameters: parameters)
            let statistics = learner.compute(chosen, pool: pool) { index, values, row in
                sampler.add(feature: index, values: values, at: row)
            }
            return LearnedStatistics(
                learner: learner, statistics: statistics, bins: sampler.makeBins(pool: pool))
        }
        try context.shutdown.check()
        if let learned { log(learned.statistics) }
        return learned
    }

    /// The statistics to compute, without tables: those of the model to go on from, or of each
    /// feature that is read so, then of the pairs that say more together.
    private func choose(_ learner: StatisticLearner, pool: ThreadPool) -> [TargetStatistic] {
        if let initial { return initial.artifact.features.statistics }
        let classes: [Int?] =
            objective.outputCount > 1 ? (0..<objective.outputCount).map { $0 } : [nil]
        let isShare = !data.target.classLabels.isEmpty
        var chosen = data.encodings.byTarget.map { [$0] }
        if data.encodings.combined.count > 1 {
            chosen += learner.pairs(
                of: data.encodings.combined, classes: classes, isShare: isShare, pool: pool)
        }
        return chosen.flatMap { features in
            classes.map { TargetStatistic(features: features, classIndex: $0, prior: 0) }
        }
    }

    private func log(_ statistics: [TargetStatistic]) {
        let terms = FeatureSchema(data.features.features, statistics: statistics)
        var names: [String] = []
        for column in terms.features.count..<terms.columnCount {
            let name = terms.termNames[terms.termOfColumn[column]]
            if names.last != name { names.append(name) }
        }
        context.logger.info(
            "categories read by their target statistics",
            metadata: ["statistics": "\(names.joined(separator: ", "))"])
    }

    /// The bins of all columns: features that are read by their statistics alone have none.
    func columnBins(
        _ featureBins: [FeatureBins], learned: LearnedStatistics?
    ) throws -> [FeatureBins] {
        var bins = featureBins
        for feature in data.encodings.byTarget {
            bins[feature] = .categorical(
                CategoryBins(codes: [], codeCount: data.features.features[feature].codeCount))
        }
        bins += learned?.bins ?? []
        return try initial?.ensemble.extending(bins) ?? bins
    }
}

extension BoostingParameters {
    /// The same with what holds for features carried over to the statistics made of them: they may
    /// stand where all their features may stand together, and are bound by no order.
    func covering(_ features: FeatureSchema) -> BoostingParameters {
        var parameters = self
        let columns = features.features.count..<features.columnCount
        if !monotoneConstraints.isEmpty {
            parameters.monotoneConstraints += columns.map { _ in 0 }
        }
        parameters.interactionConstraints = interactionConstraints.map { group in
            group
                + columns.filter { Set(group).isSuperset(of: features.sources(ofColumn: $0)) }
        }
        return parameters
    }
}
