import Logging
import ObjectStores
import Shards

/// Finds what an earlier attempt at the same unit of the same run has committed.
///
/// Only runs have attempts: without `RUN_ID` a job is always done again.
struct CommittedUnit {
    let unit: WorkUnit
    private let recordURL: ObjectURL
    private let context: JobContext

    /// Objects whose versions are checked at the same time.
    private static let checksInFlightMax = 16

    /// - Returns: nil for work that belongs to no run, or writes nothing that others wait for.
    init?(_ values: JobValues, context: JobContext) async throws {
        guard context.run.runId != nil, [.train, .predict].contains(values.command),
            let output = try values.text("output")
        else { return nil }
        let store = context.store
        var shards = try await ShardManifest.resolve(try values.urls("data"), in: store).shards
        let url = try ObjectURL(parsing: output)
        let isOneObject =
            values.command == .train
            ? ModelStore.objectURL(url) == url
            : OutputNames(output: url, shards: shards).isOneObject
        let others = try values.list("valid_data").map { try ObjectURL(parsing: $0) }
        if !others.isEmpty { shards += try await ShardManifest.resolve(others, in: store).shards }
        var objects = shards.map(\.object)
        for name in ["model", "lower_model", "upper_model", "init_model"] {
            guard let text = try values.text(name) else { continue }
            objects.append(try await ModelStore.find(try ObjectURL(parsing: text), in: store))
        }
        unit = WorkUnit(parameters: values.identity, inputsSha256: Digest.sha256(of: objects))
        recordURL = CommitRecord.url(
            command: values.command.rawValue, group: context.run.shardGroup, output: url,
            isOneObject: isOneObject)
        self.context = context
    }

    /// The result of the earlier attempt, if all that it committed is still there.
    /// - Throws: `inputChanged` or `configInvalid` when this unit of this run was committed, but
    ///   from other inputs or with other parameters.
    func result() async throws -> AdoptedResult? {
        guard let (record, reference) = try await record(), let result = record.result,
            let earlier = record.unit, record.runId == context.run.runId
        else { return nil }
        try compare(earlier)
        guard try await areObjectsThere(record) else {
            context.logger.warning(
                "committed objects are gone; the work is done again",
                metadata: ["commit": "\(recordURL)"])
            return nil
        }
        context.logger.notice(
            "an earlier attempt has committed this unit", metadata: ["commit": "\(recordURL)"])
        return AdoptedResult(record: record, result: result, commit: reference)
    }

    private func compare(_ earlier: WorkUnit) throws(JobFailure) {
        guard earlier != unit else { return }
        let names = Set(unit.parameters.keys).union(earlier.parameters.keys).sorted()
        let changed = names.filter { unit.parameters[$0] != earlier.parameters[$0] }
        let run = context.run.runId ?? ""
        let remedy =
            "Give the new work a RUN_ID or an --output of its own, or remove \(recordURL)."
        guard changed.isEmpty else {
            throw JobFailure(
                .configInvalid,
                "The run '\(run)' has committed this unit already, with other parameters: "
                    + changed.joined(separator: ", ") + ".",
                place: .init(object: recordURL.description), remedy: remedy)
        }
        throw JobFailure(
            .inputChanged,
            "The run '\(run)' has committed this unit already; its inputs have changed since.",
            place: .init(object: recordURL.description), remedy: remedy)
    }

    private func record() async throws -> (CommitRecord, CommitReference)? {
        do throws(ObjectStoreError) {
            guard let object = try await context.store.summary(of: recordURL),
                object.byteCount <= CommitRecord.byteCountMax
            else { return nil }
            let bytes = try await context.store.read(
                object, range: ByteRange(offset: 0, count: object.byteCount))
            let text = String(decoding: bytes.bytes, as: UTF8.self)
            guard let record = CommitRecord(decoding: text) else { return nil }
            return (
                record,
                CommitReference(url: recordURL.description, sha256: Digest.sha256(of: text))
            )
        } catch {
            // A role that may not look at its output does the work again, to the same bytes.
            guard error.code == .accessDenied else { throw error }
            return nil
        }
    }

    private func areObjectsThere(_ record: CommitRecord) async throws -> Bool {
        let store = context.store
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            var waiting = record.objects[...]
            func next() {
                guard let object = waiting.popFirst() else { return }
                group.addTask {
                    let url = try ObjectURL(parsing: object.url)
                    return try await store.summary(of: url)?.etag == object.etag
                }
            }
            for _ in 0..<Self.checksInFlightMax { next() }
            for try await isThere in group {
                guard isThere else { return false }
                next()
            }
            return true
        }
    }
}
