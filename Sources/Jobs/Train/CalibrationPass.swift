import Calibration
import Columns
import Models
import ObjectStores
import Predictions
import Shards

/// Reads the rows that were held out and makes of them what the model's predictions lack.
struct CalibrationPass {
    let spec: TrainSpec
    let table: ShardTable
    let split: RowSplit
    let target: TargetEncoder
    let context: JobContext

    /// - Parameters:
    ///   - artifact: without calibration.
    ///   - bounds: models of both bounds, for conformalised quantiles.
    /// - Throws: `dataInvalid` when the rows are too few.
    func run(
        _ artifact: ModelArtifact, bounds: IntervalCalibration.Bounds?,
        goal: CalibrationSpec.Goal
    ) async throws -> ModelCalibration {
        do {
            switch goal {
            case .interval(let level, let method):
                return .interval(
                    try await interval(artifact, level: level, method: method, bounds: bounds))
            case .probability(let method):
                return .probability(try await probability(artifact, method: method))
            }
        } catch let error as CalibrationError {
            throw JobFailure(
                .dataInvalid, error.message, place: .init(column: spec.target),
                remedy: "Raise --calibration-fraction, or give more rows.")
        }
    }

    private func interval(
        _ artifact: ModelArtifact, level: Double, method: IntervalCalibration.Method,
        bounds: IntervalCalibration.Bounds?
    ) async throws -> IntervalCalibration {
        // A margin of 0 leaves the bounds as their models have them.
        var calibration = IntervalCalibration(
            method: method, level: level, margin: 0, rowCount: 0, bounds: bounds)
        var scored = artifact
        scored.calibration = bounds == nil ? nil : .interval(calibration)
        var scores: [Double] = []
        let weights = try await read(try BatchPredictor(model: scored)) { row, truth, output in
            switch method {
            case .split:
                scores.append(
                    SplitConformal.score(prediction: output.prediction[row], truth: truth))
            case .quantiles:
                guard let lower = output.doubles("prediction_lower"),
                    let upper = output.doubles("prediction_upper")
                else { return }
                scores.append(
                    SplitConformal.score(lower: lower[row], upper: upper[row], truth: truth))
            }
        }
        calibration.rowCount = scores.count
        calibration.margin = try SplitConformal.margin(
            scores: scores, weights: weights, level: level)
        return calibration
    }

    private func probability(
        _ artifact: ModelArtifact, method: ProbabilityCalibration.Method
    ) async throws -> ProbabilityCalibration {
        let labels = artifact.target.classLabels
        let outputCount = artifact.outputCount
        let names =
            (outputCount == 1 ? [labels[1]] : labels).map { "probability_" + $0 }
        var probabilities = [[Double]](repeating: [], count: outputCount)
        var truths: [Double] = []
        let predictor = try BatchPredictor(
            model: artifact, options: PredictionOptions(writesProbabilities: true))
        let weights = try await read(predictor) { row, truth, output in
            truths.append(truth)
            for (k, name) in names.enumerated() {
                probabilities[k].append(output.doubles(name)?[row] ?? .nan)
            }
        }
        var curves: [ProbabilityCalibration.Curve] = []
        for k in 0..<outputCount {
            let outcomes = outputCount == 1 ? truths : truths.map { $0 == Double(k) ? 1 : 0 }
            switch method {
            case .isotonic:
                let (inputs, outputs) = try IsotonicRegression.fit(
                    probabilities: probabilities[k], outcomes: outcomes, weights: weights)
                curves.append(.isotonic(inputs: inputs, outputs: outputs))
            case .platt:
                let (slope, intercept) = try PlattScaling.fit(
                    probabilities: probabilities[k], outcomes: outcomes, weights: weights)
                curves.append(.platt(slope: slope, intercept: intercept))
            }
        }
        return ProbabilityCalibration(method: method, curves: curves, rowCount: truths.count)
    }

    /// Calls `body` for every row held out that has a target.
    /// - Returns: their weights, nil without a weight column.
    private func read(
        _ predictor: BatchPredictor,
        _ body: (_ row: Int, _ truth: Double, _ output: TableScoring.Scored) -> Void
    ) async throws -> [Double]? {
        var scoring = TableScoring(predictor: predictor, context: context)
        scoring.extraColumns = [spec.target] + [spec.weight].compactMap { $0 }
        var kept: [Double] = []
        try await scoring.run(table) { batch, scored in
            var place = JobFailure.Place(
                object: table.shards[batch.shardIndex].url.description,
                rowGroup: batch.rowGroupIndex, column: spec.target)
            guard let column = batch.batch[spec.target] else { return }
            let truths = try target.values(column, place: place)
            var weights: [Double]?
            if let name = spec.weight, let column = batch.batch[name] {
                place.column = name
                weights = try WeightColumn.values(column, place: place)
            }
            for (row, truth) in truths.enumerated()
            where !truth.isNaN && split.role(row: batch.firstRow + row) == .calibration {
                if let weights { kept.append(weights[row]) }
                body(row, truth, scored)
            }
        }
        return spec.weight == nil ? nil : kept
    }
}
