import Columns
import Models
import Threads

extension BatchPredictor {
    /// Rows that are transformed, and then taken apart by output, while they are in the cache.
    private static let producedRowCount = 128

    private var isClassification: Bool { !model.target.classLabels.isEmpty }
    private var hasBounds: Bool { lower != nil || interval != nil }

    /// Margins are in units of the prediction: raw scores have none.
    private var interval: IntervalCalibration? {
        guard !options.writesRawScore, case .interval(let interval) = model.calibration else {
            return nil
        }
        return interval
    }

    private var writesPredictedClass: Bool {
        isClassification && (options.writesPredictedClass || model.outputCount > 1)
    }

    /// Of several classes the raw scores are no less needed than their largest.
    private var writesClassScores: Bool {
        isClassification
            && (options.writesProbabilities || options.writesRawScore && model.outputCount > 1)
    }

    /// The columns that this predictor adds to the kept ones.
    var producedFields: [Field] {
        var names =
            model.hasSeveralTargets
            ? (0..<model.outputCount).map { "prediction_\($0)" } : ["prediction"]
        if hasBounds { names += ["prediction_lower", "prediction_upper"] }
        if !model.quantileLevels.isEmpty {
            names += model.outputNames.map { "prediction_" + $0 }
        }
        if writesClassScores {
            let prefix = options.writesRawScore ? "raw_score_" : "probability_"
            names += model.target.classLabels.map { prefix + $0 }
        }
        var fields = names.map { Field(name: $0, type: .double, isNullable: false) }
        if writesPredictedClass {
            fields.append(Field(name: "predicted_class", type: .string, isNullable: false))
        }
        return fields + (explainer?.fields ?? [])
    }

    func checkBounds() throws(ModelError) {
        guard (lower == nil) == (upper == nil) else {
            throw ModelError(
                .invalidParameter,
                "An interval needs two models, one for each bound; only one was given.")
        }
        guard lower == nil || interval == nil else {
            throw ModelError(
                .invalidParameter,
                "The model is calibrated to an interval of its own: leave the models of the bounds "
                    + "out.")
        }
        if isClassification && hasBounds {
            throw ModelError(
                .invalidParameter,
                "Bounds are for one number: a classification has probabilities, and each of several "
                    + "targets would need its own. Leave the models of the bounds out.")
        }
        for bound in [lower, upper].compactMap({ $0 })
        where bound.target.name != model.target.name || bound.outputCount != 1 {
            throw ModelError(
                .incompatible,
                "The model of a bound predicts `\(bound.target.name)`, the model "
                    + "of the point `\(model.target.name)`. Use models of the same target.",
                context: ["target": model.target.name])
        }
    }

    func checkNames() throws(ModelError) {
        guard !(options.writesRawScore && options.writesProbabilities) else {
            throw ModelError(
                .invalidParameter, "Raw scores and probabilities exclude each other: ask for one.")
        }
        var seen: Set<String> = []
        for name in producedFields.map(\.name) where !seen.insert(name).inserted {
            throw ModelError(
                .invalidParameter,
                "The output would have two columns `\(name)`: names of features or classes run "
                    + "together. Ask for less, or rename them.", context: ["column": name])
        }
        for name in options.keptColumns where !seen.insert(name).inserted {
            throw ModelError(
                .invalidParameter,
                "The output would have two columns `\(name)`: it is kept "
                    + "twice, or is a name that predictions use.", context: ["column": name])
        }
    }

