import CKernels
import Models

/// What the objective of an XGBoost model means for its raw scores and its `base_score`.
struct XGBoostObjective {
    /// How `base_score` becomes a raw score.
    enum Link {
        case identity
        case logit
        case log
    }

    /// LightGBM's name for the same thing.
    let name: String
    let transform: ScoreTransform
    let link: Link
    let isMulticlass: Bool

    /// - Throws: `unsupported` by name.
    init(name: String) throws(InterchangeError) {
        var isMulticlass = false
        switch name {
        case "reg:squarederror", "reg:linear":
            (self.name, transform, link) = ("regression", .identity, .identity)
        case "reg:squaredlogerror":
            (self.name, transform, link) = ("squared_log_error", .identity, .identity)
        case "reg:absoluteerror":
            (self.name, transform, link) = ("regression_l1", .identity, .identity)
        case "reg:pseudohubererror": (self.name, transform, link) = ("huber", .identity, .identity)
        case "reg:quantileerror": (self.name, transform, link) = ("quantile", .identity, .identity)
        case "rank:pairwise", "rank:ndcg", "rank:map":
            (self.name, transform, link) = ("lambdarank", .identity, .identity)
        case "reg:logistic": (self.name, transform, link) = ("cross_entropy", .sigmoid, .logit)
        case "binary:logistic": (self.name, transform, link) = ("binary", .sigmoid, .logit)
        case "binary:logitraw": (self.name, transform, link) = ("logitraw", .identity, .identity)
        case "count:poisson": (self.name, transform, link) = ("poisson", .exp, .log)
        case "reg:gamma": (self.name, transform, link) = ("gamma", .exp, .log)
        case "reg:tweedie": (self.name, transform, link) = ("tweedie", .exp, .log)
        case "multi:softprob", "multi:softmax":
            isMulticlass = true
            (self.name, transform, link) = ("multiclass", .softmax, .identity)
        default:
            throw InterchangeError(.unsupported, "the objective `\(name)` is not read")
        }
        self.isMulticlass = isMulticlass
    }

    /// - Throws: `outOfSpec` when the value cannot be one of `base_score`.
    func margin(baseScore: Double) throws(InterchangeError) -> Double {
        switch link {
        case .identity where baseScore.isFinite: return baseScore
        case .logit where baseScore > 0 && baseScore < 1:
            return martlet_log(baseScore / (1 - baseScore))
        case .log where baseScore > 0 && baseScore.isFinite: return martlet_log(baseScore)
        default: throw InterchangeError(.outOfSpec, "`base_score` is \(baseScore)")
        }
    }
}
