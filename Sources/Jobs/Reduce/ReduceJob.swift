import LinearModels
import Logging
import Models
package import ObjectStores
import Shards
import Threads

/// What `reduce` is asked to do, checked.
package struct ReduceSpec: Sendable {
    package let partials: [ObjectURL]
    package let output: ObjectURL

    package init(_ values: JobValues) throws {
        partials = try values.urls("partials")
        output = try ObjectURL(parsing: try values.requiredText("output"))
    }
}

/// `reduce`: the statistics of all shards in, a linear model out.
package struct ReduceJob: Sendable {
    package let spec: ReduceSpec
    package let context: JobContext

    package init(spec: ReduceSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> TrainResult {
        var stopwatch = Stopwatch()
        let partials = try await read()
        let union = try PartialUnion(partials)
        stopwatch.record("read")
        let penalty = union.penalty
        let fit = try await context.pool.perform {
            try LeastSquares.fit(try union.moments(), penalty: penalty)
        }
        for warning in fit.warnings {
            context.logger.warning("linear model", metadata: ["warning": "\(warning)"])
        }
        stopwatch.record("fit")
        let artifact = try artifact(fit, union)
        let url = ModelStore.objectURL(spec.output)
        let shards = union.shards
        let dropped = shards.reduce(0) { $0 + $1.droppedRowCount }
        let train = shards.reduce(0) { $0 + $1.trainRowCount }
        var result = TrainResult(
            model: url.description, algorithm: "linear", objective: artifact.objective,
            rows: train, validRows: 0, droppedRows: dropped, calibrationRows: 0, calibration: nil,
            linear: LinearReport(fit), features: union.features.features.count, iterations: 0,
            resumedIterations: 0, bestIteration: 0,
            metrics: artifact.metrics.mapValues { $0.mapValues(FiniteNumber.init) },
            seconds: stopwatch.total, peakRssBytes: PeakMemory.byteCount,
            bytesRead: shards.reduce(0) { $0 + $1.byteCount }, shardCount: shards.count)
        result.command = "reduce"
        let bytes = try await context.pool.perform { try ModelFormat.encode(artifact) }
        var record = CommitRecord(
            command: "reduce", run: context.run, program: context.programVersion,
            rowsIn: train + dropped, rowsOut: train, rowsQuarantined: dropped)
        record.result = try result.kept()
        let transaction = OutputTransaction(
            output: spec.output, isOneObject: url == spec.output, store: context.store)
        result.commit = try await transaction.commit(bytes, at: url, record, context: context)
        stopwatch.record("write")
        result.seconds = stopwatch.total
        return result
    }

    private func read() async throws -> [(source: String, statistics: PartialStatistics)] {
        var partials: [(source: String, statistics: PartialStatistics)] = []
        for url in spec.partials {
            let found = try await context.store.list(url).filter {
                $0.url.lastComponent.hasSuffix(".martlet-partial")
            }
            guard !found.isEmpty else {
                throw JobFailure(
                    .dataInvalid, "There are no partial statistics here.",
                    place: .init(object: url.description),
                    remedy: "Give the URLs that `train --partial --output` was given.")
            }
            for object in found {
                try context.shutdown.check()
                guard object.byteCount <= ModelStore.byteCountMax else {
                    throw JobFailure(
                        .dataInvalid, "\(object.byteCount) bytes are too many for statistics.",
                        place: .init(object: object.url.description))
                }
                let bytes = try await context.store.read(
                    object, range: ByteRange(offset: 0, count: object.byteCount))
                let source = object.url.description
                let copy = withExtendedLifetime(bytes) { Array(bytes.bytes) }
                partials.append((source, try PartialStatistics(copy, source: source)))
            }
        }
        return partials
    }

    private func artifact(_ fit: LinearFit, _ union: PartialUnion) throws -> ModelArtifact {
        let header = union.header
        var parameters: [String: JSONValue] = [
            "target": .string(header.target.name), "lambda_l2": .number(fit.penalty.l2),
        ]
        if fit.penalty.l1 > 0 { parameters["lambda_l1"] = .number(fit.penalty.l1) }
        if let weight = header.weight { parameters["weight"] = .string(weight) }
        return ModelArtifact(
            kind: .linear(fit.model), algorithm: "linear", objective: header.objective,
            features: union.features,
            target: ModelTarget(
                name: header.target.name, type: try PartialStatistics.type(header.target)),
            parameters: parameters,
            metrics: ["train": ["rmse": fit.trainRMSE, "r2": fit.trainR2]],
            importances: fit.model.importances(featureCount: union.features.features.count),
            provenance: Provenance(
                programVersion: context.programVersion,
                trainRowCount: union.shards.reduce(0) { $0 + $1.trainRowCount },
                inputs: union.shards.map {
                    .init(url: $0.url, byteCount: $0.byteCount, etag: $0.etag)
                }))
    }
}
