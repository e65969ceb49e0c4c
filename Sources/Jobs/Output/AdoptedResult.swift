import Models

/// The result of an earlier attempt at the same unit, as its commit record has kept it.
struct AdoptedResult: JobResult {
    let record: CommitRecord
    let result: JSONValue
    let commit: CommitReference?

    init(record: CommitRecord, result: JSONValue, commit: CommitReference) {
        self.record = record
        self.result = result
        self.commit = commit
    }

    var command: String { record.command }
    var rowsIn: Int { record.rowsIn }
    var rowsOut: Int { record.rowsOut }
    var rowsQuarantined: Int { record.rowsQuarantined }
    var shardCount: Int { integer("shard_count") }
    var badShardCount: Int { integer("bad_shard_count") }
    var peakRssBytes: Int { PeakMemory.byteCount }

    var summary: [SummaryLine] {
        [
            SummaryLine("adopted", "an earlier attempt at this unit has committed"),
            SummaryLine("commit", commit?.url ?? ""),
            SummaryLine("rows", "\(rowsIn) in, \(rowsOut) out, \(rowsQuarantined) quarantined"),
        ]
    }

    /// What the earlier attempt printed, with `"adopted": true`.
    func encode(to encoder: any Encoder) throws {
        var values: [String: JSONValue] = [:]
        if case .object(let kept) = result { values = kept }
        values["adopted"] = .bool(true)
        if let commit {
            values["commit"] = .object([
                "url": .string(commit.url), "sha256": .string(commit.sha256),
            ])
        }
        try JSONValue.object(values).encode(to: encoder)
    }

    private func integer(_ name: String) -> Int {
        if case .object(let values) = result, case .integer(let value) = values[name] {
            return Int(clamping: value)
        }
        return 0
    }
}
