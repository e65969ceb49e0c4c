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
    /// The models' positions in the list that the groups were made of.
    private(set) var roles: [Int]
    private var scorers: [ModelScorer]

    static func groups(of models: [ModelArtifact]) -> [ScoringGroup] {
        var groups: [ScoringGroup] = []
        for (role, model) in models.enumerated() {
            if let index = groups.firstIndex(where: { $0.features == model.features }) {
                groups[index].roles.append(role)
                groups[index].scorers.append(ModelScorer(model))
            } else {
                groups.append(
                    ScoringGroup(
                        features: model.features,
                        encoders: model.features.features.map { FeatureEncoder($0) },
                        roles: [role], scorers: [ModelScorer(model)]))
            }
        }
        return groups
    }

    /// What became of one batch.
    struct Result {
        /// For each model (rowCount × outputCount) raw scores, row-major.
        var scores: [ColumnBuffer<Double>]
        /// The columns of the explainer.
        var explanations: [ColumnValues]
        /// Rows of unlisted categories, by column.
        var otherCounts: [String: Int]
    }

    /// - Parameter explainer: of one of the models.
    func score(
        _ batch: RecordBatch, explainer: RowExplainer?, pool: ThreadPool
    ) throws(ModelError) -> Result {
        var columns: [EncodedColumn] = []
        for (encoder, index) in zip(encoders, try features.match(schema: batch.schema)) {
            columns.append(try encoder.prepare(batch.columns[index]))
        }
        let outputs = scorers.map {
            ColumnBuffer<Double>(uninitializedCount: batch.rowCount * $0.outputCount)
        }
        let others = ColumnBuffer<Int>(
            repeating: 0, count: pool.threadCount * max(features.features.count, 1))
        let blockCount =
            (batch.rowCount + EnsembleScorer.blockRowCount - 1) / EnsembleScorer.blockRowCount
        let prepared = columns
        let explanations = explainer?.makeColumns(rowCount: batch.rowCount) ?? []
        let grain = explainer == nil ? Self.grainBlockCount : 1
        pool.forEach(count: blockCount, grain: grain) { blocks, worker in
            scoreBlocks(
                blocks, columns: prepared, rowCount: batch.rowCount, into: outputs,
                explaining: explainer.map { ($0, explanations) },
                others: UnsafeMutableBufferPointer(
                    rebasing: others.mutableElements[
                        worker * features.features.count..<(worker + 1) * features.features.count]))
        }
        var otherCounts: [String: Int] = [:]
        for (index, feature) in features.features.enumerated() {
            var count = 0
            for worker in 0..<pool.threadCount {
                count += others.elements[worker * features.features.count + index]
            }
            if count > 0 { otherCounts[feature.name] = count }
        }
        return Result(scores: outputs, explanations: explanations, otherCounts: otherCounts)
    }

    /// Each block's rows belong to one worker, so the outputs are written without a lock.
    private func scoreBlocks(
        _ blocks: Range<Int>, columns: [EncodedColumn], rowCount: Int,
        into outputs: [ColumnBuffer<Double>],
        explaining explanations: (explainer: RowExplainer, columns: [ColumnValues])?,
        others: UnsafeMutableBufferPointer<Int>
    ) {
        let stride = EnsembleScorer.blockRowCount
        let values = ColumnBuffer<Double>(
            repeating: 0, count: max(features.features.count, 1) * stride)
        let scratches = scorers.map { $0.makeScratch() }
        let explanationScratch = explanations?.explainer.makeScratch()
        for block in blocks {
            let rows = block * stride..<min((block + 1) * stride, rowCount)
            for (index, column) in columns.enumerated() {
                let start = index * stride
                let target = UnsafeMutableBufferPointer(
                    rebasing: values.mutableElements[start..<start + rows.count])
                column.encode(rows: rows, into: target)
                others[index] += column.otherCount(in: UnsafeBufferPointer(target))
            }
            for (index, scorer) in scorers.enumerated() {
                let outputRange =
                    rows.lowerBound * scorer.outputCount..<rows.upperBound * scorer.outputCount
                scorer.score(
                    values: values.elements, rowCount: rows.count, scratch: scratches[index],
                    into: UnsafeMutableBufferPointer(
                        rebasing: outputs[index].mutableElements[outputRange]))
            }
            if let (explainer, columns) = explanations, let explanationScratch {
                explainer.explain(
                    values: values.elements, rows: rows, scratch: explanationScratch,
                    into: columns)
            }
        }
    }
}
