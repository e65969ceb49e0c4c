import Columns
import LinearModels
import Models
import ObjectStores
import Shards
import Threads

/// `train --partial`: sums the moments of some shards and writes them; `reduce` solves.
struct PartialTraining {
    let spec: TrainSpec
    let parameters: LinearParameters
    let context: JobContext

    func run() async throws -> TrainResult {
        var stopwatch = Stopwatch()
        let table = try await context.openTable(spec.data, filter: spec.filter)
        let columns = try TrainingData.columns(spec, of: table, context: context)
        let target = try await TargetEncoder(
            for: columns.target, in: table, objective: spec.algorithm, context: context)
        let (features, counts) = try await LinearDictionary.readAll(
            columns, of: table, context: context)
        let foldCount = parameters.penalty.foldCount
        try MemoryPlan(
            linear: features, columns: features.names + [spec.target], foldCount: foldCount,
            table: table, threads: context.pool.threadCount
        ).check(context)
        stopwatch.record("read")
        let pass = LinearPass(
            spec: spec, columns: columns, target: target, features: features, table: table,
            split: RowSplit(spec, rowCount: table.rowCount), context: context)
        var statistics = PartialStatistics(
            header: header(columns, features: features, counts: counts), sums: [])
        let (_, met) = try await pass.run(
            try DesignAccumulator(features: features, foldCount: foldCount)
        ) { shardIndex, moments, counts in
            let shard = table.shards[shardIndex]
            statistics.header.shards.append(
                .init(
                    url: shard.url.description, byteCount: shard.shard.object.byteCount,
                    etag: shard.url.isReproducible ? shard.shard.object.etag : nil,
                    rowCount: shard.rowCount, trainRowCount: counts.train,
                    droppedRowCount: counts.dropped))
            statistics.sums.append(moments.flat)
        }
        guard !statistics.sums.isEmpty else {
            throw JobFailure(
                .dataInvalid, "The shards hold no rows.",
                place: .init(object: spec.data.map(\.description).joined(separator: ", ")),
                remedy: "Check the query that writes them.")
        }
        stopwatch.record("fit")
        let url =
            spec.output.lastComponent.hasSuffix(".martlet-partial")
            ? spec.output : spec.output.appending(PartialStatistics.fileName)
        var result = TrainResult(
            model: url.description, algorithm: "linear", objective: parameters.objective.rawValue,
            rows: met.train, validRows: 0, droppedRows: met.dropped, calibrationRows: 0,
            calibration: nil, linear: nil, features: features.features.count, iterations: 0,
            resumedIterations: 0, bestIteration: 0, metrics: [:], seconds: stopwatch.total,
            peakRssBytes: PeakMemory.byteCount, bytesRead: table.byteCount,
            shardCount: table.shards.count)
        result.isPartial = true
        let bytes = try statistics.encoded()
        var record = CommitRecord(
            command: "train", run: context.run, program: context.programVersion,
            rowsIn: table.rowCount, rowsOut: table.rowCount - met.dropped,
            rowsQuarantined: met.dropped)
        record.result = try result.kept()
        let transaction = OutputTransaction(
            output: spec.output, isOneObject: url == spec.output, store: context.store)
        result.commit = try await transaction.commit(bytes, at: url, record, context: context)
        stopwatch.record("write")
        result.seconds = stopwatch.total
        return result
    }

    private func header(
        _ columns: TrainingColumns, features: FeatureSchema, counts: [[Int]?]
    ) -> PartialStatistics.Header {
        let entries = zip(features.features, counts).map { feature, counts in
            var column = PartialStatistics.Header.Column(
                name: feature.name, type: feature.type.name)
            if case .categorical(let categories) = feature.encoding {
                column.categories = categories
                column.counts = counts
            }
            return column
        }
        var header = PartialStatistics.Header(
            programVersion: context.programVersion, objective: parameters.objective.rawValue,
            foldCount: parameters.penalty.foldCount,
            target: .init(name: spec.target, type: columns.target.type.name),
            weight: spec.weight, features: entries, shards: [])
        switch parameters.penalty {
        case .fixed(let penalty):
            header.lambdaL1 = penalty.l1
            header.lambdaL2 = penalty.l2
        case .automatic(let ratio): header.l1Ratio = ratio
        }
        return header
    }
}
