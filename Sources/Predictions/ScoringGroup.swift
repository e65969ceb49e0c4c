import CKernels
import Columns
import Models
import Threads

/// Compiled models of equal features: a block of rows is encoded once and scored by each.
struct ScoringGroup: Sendable {
    /// Blocks of one unit of work, which allocates its scratch memory: some 4,000 rows, one or two
    /// milliseconds of scoring.
    private static let grainBlockCount = 8

    let features: FeatureSchema
    private let encoders: [FeatureEncoder]
    private let statistics: StatisticEncoder
    /// See `ObservedFeature.limits`.
    private let limits: [(low: Double, high: Double)]
    /// The models' positions in the list that the groups were made of.
    let roles: [Int]
    /// Outputs of each of the models.
    private let outputCounts: [Int]
    /// With the positions of their models in `roles`.
    private let scorers: [(scorer: ModelScorer, indices: [Int])]

    /// Bytes of the statistics' tables, as artifacts and compiled.
    var tableByteCount: Int {
        statistics.byteCount + features.statistics.reduce(0) { $0 + $1.cells.count * 12 }
    }

    static func groups(of models: [ModelArtifact]) -> [ScoringGroup] {
        var roles: [[Int]] = []
        for (role, model) in models.enumerated() {
            if let index = roles.firstIndex(where: { models[$0[0]].features == model.features }) {
                roles[index].append(role)
            } else {
                roles.append([role])
            }
        }
        return roles.map { roles in ScoringGroup(roles.map { models[$0] }, roles: roles) }
    }

    /// - Parameter models: of equal features; the first one's profiles say what is usual.
    private init(_ models: [ModelArtifact], roles: [Int]) {
        features = models[0].features
        encoders = features.features.map { FeatureEncoder($0) }
        statistics = StatisticEncoder(features)
        let profiles = models[0].profiles
        limits = features.features.enumerated().map { index, feature in
            ObservedFeature.limits(
                feature, trained: profiles.indices.contains(index) ? profiles[index] : nil)
        }
        self.roles = roles
        outputCounts = models.map(\.outputCount)
        scorers = ModelScorer.scorers(of: models)
    }

    /// What became of one batch.
    struct Result {
        /// For each model (rowCount × outputCount) raw scores, row-major.
        var scores: [ColumnBuffer<Double>]
        /// The columns of the explainer.
        var explanations: [ColumnValues]
        /// (features)
        var observed: [ObservedFeature]
    }

    /// - Parameters:
    ///   - explainer: of one of the models.
    ///   - work: done side by side with the blocks.
    func score(
        _ batch: RecordBatch, explainer: RowExplainer?, pool: ThreadPool,
        alongside work: (@Sendable () -> Void)?
    ) throws(ModelError) -> Result {
        var columns: [EncodedColumn] = []
        for (encoder, index) in zip(encoders, try features.match(schema: batch.schema)) {
            columns.append(try encoder.prepare(batch.columns[index]))
        }
        let prepared = PreparedColumns(
            columns, scorers: scorers.map(\.scorer),
            readsValues: explainer != nil || !statistics.isEmpty, pool: pool)
        let outputs = outputCounts.map {
            ColumnBuffer<Double>(uninitializedCount: batch.rowCount * $0)
        }
        let featureCount = features.features.count
        let tallies = ColumnBuffer<martlet_value_tally>(
            repeating: martlet_value_tally(
                missing_count: 0, below_count: 0, above_count: 0, minimum: .infinity,
                maximum: -.infinity), count: pool.threadCount * featureCount)
        let blockCount =
            (batch.rowCount + EnsembleScorer.blockRowCount - 1) / EnsembleScorer.blockRowCount
        let explanations = explainer?.makeColumns(rowCount: batch.rowCount) ?? []
        let grain = explainer == nil ? Self.grainBlockCount : 1
        let firstUnit = work == nil ? 0 : 1
        pool.forEach(count: firstUnit + (blockCount + grain - 1) / grain) { units, worker in
            for unit in units {
                guard unit >= firstUnit else {
                    work?()
                    continue
                }
                let start = (unit - firstUnit) * grain
                scoreBlocks(
                    start..<min(start + grain, blockCount), of: prepared,
                    rowCount: batch.rowCount, into: outputs,
                    explaining: explainer.map { ($0, explanations) },
                    tallies: UnsafeMutableBufferPointer(
                        rebasing: tallies.mutableElements[
                            worker * featureCount..<(worker + 1) * featureCount]))
            }
        }
        return Result(
            scores: outputs, explanations: explanations,
            observed: observed(tallies.elements, of: prepared, rowCount: batch.rowCount))
    }

