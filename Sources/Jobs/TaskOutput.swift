import Callbacks

/// What the waiting task is told of a job that succeeded.
struct TaskOutput {
    let result: any JobResult
    let run: RunIdentity
    let wallTime: Duration

    /// - Throws: `internal` when the result is no JSON.
    func success() throws(JobFailure) -> TaskSuccess {
        TaskSuccess(
            runID: run.runId, stage: result.command, group: run.shardGroup,
            attempt: run.attempt, commitURI: result.commit?.url,
            commitSHA256: result.commit?.sha256, rowsIn: result.rowsIn, rowsOut: result.rowsOut,
            rowsQuarantined: result.rowsQuarantined, shardsOK: result.shardCount,
            shardsBad: result.badShardCount, result: try JSONText.encode(result),
            peakRSSBytes: result.peakRssBytes,
            wallTime: wallTime)
    }
}
