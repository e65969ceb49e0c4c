import Columns
import Models
import Predictions
import Testing

extension BatchPredictorTests {
    /// Three quantiles whose trees cross in the rows where `a` is above 0.
    private func quantiles() -> ModelArtifact {
        func tree(_ below: Double, _ above: Double) -> Tree {
            Tree(
                nodes: [
                    Tree.Node(
                        feature: 0, threshold: 0, categorySet: -1, missingGoesLeft: true, left: ~0,
                        right: ~1,
                        gain: 1, rowCount: 2)
                ], leafValues: [below, above], leafRowCounts: [1, 1])
        }
        var model = artifact(
            .trees(
                TreeEnsemble(
                    outputCount: 3, baseScores: [10, 20, 30],
                    trees: [tree(-1, 25), tree(0, 0), tree(1, -15)])), transform: .ascending)
        model.quantileLevels = [0.1, 0.4, 0.975]
        return model
    }

    @Test("quantiles are columns that never cross, and the one nearest the median predicts")
    func quantilesAreColumns() throws {
        let input = batch(seed: 5, rowCount: 700)
        let model = quantiles()
        let names = ["prediction", "prediction_q10", "prediction_q40", "prediction_q97_5"]
        let result = try BatchPredictor(model: model).predict(input, pool: pool).batch
        #expect(result.schema.fields.map(\.name) == names)
        let values = names.map { doubles(result, $0) }
        #expect(values[0] == values[2])
        let rows = (0..<700).map { row in values[1...].map { $0[row] } }
        // 35, 20 and 15 where they cross.
        #expect(Set(rows) == [[9, 20, 31], [15, 20, 35]])

        let options = PredictionOptions(writesRawScore: true)
        let raw = try BatchPredictor(model: model, options: options).predict(input, pool: pool)
        #expect(Set(doubles(raw.batch, "prediction_q10")) == [9, 35])
    }

    @Test("an interval of their own goes round the quantile nearest the median")
    func quantilesWithAnInterval() throws {
        let input = batch(seed: 6, rowCount: 300)
        var model = quantiles()
        model.calibration = .interval(
            IntervalCalibration(method: .split, level: 0.8, margin: 4, rowCount: 9))
        let split = try BatchPredictor(model: model).predict(input, pool: pool).batch
        #expect(Set(doubles(split, "prediction_lower")) == [16])
        #expect(Set(doubles(split, "prediction_upper")) == [24])
        #expect(Set(doubles(split, "prediction_q10")) == [9, 15])

        guard case .trees(let ensemble) = model.kind else { return #expect(Bool(false)) }
        model.calibration = .interval(
            IntervalCalibration(
                method: .quantiles, level: 0.8, margin: 2, rowCount: 9,
                bounds: .init(
                    lower: .trees(ensemble.output(0)), upper: .trees(ensemble.output(2)))))
        let conformal = try BatchPredictor(model: model).predict(input, pool: pool).batch
        let lower = doubles(conformal, "prediction_lower")
        let upper = doubles(conformal, "prediction_upper")
        for (row, crossing) in doubles(conformal, "prediction_q10").map({ $0 == 15 }).enumerated() {
            // 35 - 2 and 15 + 2 are exchanged, and hold the point.
            #expect(lower[row] == (crossing ? 17 : 7) && upper[row] == 33)
        }
    }

    @Test("contributions of each quantile add up to its raw score")
    func quantilesAreExplained() throws {
        let input = batch(seed: 7, rowCount: 50)
        let options = PredictionOptions(writesRawScore: true, writesContributions: true)
        let result = try BatchPredictor(model: quantiles(), options: options)
            .predict(input, pool: pool).batch
        for name in ["q10", "q40", "q97_5"] {
            let parts =
                RandomEnsemble.features.names.map { doubles(result, "contribution_\(name)_\($0)") }
                + [doubles(result, "expected_value_\(name)")]
            let scores = doubles(result, "prediction_\(name)")
            for row in 0..<50 {
                #expect(abs(parts.reduce(0) { $0 + $1[row] } - scores[row]) < 1e-9)
            }
        }
    }
}
