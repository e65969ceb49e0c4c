import Interchange
import Models
import ObjectStores
import Threads

/// `convert`: a model of one library in, one of another out.
package struct ConvertJob: Sendable {
    package let spec: ConvertSpec
    package let context: JobContext

    package init(spec: ConvertSpec, context: JobContext) {
        self.spec = spec
        self.context = context
    }

    package func run() async throws -> ConvertResult {
        var stopwatch = Stopwatch()
        let object = try await ModelStore.find(spec.model, in: context.store)
        var artifact = try await ModelStore.load(object, from: context.store, as: spec.from)
        if let target = spec.target { artifact.target.name = target }
        stopwatch.record("read")
        let source = artifact
        let converted = try await context.pool.perform { try convert(source) }
        stopwatch.record("convert")
        let url = spec.to == nil ? ModelStore.objectURL(spec.output) : spec.output
        guard url != object.url else {
            throw JobFailure(
                .configInvalid, "The result would replace the model that it is made from.",
                place: .init(object: url.description), remedy: "Choose another --output.")
        }
        let commit = try await write(converted, at: url)
        stopwatch.record("write")
        return ConvertResult(
            artifact, url: url, to: spec.to, byteCount: converted.count, seconds: stopwatch.total,
            commit: commit)
    }

    private func convert(_ artifact: ModelArtifact) throws -> [UInt8] {
        guard let format = spec.to else { return try ModelFormat.encode(artifact) }
        return try ForeignModel.encode(artifact, for: format)
    }

    private func write(_ bytes: [UInt8], at url: ObjectURL) async throws -> CommitReference {
        let transaction = OutputTransaction(
            output: spec.output, isOneObject: url == spec.output, store: context.store)
        return try await transaction.commit(
            bytes, at: url,
            CommitRecord(
                command: "convert", run: context.run, program: context.programVersion,
                rowsIn: 0, rowsOut: 0, rowsQuarantined: 0), context: context)
    }
}

/// What `convert` prints.
package struct ConvertResult: JobResult {
    package var command = "convert"
    package var model: String
    package var format: String
    /// Library and format of the model read; `martlet` for our own.
    package var source: String
    package var algorithm: String
    package var objective: String
    package var features: Int
    package var outputs: Int
    package var trees: Int
    package var bytes: Int
    package var seconds: [String: Double]
    package var peakRssBytes: Int
    package var commit: CommitReference?

    package var rowsIn: Int { 0 }
    package var rowsOut: Int { 0 }
    package var rowsQuarantined: Int { 0 }
    package var shardCount: Int { 0 }

    init(
        _ artifact: ModelArtifact, url: ObjectURL, to format: ForeignFormat?, byteCount: Int,
        seconds: [String: Double], commit: CommitReference
    ) {
        model = url.description
        self.format = format?.rawValue ?? "martlet"
        source = artifact.provenance.importedFrom ?? "martlet"
        algorithm = artifact.algorithm
        objective = artifact.objective
        features = artifact.features.features.count
        outputs = artifact.outputCount
        switch artifact.kind {
        case .trees(let ensemble): trees = ensemble.trees.count
        case .linear: trees = 0
        }
        bytes = byteCount
        self.seconds = seconds
        peakRssBytes = PeakMemory.byteCount
        self.commit = commit
    }

    package var summary: [SummaryLine] {
        [
            SummaryLine("model", "\(model) (\(format), \(ByteCountText.write(bytes)))"),
            SummaryLine("read from", source),
            SummaryLine("kind", "\(algorithm), \(objective)"),
            SummaryLine("features", "\(features)"),
            SummaryLine("trees", "\(trees)"),
        ] + SummaryLine.effort(seconds: seconds, peakRssBytes: peakRssBytes)
    }
}
