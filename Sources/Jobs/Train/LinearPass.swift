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
    /// Of features whose categories are read as numbers.
    var statistics = LinearStatistics()

    /// The features as the fit sees them.
    var design: FeatureSchema { statistics.design(features) }

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
    /// - Parameters:
    ///   - sample: where rows for the report go, if any are wanted.
    ///   - finished: called with the sums of each shard.
    func run(
        _ start: DesignAccumulator, sample: inout TrainingSample?,
        finished: (Int, ShardMoments, Counts) throws -> Void = { _, _, _ in }
    ) async throws -> (DesignAccumulator, Counts) {
        var accumulator = start
        var counts = emptyCounts
        var shardStart = counts
        let encoders = features.features.map { FeatureEncoder($0) }
        try await read(columns: features.names) { batch in
            let rows = try read(batch, &counts)
            let columns = try await encode(batch, encoders)
            sample?.add(
                columns, targets: rows.labels, weights: rows.givenWeights, at: batch.firstRow)
            accumulator = try await add(
                told(columns, firstRow: batch.firstRow), targets: rows.targets,
                weights: rows.weights, to: accumulator)
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

    /// Without rows for a report.
    func run(
        _ start: DesignAccumulator,
        finished: (Int, ShardMoments, Counts) throws -> Void = { _, _, _ in }
    ) async throws -> (DesignAccumulator, Counts) {
        var none: TrainingSample?
        return try await run(start, sample: &none, finished: finished)
    }

    var emptyCounts: Counts {
        var counts = Counts()
        counts.classWeights = Array(repeating: 0, count: target.classLabels.count)
        return counts
    }

    /// Reads some columns with target and weights, batch by batch.
    func read(columns names: [String], _ body: (ShardBatch) async throws -> Void) async throws {
        var seen = Set(names)
        let others = ([spec.target] + [spec.weight].compactMap { $0 }).filter {
            seen.insert($0).inserted
        }
        let reader = try ShardReader(
            table: table, columns: names + others, store: context.store, pool: context.pool)
        try await reader.read { batch in
            try context.shutdown.check()
            try await body(batch)
        }
    }

    /// Columns with statistics in the place of codes.
    private func told(_ columns: [EncodedColumn], firstRow: Int) -> [EncodedColumn] {
        columns.enumerated().map { index, column in
            statistics.byFeature[index].map { column.told(by: $0, firstRow: firstRow) } ?? column
        }
    }

    /// What a batch has besides features.
    struct Rows {
        /// Rows that are not to learn from weigh nothing, and have some target.
        var targets: [Double] = []
        var weights: [Double] = []
        /// As they were read: NaN without a target; weights may be empty.
        var labels: [Double] = []
        var givenWeights: [Double] = []
    }

    func read(_ batch: ShardBatch, _ counts: inout Counts) throws -> Rows {
        var place = JobFailure.Place(
            object: table.shards[batch.shardIndex].url.description,
            rowGroup: batch.rowGroupIndex, column: spec.target)
        guard let column = batch.batch[spec.target] else { return Rows() }
        let labels = try target.values(column, place: place)
        var targets = labels
        var given: [Double] = []
        if let name = spec.weight, let column = batch.batch[name] {
            place.column = name
            given = try WeightColumn.values(column, place: place)
        }
        var weights = given.isEmpty ? [Double](repeating: 1, count: targets.count) : given
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
        return Rows(targets: targets, weights: weights, labels: labels, givenWeights: given)
    }

    private func encode(
        _ batch: ShardBatch, _ encoders: [FeatureEncoder]
    ) async throws -> [EncodedColumn] {
        let pool = context.pool
        return try await pool.perform {
            try pool.map(count: encoders.count) { feature, _ throws(ModelError) in
                try encoders[feature].prepare(batch.batch.columns[feature])
            }
        }
    }

    private func add(
        _ columns: [EncodedColumn], targets: [Double], weights: [Double],
        to accumulator: DesignAccumulator
    ) async throws -> DesignAccumulator {
        let pool = context.pool
        return try await pool.perform {
            var accumulator = accumulator
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
