import FoundationEssentials
import Objectives
import TestSupport
import Threads

@testable import Trees

/// Parameters, under LightGBM's names, and the losses that another library reached with them on
/// tables that it shares with us.
struct ReferenceCase: Decodable {
    private static let roundCount = 60

    let objective: String
    var alpha: Double?
    var fairC: Double?
    var tweedieVariancePower: Double?
    var scalePosWeight: Double?
    var isUnbalance: Bool?
    var numClass: Int?
    var weighted: Bool?
    var starts: Bool?
    var lambdaL1: Double?
    var lambdaL2: Double?
    var maxDepth: Int?
    var numLeaves: Int?
    var growPolicy: String?
    var minDataInLeaf: Int?
    var minSumHessianInLeaf: Double?
    var minGainToSplit: Double?
    var maxBin: Int?
    var monotoneConstraints: [Int]?
    var interactionConstraints: [[Int]]?
    var pathSmooth: Double?
    var maxDeltaStep: Double?
    var extraTrees: Bool?
    var featureFraction: Double?
    var featureFractionBynode: Double?
    var dataSampleStrategy: String?
    var baggingFraction: Double?
    var baggingFreq: Int?
    /// Of each table.
    let metrics: [Double]

    var isWeighted: Bool { weighted ?? false }

    /// What differs most from table to table.
    var isWeightedBinary: Bool {
        objective == "binary" && (isWeighted || scalePosWeight != nil || isUnbalance == true)
    }

    static func load(_ name: String, file: String = #filePath) throws -> [ReferenceCase] {
        struct File: Decodable {
            let cases: [ReferenceCase]
        }
        let folder = file.split(separator: "/").dropLast().joined(separator: "/")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let bytes = try Data(contentsOf: URL(filePath: "/\(folder)/Fixtures/\(name)"))
        return try decoder.decode(File.self, from: bytes).cases
    }

    /// Our test loss divided by theirs, mean over the tables.
    func meanRatio(categories: Bool) throws -> Double {
        let objective = loss
        let booster = GradientBooster(
            parameters: parameters, objective: objective, pool: ThreadPool(threadCount: 2))
        let ratios = try metrics.enumerated().map { number, expected in
            let seed = UInt64(10 + 2 * number)
            let table = ReferenceTable(seed: seed, case: self, hasCategories: categories)
            let test = ReferenceTable(seed: seed + 1, case: self, hasCategories: categories)
            let bins = try table.bins(maxBin: maxBin)
            let model = try booster.train(table.rows(bins))
            var scores = try booster.rawScores(
                of: model.ensemble, over: test.rows(bins).matrix, startScores: test.startScores)
            scores.withUnsafeMutableBufferPointer { objective.transform($0) }
            return ReferenceLoss(case: self).mean(scores, test) / expected
        }
        return ratios.reduce(0, +) / Double(ratios.count)
    }

    private var loss: any Objective {
        switch objective {
        case "regression_l1": AbsoluteError()
        case "huber": HuberLoss(alpha: alpha ?? 0.9)
        case "fair": FairLoss(c: fairC ?? 1)
        case "quantile": QuantileLoss(alpha: alpha ?? 0.5)
        case "poisson": LogLinkLoss(.poisson(maxDeltaStep: 0.7))
        case "gamma": LogLinkLoss(.gamma)
        case "tweedie": LogLinkLoss(.tweedie(variancePower: tweedieVariancePower ?? 1.5))
        case "binary":
            Logistic(
                scalePositiveWeight: scalePosWeight ?? 1, isUnbalanced: isUnbalance ?? false)
        case "multiclass": Softmax(classCount: numClass ?? 2)
        case "lambdarank": LambdaRank()
        default: SquaredError()
        }
    }

    private var parameters: BoostingParameters {
        var parameters = BoostingParameters()
        parameters.numIterations = Self.roundCount
        parameters.lambdaL1 = lambdaL1 ?? 0
        parameters.lambdaL2 = lambdaL2 ?? 0
        parameters.maxDepth = maxDepth ?? -1
        parameters.numLeaves = numLeaves ?? 31
        parameters.growPolicy = growPolicy.flatMap(GrowPolicy.init) ?? .lossguide
        parameters.minDataInLeaf = minDataInLeaf ?? parameters.minDataInLeaf
        parameters.minSumHessianInLeaf = minSumHessianInLeaf ?? parameters.minSumHessianInLeaf
        parameters.minGainToSplit = minGainToSplit ?? 0
        parameters.monotoneConstraints = monotoneConstraints ?? []
        parameters.interactionConstraints = interactionConstraints ?? []
        parameters.pathSmooth = pathSmooth ?? 0
        parameters.maxDeltaStep = maxDeltaStep ?? 0
        parameters.extraTrees = extraTrees ?? false
        parameters.featureFraction = featureFraction ?? 1
        parameters.featureFractionByNode = featureFractionBynode ?? 1
        parameters.sampleStrategy =
            dataSampleStrategy.flatMap(SampleStrategy.init) ?? .bagging
        parameters.baggingFraction = baggingFraction ?? 1
        parameters.baggingFreq = baggingFreq ?? 0
        return parameters
    }
}
