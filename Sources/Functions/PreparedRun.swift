/// What `prepare` answers: everything that the later states need and that would otherwise be put
/// together in the state machine's own language.
struct PreparedRun: Encodable, Equatable, Sendable {
    struct Queries: Encodable, Equatable {
        var training: String
        var scoring: String
        var predictions: String
        var results: String
        var quality: String
        var view: String
    }

    struct Jobs: Encodable, Equatable {
        var training: String
        var scoring: String
    }

    /// The event of `plan`.
    struct Plan: Encodable, Equatable {
        var data: [String]
        var trainingData: [String]
        var output: String
        var numIterations: Int
        var groups: Int?
        var concurrency: Int
        var costLimit: Double?
    }

    struct Gate: Encodable, Equatable {
        var r2Min: Double
        var maeMax: Double
    }

    var runId: String
    var root: String
    /// Whether the features have to be made.
    var makesFeatures: Bool
    var queries: Queries
    var jobs: Jobs
    var plan: Plan
    var model: String
    var predictions: String
    var concurrency: Int
    var toleratedFailurePercentage: Double
    var gate: Gate
}
