import Columns
import Models
import Predictions
import TestSupport
import Testing

extension BatchPredictorTests {
    private func ensemble(_ seed: UInt64, outputCount: Int = 1) -> TreeEnsemble {
        var random = RandomEnsemble(seed: seed)
        return random.ensemble(
            treeCount: 5, leafCountMax: 20, thresholdCount: 30, outputCount: outputCount)
    }

    private func calibrated(_ model: ModelArtifact, _ calibration: ModelCalibration)
        -> ModelArtifact
    {
        var model = model
        model.calibration = calibration
        return model
    }

    @Test("a calibrated interval never crosses", arguments: 0..<12 as Range<UInt64>)
    func neverCrosses(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bounds = IntervalCalibration.Bounds(
            lower: .trees(ensemble(seed &* 3 &+ 1)),
            upper: .trees(ensemble(seed &* 3 &+ 2)))
        let isSplit = seed % 2 == 0
        let margin = isSplit ? 0.75 : Double.random(in: -5...5, using: &random)
        let model = calibrated(
            artifact(.trees(ensemble(seed &* 3))),
            .interval(
                IntervalCalibration(
                    method: isSplit ? .split : .quantiles, level: 0.8, margin: margin,
                    rowCount: 1, bounds: isSplit ? nil : bounds)))
        let batch = batch(seed: seed, rowCount: 700)
        let (output, _) = try BatchPredictor(model: model).predict(batch, pool: pool)
        let point = doubles(output, "prediction")
        let lower = doubles(output, "prediction_lower")
        let upper = doubles(output, "prediction_upper")
        for row in point.indices {
            #expect(lower[row] <= point[row] && point[row] <= upper[row])
            if isSplit {
                #expect(lower[row] == point[row] - margin && upper[row] == point[row] + margin)
            }
        }
        let plain = try BatchPredictor(
            model: artifact(.trees(ensemble(seed &* 3)))
        ).predict(batch, pool: pool).batch
        #expect(doubles(plain, "prediction") == point)
    }

    @Test("probabilities are calibrated, and of several classes sum to 1")
    func calibratesProbabilities() throws {
        let batch = batch(seed: 1, rowCount: 300)
        let binary = artifact(
            .trees(ensemble(5)), transform: .sigmoid, labels: ["no", "yes"])
        let before = try doubles(
            BatchPredictor(model: binary).predict(batch, pool: pool).batch, "prediction")
        let isotonic = calibrated(
            binary,
            .probability(
                ProbabilityCalibration(
                    method: .isotonic,
                    curves: [.isotonic(inputs: [0.25, 0.75], outputs: [0.5, 1])], rowCount: 1)))
        let after = try doubles(
            BatchPredictor(model: isotonic).predict(batch, pool: pool).batch, "prediction")
        for (x, y) in zip(before, after) {
            #expect(isClose(y, x < 0.25 ? 0.5 : x > 0.75 ? 1 : 0.25 + x))
        }
        let identity = calibrated(
            binary,
            .probability(
                ProbabilityCalibration(
                    method: .platt, curves: [.platt(slope: 1, intercept: 0)], rowCount: 1)))
        let same = try doubles(
            BatchPredictor(model: identity).predict(batch, pool: pool).batch, "prediction")
        for (x, y) in zip(before, same) { #expect(isClose(x, y, absolute: 1e-12)) }
        let several = calibrated(
            artifact(
                .trees(ensemble(6, outputCount: 3)), transform: .softmax,
                labels: ["a", "b", "c"]),
            .probability(
                ProbabilityCalibration(
                    method: .isotonic,
                    curves: (0..<3).map { _ in
                        .isotonic(inputs: [0.5, 0.6], outputs: [0, 1])
                    }, rowCount: 1)))
        let (output, _) = try BatchPredictor(
            model: several, options: PredictionOptions(writesProbabilities: true)
        ).predict(batch, pool: pool)
        let columns = ["a", "b", "c"].map { doubles(output, "probability_" + $0) }
        for row in 0..<300 { #expect(isClose(columns.map { $0[row] }.reduce(0, +), 1)) }
    }

    @Test("a calibrated interval excludes models of bounds")
    func refusesTwoIntervals() throws {
        let model = calibrated(
            constant(1),
            .interval(IntervalCalibration(method: .split, level: 0.8, margin: 1, rowCount: 1)))
        #expect(throws: ModelError.self) {
            try BatchPredictor(model: model, lower: constant(0), upper: constant(2))
        }
    }
}
