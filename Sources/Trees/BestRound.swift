/// Finds the best round of a metric that is watched, and says when it no longer improves.
struct BestRound {
    private let isHigherBetter: Bool
    private let earlyStoppingRound: Int
    private let minDelta: Double
    /// Rounds before the first that is watched.
    private let firstRound: Int

    /// (rounds since `firstRound`)
    private(set) var history: [Double] = []
    /// Counted from 1; `firstRound` before the first one.
    private(set) var bestIteration: Int

    init(isHigherBetter: Bool, firstRound: Int = 0, parameters: BoostingParameters) {
        self.isHigherBetter = isHigherBetter
        self.firstRound = firstRound
        earlyStoppingRound = parameters.earlyStoppingRound
        minDelta = parameters.earlyStoppingMinDelta
        bestIteration = firstRound
    }

    /// Whether the best round lies too far back.
    func shouldStop(after iteration: Int) -> Bool {
        earlyStoppingRound > 0 && iteration > firstRound
            && iteration - bestIteration >= earlyStoppingRound
    }

    mutating func record(_ value: Double) {
        history.append(value)
        guard bestIteration > firstRound else {
            bestIteration = firstRound + 1
            return
        }
        let best = history[bestIteration - firstRound - 1]
        let improvement = isHigherBetter ? value - best : best - value
        // A first value that is not a number loses against any that is.
        if improvement > minDelta || (best.isNaN && !value.isNaN) {
            bestIteration = firstRound + history.count
        }
    }
}
