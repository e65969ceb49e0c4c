import Columns
import LinearModels
import Models
import ObjectStores
import Shards
import Threads

/// Reads features, target and weights of a table together and hands them on, batch by batch:
/// nothing is kept of a row.
struct LinearPass {
    let spec: TrainSpec
    let columns: TrainingColumns
    let target: TargetEncoder
    let features: FeatureSchema
    let table: ShardTable
    let split: RowSplit
    let context: JobContext

    /// What a pass has met.
    struct Counts: Sendable {
        var train = 0
        var validation = 0
        var calibration = 0
        var dropped = 0
        /// Smallest and largest target of rows to learn from.
        var targetMin = Double.infinity
        var targetMax = -Double.infinity
        /// Of rows to learn from; empty without classes.
        var classWeights: [Double] = []
    }

    /// Adds every row to learn from.
    /// - Parameter finished: called with the sums of each shard.
    func run(
        _ start: DesignAccumulator,
        finished: (Int, ShardMoments, Counts) throws -> Void = { _, _, _ in }
    ) async throws -> (DesignAccumulator, Counts) {
        var accumulator = start
        var counts = Counts()
        counts.classWeights = Array(repeating: 0, count: target.classLabels.count)
        var shardStart = counts
        let names = features.names
        var seen = Set(names)
        let others = ([spec.target] + [spec.weight].compactMap { $0 }).filter {
            seen.insert($0).inserted
        }
        let reader = try ShardReader(
            table: table, columns: names + others, store: context.store, pool: context.pool)
        let encoders = features.features.map { FeatureEncoder($0) }
        try await reader.read { batch in
            try context.shutdown.check()
            let (targets, weights) = try read(batch, &counts)
            accumulator = try await add(
                batch, targets: targets, weights: weights, encoders: encoders, to: accumulator)
            if batch.isLastOfShard {
                let pool = context.pool
                let full = accumulator
                let (next, moments) = try await pool.perform {
                    var next = full
                    let moments = try next.finishShard(pool: pool)
                    return (next, moments)
                }
                accumulator = next
                var own = counts
                own.train -= shardStart.train
                own.dropped -= shardStart.dropped
                own.validation -= shardStart.validation
                own.calibration -= shardStart.calibration
                shardStart = counts
                try finished(batch.shardIndex, moments, own)
            }
            context.progress(
                "training", batch.firstRow + batch.batch.rowCount, of: table.rowCount)
        }
        return (accumulator, counts)
    }

    /// Targets and weights of a batch; rows that are not to learn from weigh nothing.
    private func read(
        _ batch: ShardBatch, _ counts: inout Counts
    ) throws -> (targets: [Double], weights: [Double]) {
        var place = JobFailure.Place(
            object: table.shards[batch.shardIndex].url.description,
            rowGroup: batch.rowGroupIndex, column: spec.target)
        guard let column = batch.batch[spec.target] else { return ([], []) }
        var targets = try target.values(column, place: place)
        var weights = [Double](repeating: 1, count: targets.count)
        if let name = spec.weight, let column = batch.batch[name] {
            place.column = name
            weights = try WeightColumn.values(column, place: place)
        }
        for row in targets.indices {
            guard !targets[row].isNaN else {
                targets[row] = 0
                weights[row] = 0
                counts.dropped += 1
                continue
            }
            switch split.role(row: batch.firstRow + row) {
            case .train:
                counts.train += 1
                counts.targetMin = min(counts.targetMin, targets[row])
                counts.targetMax = max(counts.targetMax, targets[row])
                if !counts.classWeights.isEmpty {
                    counts.classWeights[Int(targets[row])] += weights[row]
                }
            case .validation:
                counts.validation += 1
                weights[row] = 0
            case .calibration:
                counts.calibration += 1
                weights[row] = 0
            case .dropped: weights[row] = 0
            }
        }
        return (targets, weights)
    }

    private func add(
        _ batch: ShardBatch, targets: [Double], weights: [Double], encoders: [FeatureEncoder],
        to accumulator: DesignAccumulator
    ) async throws -> DesignAccumulator {
        let pool = context.pool
        return try await pool.perform {
            var accumulator = accumulator
            let columns = try pool.map(count: encoders.count) { feature, _ throws(ModelError) in
                try encoders[feature].prepare(batch.batch.columns[feature])
            }
            try targets.withUnsafeBufferPointer { targets throws(LinearModelError) in
                try weights.withUnsafeBufferPointer { weights throws(LinearModelError) in
                    try accumulator.add(
                        columns: columns, target: targets, weights: weights, pool: pool)
                }
            }
            return accumulator
        }
    }
}