    /// - Parameter raw: raw scores of the model, then of the bounds where there are any;
    ///   each (rowCount × outputCount), row-major. Rewritten in place.
    func produce(
        _ raw: [ColumnBuffer<Double>], rowCount: Int, pool: ThreadPool,
        counts: inout PredictionCounts
    ) -> [Column] {
        var scores = raw
        if !options.writesRawScore {
            for (artifact, buffer) in zip([model] + bounds, scores) {
                let (transform, outputCount) = (artifact.transform, artifact.outputCount)
                guard transform != .identity else { continue }
                pool.forEach(count: rowCount, grain: 8 * Self.producedRowCount) { rows, _ in
                    let range = rows.lowerBound * outputCount..<rows.upperBound * outputCount
                    transform.apply(
                        to: UnsafeMutableBufferPointer(rebasing: buffer.mutableElements[range]),
                        outputCount: outputCount)
                }
            }
            if case .probability(let calibration) = model.calibration {
                calibration.apply(to: scores[0].mutableElements)
            }
        }
        let all = scores[0]
        if !model.quantileLevels.isEmpty { scores[0] = output(model.centralOutput, of: all) }
        if let interval {
            scores = interval.widen(scores, isPositive: model.transform == .exp)
        }
        if scores.count == 3 {
            counts.addBounds(
                IntervalBounds.order(
                    point: scores[0].elements, lower: scores[1].mutableElements,
                    upper: scores[2].mutableElements))
        }
        let point = scores[0]
        var values: [ColumnValues] = []
        let best = writesPredictedClass ? bestClasses(point) : []
        if model.outputCount == 1 || !model.quantileLevels.isEmpty {
            values.append(.double(point))
        } else if model.hasSeveralTargets {
            values += outputs(of: point, pool: pool).map { .double($0) }
        } else {
            let highest = ColumnBuffer<Double>(uninitializedCount: rowCount)
            let (source, target) = (point.elements, highest.mutableElements)
            for row in 0..<rowCount {
                target[row] = source[row * model.outputCount + Int(best[row])]
            }
            values.append(.double(highest))
        }
        values += scores.dropFirst().map { .double($0) }
        if !model.quantileLevels.isEmpty {
            values += model.quantileLevels.indices.map { .double(output($0, of: all)) }
        }
        if writesClassScores {
            let ofClasses =
                model.outputCount > 1
                ? outputs(of: point, pool: pool) : [complement(of: point), point]
            values += ofClasses.map { .double($0) }
        }
        if writesPredictedClass {
            values.append(
                .dictionary(
                    codes: ColumnBuffer(best), dictionary: ByteArrays(model.target.classLabels)))
        }
        return zip(producedFields, values).map { Column(field: $0, values: $1) }
    }

    /// The probability of the first of two classes.
    private func complement(of scores: ColumnBuffer<Double>) -> ColumnBuffer<Double> {
        let result = ColumnBuffer<Double>(uninitializedCount: scores.count)
        // Reaching the memory through the buffers would call a function for each value.
        let (source, target) = (scores.elements, result.mutableElements)
        for row in 0..<scores.count { target[row] = 1 - source[row] }
        return result
    }

    /// One of the model's outputs of every row.
    private func output(_ k: Int, of scores: ColumnBuffer<Double>) -> ColumnBuffer<Double> {
        let outputCount = model.outputCount
        let rowCount = scores.count / outputCount
        let result = ColumnBuffer<Double>(uninitializedCount: rowCount)
        // Reaching the memory through the buffers would call a function for each value.
        let (source, target) = (scores.elements, result.mutableElements)
        for row in 0..<rowCount { target[row] = source[row * outputCount + k] }
        return result
    }

    /// (outputCount) each output of every row.
    private func outputs(
        of scores: ColumnBuffer<Double>, pool: ThreadPool
    ) -> [ColumnBuffer<Double>] {
        let outputCount = model.outputCount
        let rowCount = scores.count / outputCount
        let results = (0..<outputCount).map { _ in
            ColumnBuffer<Double>(uninitializedCount: rowCount)
        }
        pool.forEach(count: rowCount, grain: Self.producedRowCount) { rows, _ in
            let source = scores.elements
            for (k, result) in results.enumerated() {
                let target = result.mutableElements
                for row in rows { target[row] = source[row * outputCount + k] }
            }
        }
        return results
    }

    /// The most likely class of every row; the first of equals, and of a binary model the second
    /// only when it is the likelier one.
    private func bestClasses(_ scores: ColumnBuffer<Double>) -> [Int32] {
        let outputCount = model.outputCount
        let source = scores.elements
        if outputCount == 1 {
            let cut = options.writesRawScore ? 0 : 0.5
            return source.map { $0 > cut ? 1 : 0 }
        }
        return (0..<scores.count / outputCount).map { row in
            var best = 0
            for k in 1..<outputCount
            where source[row * outputCount + k] > source[row * outputCount + best] {
                best = k
            }
            return Int32(best)
        }
    }
}
