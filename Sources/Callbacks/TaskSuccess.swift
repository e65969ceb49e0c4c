/// What a finished task tells the state machine: a pointer to the commit, and the counts that the
/// next states check. Details are in the commit itself.
package struct TaskSuccess: Hashable, Sendable {
    /// Far below the service's 262,144, as a map over thousands of tasks collects these.
    package static let outputByteCountMax = 8_192
    /// Raised when a field changes its meaning or goes away.
    package static let version = 1

    package var runID: String
    /// `train` or `predict`.
    package var stage: String
    package var group: String?
    package var attempt: String?
    /// The object that makes the outputs visible, and the SHA-256 of its bytes in hexadecimal.
    package var commitURI: String
    package var commitSHA256: String
    package var rowsIn: Int
    package var rowsOut: Int
    package var rowsQuarantined: Int
    package var shardsOK: Int
    package var shardsBad: Int
    /// By name, e.g. `valid.rmse`; what is not finite is left out.
    package var metrics: [String: Double]
    package var peakRSSBytes: Int
    package var wallTime: Duration

    package init(
        runID: String, stage: String, group: String? = nil, attempt: String? = nil,
        commitURI: String, commitSHA256: String, rowsIn: Int, rowsOut: Int,
        rowsQuarantined: Int = 0, shardsOK: Int, shardsBad: Int = 0,
        metrics: [String: Double] = [:], peakRSSBytes: Int, wallTime: Duration
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
        self.metrics = metrics
        self.peakRSSBytes = peakRSSBytes
        self.wallTime = wallTime
    }

    /// One JSON object of at most `outputByteCountMax` bytes. If all metrics do not fit, the first
    /// ones by name stay and `metrics_complete` is false.
    /// - Throws: `invalidParameter` when it does not fit without any metric.
    package func output() throws(TaskCallbackError) -> String {
        let names = metrics.filter { $0.value.isFinite }.keys.sorted()
        let whole = text(metricNames: names[...], complete: true)
        if whole.utf8.count <= Self.outputByteCountMax { return whole }
        // The length grows with each name, so the longest list that fits is found by halving.
        var fitting = 0
        var tooMany = names.count
        while fitting < tooMany {
            let middle = fitting + (tooMany - fitting + 1) / 2
            let candidate = text(metricNames: names.prefix(middle), complete: false)
            if candidate.utf8.count <= Self.outputByteCountMax {
                fitting = middle
            } else {
                tooMany = middle - 1
            }
        }
        let clipped = text(metricNames: names.prefix(fitting), complete: false)
        guard clipped.utf8.count <= Self.outputByteCountMax else {
            throw TaskCallbackError(
                .invalidParameter,
                "The task's output has \(clipped.utf8.count) bytes, at most "
                    + "\(Self.outputByteCountMax) are allowed. Shorten the run id or the output URL."
            )
        }
        return clipped
    }

    private func text(metricNames: ArraySlice<String>, complete: Bool) -> String {
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
        var values = JSONObjectText()
        for name in metricNames { values.set(name, metrics[name]) }
        object.set("metrics", values)
        if !complete { object.set("metrics_complete", false) }
        object.set("peak_rss_mb", Double(peakRSSBytes / 1_048_576))
        object.set("wall_s", Double(wallTime / .milliseconds(1)).rounded() / 1_000)
        return object.text
    }
}