    /// Sums of counts and extremes do not depend on which worker had which block.
    private func observed(
        _ tallies: UnsafeBufferPointer<martlet_value_tally>, of columns: PreparedColumns,
        rowCount: Int
    ) -> [ObservedFeature] {
        let featureCount = features.features.count
        return features.features.enumerated().map { index, feature in
            if let coded = columns.coded[index] {
                let tally = coded.tally(low: limits[index].low, high: limits[index].high)
                return ObservedFeature(tally, of: feature, rowCount: rowCount)
            }
            var sum = tallies[index]
            for other in stride(from: index + featureCount, to: tallies.count, by: featureCount) {
                sum.missing_count += tallies[other].missing_count
                sum.below_count += tallies[other].below_count
                sum.above_count += tallies[other].above_count
                sum.minimum = min(sum.minimum, tallies[other].minimum)
                sum.maximum = max(sum.maximum, tallies[other].maximum)
            }
            return ObservedFeature(sum, of: feature, rowCount: rowCount)
        }
    }

    /// Each block's rows belong to one worker, so the outputs are written without a lock.
    private func scoreBlocks(
        _ blocks: Range<Int>, of prepared: PreparedColumns, rowCount: Int,
        into outputs: [ColumnBuffer<Double>],
        explaining explanations: (explainer: RowExplainer, columns: [ColumnValues])?,
        tallies: UnsafeMutableBufferPointer<martlet_value_tally>
    ) {
        let stride = EnsembleScorer.blockRowCount
        let values = ColumnBuffer<Double>(
            repeating: 0, count: max(features.columnCount, 1) * stride)
        let scratches = scorers.map { $0.scorer.makeScratch() }
        let explanationScratch = explanations?.explainer.makeScratch()
        for block in blocks {
            let rows = block * stride..<min((block + 1) * stride, rowCount)
            for (index, column) in prepared.columns.enumerated() {
                let isCoded = prepared.coded[index] != nil
                guard prepared.readsValues || !isCoded else { continue }
                let start = index * stride
                let target = UnsafeMutableBufferPointer(
                    rebasing: values.mutableElements[start..<start + rows.count])
                column.encode(rows: rows, into: target)
                guard !isCoded else { continue }
                martlet_tally_values(
                    target.baseAddress, rows.count, limits[index].low, limits[index].high,
                    &tallies[index])
            }
            statistics.encode(values.mutableElements, rowCount: rows.count, stride: stride)
            for (scorerIndex, scratch) in scratches.enumerated() {
                let (scorer, indices) = scorers[scorerIndex]
                let targets = indices.map { index in
                    let count = outputCounts[index]
                    return UnsafeMutableBufferPointer(
                        rebasing: outputs[index].mutableElements[
                            rows.lowerBound * count..<rows.upperBound * count])
                }
                scorer.score(
                    values: values.elements,
                    coded: CodedBlock(
                        columns: prepared.coded, scorerIndex: scorerIndex, rows: rows),
                    rowCount: rows.count, scratch: scratch, into: targets)
            }
            if let (explainer, columns) = explanations, let explanationScratch {
                explainer.explain(
                    values: values.elements, rows: rows, scratch: explanationScratch,
                    into: columns)
            }
        }
    }
}
