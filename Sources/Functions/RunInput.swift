import Models

/// What an execution is started with.
struct RunInput: Decodable, Sendable {
    /// The day that takes the place of today in the features: `2024-06-30`.
    let asOf: String
    /// Features that are there already; without them a query makes them.
    let features: Features?
    /// Groups of shards to score; nil leaves it to the plan.
    let groups: Int?
    let concurrency: Int?
    /// Groups that may be missing in the end.
    let toleratedFailurePercentage: Double?
    /// Corrupt shards that each group may leave out; their rows are counted as quarantined.
    let maxBadShards: Int?
    /// Parameters of training, as in a job file.
    let training: [String: JSONValue]?
    let gate: Gate?
    let costLimit: Double?

    struct Features: Decodable, Sendable {
        let training: String
        let scoring: String
    }

    /// What a model must reach on the rows that it was validated on.
    struct Gate: Decodable, Sendable {
        /// 0 is what the mean of the target reaches.
        let r2Min: Double?
        let maeMax: Double?
    }
}
