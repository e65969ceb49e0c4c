import Binning
import Columns
import Logging
import Models
import Objectives
import Parquet
import Shards
import Threads
import Trees

extension BoostedTraining {
    /// Of what rows moved together could take; see `TrainingMemory`.
    private static let foldStoreShare = 0.25

    /// Bins of each feature and statistic at most, for a plan before they are known.
    var binCountsMax: [Int] {
        let limits = spec.binLimits
        let ofFeatures = data.features.features.map { feature in
            feature.codeCount == 0
                ? limits.byColumn[feature.name] ?? limits.maxBin : feature.codeCount
        }
        return ofFeatures + [Int](repeating: limits.maxBin, count: data.statisticCountMax)
    }

    /// Codes that statistics are made of, and what computing these takes.
    private var statisticByteCount: Int {
        let rowByteCount =
            2 * data.encodings.candidates.count
            + (data.statisticCountMax > 0 ? 4 * context.pool.threadCount : 0)
        return data.trainRowCount * rowByteCount
    }

    /// How to make do with the memory there is.
    /// - Throws: `outOfMemory` when it is too little for any way.
    func memory(_ layout: BinLayout) throws(JobFailure) -> TrainingMemory {
        let memory = plannedMemory(layout, foldsAtOnce: foldCount == 0 ? 0 : 1)
        try MemoryPlan(byteCount: memory.byteCount, advice: "use fewer rows").check(context)
        return memory
    }

    /// The same, which may take more than there is.
    /// - Parameter foldsAtOnce: folds that are in memory at the same time.
    func plannedMemory(_ layout: BinLayout, foldsAtOnce: Int) -> TrainingMemory {
        var widest = objective
        if case .interval(_, .quantiles)? = spec.calibration?.goal, widest.outputCount == 1 {
            // Both ends are trained together.
            widest = QuantileLoss(levels: [0.1, 0.9])
        }
        let outputCount = objective.outputCount
        let sampledCount = min(
            data.trainRowCount, BinningParameters().binConstructSampleCount)
        let validationRowCount = data.validationLabels?.labels.count ?? 0
        return TrainingMemory(
            TrainingMemory.Needs(
                trainRowCount: data.trainRowCount, validationRowCount: validationRowCount,
                fixedByteCount: MemoryPlan.fixedByteCount + statisticByteCount
                    + data.train.values.byteCount + data.rows.byteCount
                    + (data.validation?.rows.byteCount ?? 0),
                readingByteCount: windowByteCount
                    + 12 * sampledCount * data.features.features.count,
                layout: layout,
                working: WorkingMemory(
                    rowCount: data.trainRowCount, layout: layout, objective: widest,
                    parameters: parameters, threadCount: context.pool.threadCount),
                // Scores, predictions, and labels and weights as the metrics want them.
                validationByteCount: validationRowCount * (24 * outputCount + 16),
                foldByteCount: foldsAtOnce * foldByteCount(layout)),
            limit: context.memoryByteCountMax, folder: context.scratchFolder)
    }

    /// What boosting may take on a fold, besides its bins.
    func foldWorkingByteCount(_ layout: BinLayout) -> Int {
        let working = WorkingMemory(
            rowCount: data.trainRowCount, layout: layout, objective: objective,
            parameters: parameters, threadCount: context.pool.threadCount)
        let extra = Double(working.byteCountMax - working.byteCountMin)
        return working.byteCountMin + Int(extra * Self.foldStoreShare)
    }

    /// The rows of a fold, copied, those to learn from and those held out together: bins, labels,
    /// weights, numbers of rows; scores and predictions of those held out, which are all rows where
    /// a fold learns from none but its own.
    func foldByteCount(_ layout: BinLayout) -> Int {
        let rowByteCount = 4 + 4 + 8 + 16 + 24 * objective.outputCount
        return MatrixStorage().byteCount(layout, rowCount: data.trainRowCount)
            + data.trainRowCount * rowByteCount + foldWorkingByteCount(layout)
    }

    /// Windows of the features' columns.
    private var windowByteCount: Int {
        let tables = [data.table] + [data.validation?.table].compactMap { $0 }
        let byteCounts = tables.map { table in
            table.readingByteCountMax(
                columns: data.features.names, threadCount: context.pool.threadCount)
        }
        return byteCounts.max() ?? 0
    }

    func warn(of memory: TrainingMemory) {
        guard let folder = memory.storage.folder else { return }
        context.logger.warning(
            "the binned rows do not fit into memory and lie on the scratch disk",
            metadata: [
                "folder": "\(folder)",
                "scratch": "\(ByteCountText.write(memory.scratchByteCount))",
                "memory": "\(ByteCountText.write(memory.byteCount))",
            ])
    }
}

extension TargetPass.Rows {
    /// Bytes that they take in memory.
    var byteCount: Int { roles.byteCount + train.byteCount + validation.byteCount }
}

extension TargetPass.Labels {
    fileprivate var byteCount: Int {
        labels.count * 4 + (weights?.count ?? 0) * 4 + (startScores?.count ?? 0) * 8
            // Rows by query, too.
            + (queries?.count ?? 0) * 8
    }
}
