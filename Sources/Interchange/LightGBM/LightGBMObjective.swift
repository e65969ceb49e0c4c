import Models

/// What the `objective` line of a LightGBM model means for its raw scores.
struct LightGBMObjective {
    let name: String
    let transform: ScoreTransform
    /// Raw scores are multiplied by it before the transform (`sigmoid`); 1 for most.
    let scale: Double
    let classCount: Int

    /// - Parameter words: `binary`, `sigmoid:1`; none for an objective of the user's own.
    /// - Throws: `unsupported` for an objective whose predictions Martlet cannot make.
    init(words: [String], outputCount: Int) throws(InterchangeError) {
        name = words.first ?? "custom"
        var scale = 1.0
        for word in words.dropFirst() where word.hasPrefix("sigmoid:") {
            guard let value = Double(word.dropFirst(8)), value > 0, value.isFinite else {
                throw InterchangeError(.outOfSpec, "the objective has the parameter `\(word)`")
            }
            scale = value
        }
        switch name {
        case "binary":
            (transform, self.scale, classCount) = (.sigmoid, scale, 2)
        case "multiclassova":
            (transform, self.scale, classCount) = (.sigmoid, scale, outputCount)
        case "multiclass": (transform, self.scale, classCount) = (.softmax, 1, outputCount)
        case "cross_entropy": (transform, self.scale, classCount) = (.sigmoid, 1, 0)
        case "poisson", "gamma", "tweedie": (transform, self.scale, classCount) = (.exp, 1, 0)
        case "regression", "regression_l1", "huber", "fair", "quantile", "mape", "lambdarank",
            "rank_xendcg":
            guard !words.contains("sqrt") else {
                throw InterchangeError(
                    .unsupported,
                    "the objective is `\(words.joined(separator: " "))`: `reg_sqrt` is not read")
            }
            (transform, self.scale, classCount) = (.identity, 1, 0)
        case "custom":
            (transform, self.scale, classCount) = (.identity, 1, outputCount > 1 ? outputCount : 0)
        default:
            throw InterchangeError(.unsupported, "the objective `\(name)` is not read")
        }
        guard outputCount == 1 || classCount == outputCount else {
            throw InterchangeError(
                .outOfSpec, "the objective `\(name)` has \(outputCount) trees in each iteration")
        }
        guard outputCount > 1 || classCount != 1 else {
            throw InterchangeError(.unsupported, "`\(name)` has a single class")
        }
    }
}
