import FoundationEssentials
import Objectives
import TestSupport
import Testing

/// Beside LightGBM's own numbers, recorded by `Fixtures/write_objectives.py`.
@Suite("Objectives against LightGBM")
struct ObjectiveReferenceTests {
    struct Case: Decodable {
        struct Parameters: Decodable {
            var objective: String
            var alpha: Double?
            var fair_c: Double?
            var poisson_max_delta_step: Double?
            var tweedie_variance_power: Double?
            var scale_pos_weight: Double?
            var is_unbalance: Bool?
            var num_class: Int?
            var lambdarank_truncation_level: Int?
            var lambdarank_norm: Bool?
        }

        var objective: Parameters
        var labels: [Float]
        var weights: [Float]?
        /// (outputs × rows)
        var scores: [Double]
        /// Rows of each query.
        var group: [Int]?
        var initial: [Double]
        /// (outputs) of (rows) pairs of gradient and hessian.
        var derivatives: [[[Double]]]
    }

    @Test("gradients, hessians and initial scores are LightGBM's")
    func numbersAreLightGBMs() throws {
        let cases = try Self.cases()
        #expect(cases.count == 28)
        for (number, item) in cases.enumerated() {
            let objective = try Self.objective(item.objective)
            let name: Comment = "case \(number), \(objective.name)"
            let queries = item.group.map { sizes in
                QueryGroups(
                    queryOfRow: sizes.enumerated().flatMap { query, size in
                        [Int32](repeating: Int32(query), count: size)
                    })
            }
            let initial = LabelledRows.with(
                labels: item.labels, weights: item.weights, queries: queries
            ) { objective.fitted(to: $0).initialScores($0) }
            for (ours, theirs) in zip(initial, item.initial) {
                // LightGBM sums weights of 32 bits; ours are the same numbers in double.
                #expect(isClose(ours, theirs, relative: 1e-6, absolute: 1e-7), name)
            }
            let derivatives = Derivatives(
                objective, labels: item.labels, weights: item.weights, queries: queries,
                scores: item.scores)
            // LightGBM looks its sigmoid up in a table of a million entries.
            let tolerance = objective.name == "lambdarank" ? 2e-4 : 2e-6
            for (output, rows) in item.derivatives.enumerated() {
                for (row, expected) in rows.enumerated() {
                    let gradient = Double(derivatives.gradients[output][row])
                    let hessian = Double(derivatives.hessians[output][row])
                    #expect(
                        isClose(gradient, expected[0], relative: tolerance, absolute: tolerance),
                        name)
                    #expect(
                        isClose(hessian, expected[1], relative: tolerance, absolute: tolerance),
                        name)
                }
            }
        }
    }

    private static func cases(file: String = #filePath) throws -> [Case] {
        let url = URL(filePath: file).deletingLastPathComponent()
            .appending(path: "Fixtures/objectives.json")
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    }

    private static func objective(_ parameters: Case.Parameters) throws -> any Objective {
        switch parameters.objective {
        case "regression": return SquaredError()
        case "regression_l1": return AbsoluteError()
        case "quantile": return QuantileLoss(alpha: try #require(parameters.alpha))
        case "huber": return HuberLoss(alpha: try #require(parameters.alpha))
        case "fair": return FairLoss(c: try #require(parameters.fair_c))
        case "poisson":
            let step = try #require(parameters.poisson_max_delta_step)
            return LogLinkLoss(.poisson(maxDeltaStep: step))
        case "gamma": return LogLinkLoss(.gamma)
        case "tweedie":
            let power = try #require(parameters.tweedie_variance_power)
            return LogLinkLoss(.tweedie(variancePower: power))
        case "binary":
            return Logistic(
                scalePositiveWeight: parameters.scale_pos_weight ?? 1,
                isUnbalanced: parameters.is_unbalance ?? false)
        case "multiclass": return Softmax(classCount: try #require(parameters.num_class))
        default:
            var ranking = LambdaRank.Parameters()
            ranking.truncationLevel =
                parameters.lambdarank_truncation_level ?? ranking.truncationLevel
            ranking.isNormalised = parameters.lambdarank_norm ?? true
            return LambdaRank(ranking)
        }
    }
}
