import Models

/// What one trial has shown in one rung, as it is kept in an object of its own.
struct TrialOutcome: Codable, Sendable {
    static let version = 1

    var version = Self.version
    var origin: CheckpointOrigin
    var trial: Int
    var rung: Int
    /// Of the rows to learn from.
    var share: Double
    /// What the search space gave it.
    var values: [String: JSONValue]
    var report: CrossValidationReport

    /// `rung-0/trial-0012.json`
    static func name(rung: Int, trial: Int) -> String {
        let digits = String(trial)
        return "rung-\(rung)/trial-" + String(repeating: "0", count: max(0, 4 - digits.count))
            + digits + ".json"
    }

    /// The deciding metric; nil when it has no value.
    var score: Double? { report.best?.mean.value }
}

extension [TrialOutcome] {
    /// From the best on; of equal ones the first trial.
    func ranked(higherIsBetter: Bool) -> [TrialOutcome] {
        sorted { first, second in
            guard let left = first.score else { return false }
            guard let right = second.score else { return true }
            if left == right { return first.trial < second.trial }
            return higherIsBetter ? left > right : left < right
        }
    }
}
