/// What a finished task tells the state machine: a pointer to the commit, and the counts that the
/// next states check. Details are in the commit itself.
package struct TaskSuccess: Hashable, Sendable {
    /// Far below the service's 262,144, as a map over thousands of tasks collects these.
    package static let outputByteCountMax = 8_192
    /// Raised when a field changes its meaning or goes away.
    package static let version = 1

    package var runID: String?
    /// `train`, `predict`, …
    package var stage: String
    package var group: String?
    package var attempt: String?
    /// The object that makes the outputs count, and the SHA-256 of its bytes in hexadecimal; nil
    /// for work that writes nothing.
    package var commitURI: String?
    package var commitSHA256: String?
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    package var shardsOK: Int
    package var shardsBad: Int
    /// The whole result as one JSON object; left out of the output when it does not fit, as it is
    /// only a convenience beside the pointer.
    package var result: String?
    package var peakRSSBytes: Int
    package var wallTime: Duration

    package init(
        runID: String? = nil, stage: String, group: String? = nil, attempt: String? = nil,
        commitURI: String? = nil, commitSHA256: String? = nil, rowsIn: Int, rowsOut: Int,
        rowsQuarantined: Int = 0, shardsOK: Int, shardsBad: Int = 0, result: String? = nil,
        peakRSSBytes: Int, wallTime: Duration
    ) {
        self.runID = runID
        self.stage = stage
        self.group = group
        self.attempt = attempt
        self.commitURI = commitURI
        self.commitSHA256 = commitSHA256
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.rowsQuarantined = rowsQuarantined
        self.shardsOK = shardsOK
        self.shardsBad = shardsBad
        self.result = result
        self.peakRSSBytes = peakRSSBytes
        self.wallTime = wallTime
    }

    /// One JSON object of at most `outputByteCountMax` bytes, with `result` if that fits.
    /// - Throws: `invalidParameter` when it does not fit even without.
    package func output() throws(TaskCallbackError) -> String {
        let whole = text(result: result)
        if whole.utf8.count <= Self.outputByteCountMax { return whole }
        let pointer = text(result: nil)
        guard pointer.utf8.count <= Self.outputByteCountMax else {
            throw TaskCallbackError(
                .invalidParameter,
                "The task's output has \(pointer.utf8.count) bytes, at most "
                    + "\(Self.outputByteCountMax) are allowed. Shorten the run id or the output URL."
            )
        }
        return pointer
    }

    private func text(result: String?) -> String {
        var object = JSONObjectText()
        object.set("v", Self.version)
        object.set("run_id", runID)
        object.set("stage", stage)
        object.set("group", group)
        object.set("attempt", attempt)
        object.set("commit_uri", commitURI)
        object.set("commit_sha256", commitSHA256)
        object.set("rows_in", rowsIn)
        object.set("rows_out", rowsOut)
        object.set("rows_quarantined", rowsQuarantined)
        object.set("shards_ok", shardsOK)
        object.set("shards_bad", shardsBad)
        object.set("peak_rss_mb", Double(peakRSSBytes / 1_048_576))
        object.set("wall_s", Double(wallTime / .milliseconds(1)).rounded() / 1_000)
        if let result { object.set("result", json: result) }
        return object.text
    }
}
