import Columns
import Models
import Predictions
import Synchronization
import TestSupport
import Testing
import Threads

@Suite("BatchPredictor")
struct BatchPredictorTests {
    let pool = ThreadPool(threadCount: 1)

    func artifact(
        _ kind: ModelArtifact.Kind, features: FeatureSchema = RandomEnsemble.features,
        transform: ScoreTransform = .identity, labels: [String] = [], target: String = "age"
    ) -> ModelArtifact {
        ModelArtifact(
            kind: kind, algorithm: "gbdt", objective: "regression", transform: transform,
            features: features,
            target: ModelTarget(name: target, type: .double, classLabels: labels),
            provenance: Provenance(programVersion: "test", trainRowCount: 0))
    }

    func constant(_ value: Double, target: String = "age") -> ModelArtifact {
        let tree = Tree(nodes: [], leafValues: [value], leafRowCounts: [0])
        return artifact(
            .trees(TreeEnsemble(outputCount: 1, baseScores: [0], trees: [tree])), target: target)
    }

    /// A batch of the five features, an id in front and strings in two carriers.
    func batch(seed: UInt64, rowCount: Int) -> RecordBatch {
        var random = SeededGenerator(seed: seed)
        let valid = { (random: inout SeededGenerator) in
            Validity((0..<rowCount).map { _ in Int.random(in: 0..<9, using: &random) > 0 })
        }
        let words = RandomEnsemble.smallCategories + ["never seen"]
        let codes = (0..<rowCount).map { _ in
            Int32.random(in: 0..<Int32(words.count), using: &random)
        }
        let large = (0..<rowCount).map { _ in "l\(Int.random(in: 0..<1100, using: &random))" }
        let a = (0..<rowCount).map { _ in Double.random(in: -11...4, using: &random) }
        let b = (0..<rowCount).map { _ in Float.random(in: -11...4, using: &random) }
        let c = (0..<rowCount).map { _ in Int32.random(in: -11...4, using: &random) }
        let columns: [(String, ColumnType, ColumnValues, Validity?)] = [
            ("id", .int64, .int64(ColumnBuffer((0..<rowCount).map { Int64($0) })), nil),
            ("large", .string, .byteArrays(ByteArrays(large)), valid(&random)),
            ("c", .int32, .int32(ColumnBuffer(c)), valid(&random)),
            ("a", .double, .double(ColumnBuffer(a)), valid(&random)),
            ("b", .float, .float(ColumnBuffer(b)), nil),
            (
                "small", .string,
                .dictionary(codes: ColumnBuffer(codes), dictionary: ByteArrays(words)),
                valid(&random)
            ),
        ]
        let fields = columns.map { Field(name: $0.0, type: $0.1) }
        return RecordBatch(
            schema: Schema(fields),
            columns: zip(fields, columns).map {
                Column(field: $0, values: $1.2, validity: $1.3)
            }, rowCount: rowCount)
    }

    func doubles(_ batch: RecordBatch, _ name: String) -> [Double] {
        guard case .double(let buffer) = batch[name]?.values else { return [] }
        return Array(buffer.elements)
    }

    private func encoded(_ batch: RecordBatch) throws -> [[Double]] {
        try RandomEnsemble.features.features.map { feature in
            let column = try #require(batch[feature.name])
            var values = [Double](repeating: 0, count: batch.rowCount)
            try values.withUnsafeMutableBufferPointer {
                try FeatureEncoder(feature).encode(column, rows: 0..<batch.rowCount, into: $0)
            }
            return values
        }
    }

    @Test(
        "equals the trees' own walk, for any number of threads",
        arguments: [0, 1, 511, 512, 513, 3000])
    func equalsNaive(rowCount: Int) throws {
        var random = RandomEnsemble(seed: UInt64(rowCount))
        let ensemble = random.ensemble(treeCount: 5, leafCountMax: 60, thresholdCount: 90)
        let input = batch(seed: UInt64(rowCount), rowCount: rowCount)
        let values = try encoded(input)
        let expected = (0..<rowCount).map { row in
            ensemble.trees.reduce(ensemble.baseScores[0]) { sum, tree in
                sum + tree.leafValues[tree.leafIndex { values[$0][row] }]
            }
        }
        let predictor = try BatchPredictor(model: artifact(.trees(ensemble)))
        for threadCount in [1, 3] {
            let result = try predictor.predict(input, pool: ThreadPool(threadCount: threadCount))
            #expect(doubles(result.batch, "prediction") == expected)
            #expect(result.counts.rowCount == rowCount)
            let other = values[2].count { $0 == 71 }
            #expect(result.counts.otherCounts["small"] == (other > 0 ? other : nil))
        }
    }

    @Test("what differs from training is counted, for any number of threads", arguments: [1, 3])
    func observed(threadCount: Int) throws {
        let input = batch(seed: 9, rowCount: 3001)
        let values = try encoded(input)
        var model = constant(3)
        #expect(
            try BatchPredictor(model: model).predict(input, pool: pool).counts.observed.isEmpty)
        model.profiles = [
            FeatureProfile(rowCount: 100, missingCount: 5, minimum: -4, maximum: 2),
            FeatureProfile(rowCount: 100, minimum: -100, maximum: 100),
            FeatureProfile(rowCount: 100, otherCount: 1), FeatureProfile(rowCount: 100),
            // Nothing but missing values.
            FeatureProfile(rowCount: 100, missingCount: 100),
        ]
        let counts = try BatchPredictor(model: model).predict(
            input, pool: ThreadPool(threadCount: threadCount)
        ).counts
        for (index, feature) in RandomEnsemble.features.features.enumerated() {
            var expected = ObservedFeature(profile: FeatureProfile())
            values[index].withUnsafeBufferPointer { expected.profile.add($0, of: feature) }
            if feature.codeCount == 0 {
                let trained = model.profiles[index]
                expected.belowCount = values[index].count { $0 < trained.minimum ?? .infinity }
                expected.aboveCount = values[index].count { $0 > trained.maximum ?? .infinity }
            }
            #expect(counts.observed[index] == expected)
        }
        #expect(counts.observed[0].belowCount > 0 && counts.observed[0].aboveCount > 0)
        var twice = counts
        twice.merge(counts)
        #expect(twice.observed[0].belowCount == 2 * counts.observed[0].belowCount)
        #expect(twice.observed[2].profile.otherCount == 2 * counts.observed[2].profile.otherCount)
    }

    @Test("work beside the scoring is done once", arguments: [1, 3])
    func workAlongside(threadCount: Int) throws {
        let predictor = try BatchPredictor(
            model: constant(3), lower: constant(1), upper: constant(9))
        for rowCount in [0, 1, 9000] {
            let count = Mutex(0)
            let result = try predictor.predict(
                batch(seed: 2, rowCount: rowCount), pool: ThreadPool(threadCount: threadCount),
                alongside: { count.withLock { $0 += 1 } })
            #expect(count.withLock { $0 } == 1)
            #expect(doubles(result.batch, "prediction") == [Double](repeating: 3, count: rowCount))
        }
    }

    @Test("kept columns come first, as they came")
    func keptColumns() throws {
        let input = batch(seed: 1, rowCount: 20)
        let predictor = try BatchPredictor(
            model: constant(3), options: PredictionOptions(keptColumns: ["id", "small"]))
        let output = try predictor.predict(input, pool: pool).batch
        #expect(output.schema.fields.map(\.name) == ["id", "small", "prediction"])
        #expect(output.columns[1].nullCount == input["small"]?.nullCount)
        guard case .int64(let ids) = output.columns[0].values else {
            Issue.record("the id is no int64")
            return
        }
        #expect(Array(ids.elements) == (0..<20).map { Int64($0) })
        #expect(predictor.requiredColumns == ["a", "b", "small", "large", "c", "id"])
    }

    @Test(
        "bounds never cross",
        arguments: [
            (1.0, 2.0, 3.0, 0, 0), (3.0, 2.0, 1.0, 4, 0), (1.0, 9.0, 3.0, 0, 4),
            (5.0, 2.0, 3.0, 4, 4),
        ])
    func bounds(lower: Double, point: Double, upper: Double, crossed: Int, widened: Int) throws {
        let predictor = try BatchPredictor(
            model: constant(point), lower: constant(lower), upper: constant(upper))
        let result = try predictor.predict(batch(seed: 2, rowCount: 4), pool: pool)
        #expect(
            result.batch.schema.fields.map(\.name)
                == ["prediction", "prediction_lower", "prediction_upper"])
        let low = doubles(result.batch, "prediction_lower")
        let high = doubles(result.batch, "prediction_upper")
        #expect(doubles(result.batch, "prediction") == Array(repeating: point, count: 4))
        #expect(low == Array(repeating: min(lower, point, upper), count: 4))
        #expect(high == Array(repeating: max(lower, point, upper), count: 4))
        #expect(result.counts.crossedRowCount == crossed)
        #expect(result.counts.widenedRowCount == widened)
    }

    @Test("models of different features are scored from one batch")
    func differentFeatures() throws {
        let bound = FeatureSchema([RandomEnsemble.features.features[0]])
        let node = Tree.Node(
            feature: 0, threshold: -4, categorySet: -1, missingGoesLeft: true, left: -1, right: -2,
            gain: 0, rowCount: 0)
        let tree = Tree(nodes: [node], leafValues: [-1, -2], leafRowCounts: [0, 0])
        let lower = artifact(
            .trees(TreeEnsemble(outputCount: 1, baseScores: [0], trees: [tree])), features: bound)
        let input = batch(seed: 3, rowCount: 600)
        let result = try BatchPredictor(model: constant(0), lower: lower, upper: constant(1))
            .predict(input, pool: pool)
        let values = try encoded(input)[0]
        #expect(
            doubles(result.batch, "prediction_lower")
                == values.map { $0.isNaN || $0 <= -4 ? -1 : -2 })
    }

    @Test("a binary model gives the probability of the second class")
    func binary() throws {
        let tree = Tree(nodes: [], leafValues: [1], leafRowCounts: [0])
        let model = artifact(
            .trees(TreeEnsemble(outputCount: 1, baseScores: [0.5], trees: [tree])),
            transform: .sigmoid, labels: ["no", "yes"])
        let options = PredictionOptions(writesProbabilities: true, writesPredictedClass: true)
        let output = try BatchPredictor(model: model, options: options)
            .predict(batch(seed: 4, rowCount: 3), pool: pool).batch
        #expect(
            output.schema.fields.map(\.name)
                == ["prediction", "probability_no", "probability_yes", "predicted_class"])
        let p = 0.8175744761936437  // 1 / (1 + exp(-1.5))
        #expect(isClose(doubles(output, "prediction")[0], p, relative: 1e-14))
        #expect(isClose(doubles(output, "probability_yes")[2], p, relative: 1e-14))
        #expect(isClose(doubles(output, "probability_no")[2], 1 - p, relative: 1e-14))
        #expect(text(output, "predicted_class") == ["yes", "yes", "yes"])
        let raw = try BatchPredictor(
            model: model,
            options: PredictionOptions(writesPredictedClass: true, writesRawScore: true)
        ).predict(batch(seed: 4, rowCount: 1), pool: pool).batch
        #expect(doubles(raw, "prediction") == [1.5])
        #expect(text(raw, "predicted_class") == ["yes"])
    }

    @Test("a model of several classes gives each probability and the likeliest class")
    func multiclass() throws {
        let trees = [0.0, 2, 1].map {
            Tree(nodes: [], leafValues: [$0], leafRowCounts: [0])
        }
        let model = artifact(
            .trees(TreeEnsemble(outputCount: 3, baseScores: [0, 0, 0], trees: trees)),
            transform: .softmax, labels: ["x", "y", "z"])
        let output = try BatchPredictor(
            model: model, options: PredictionOptions(writesProbabilities: true)
        ).predict(batch(seed: 5, rowCount: 2), pool: pool).batch
        let sum = 1 + 7.38905609893065 + 2.718281828459045
        #expect(isClose(doubles(output, "prediction")[1], 7.38905609893065 / sum, relative: 1e-14))
        #expect(isClose(doubles(output, "probability_x")[1], 1 / sum, relative: 1e-14))
        #expect(text(output, "predicted_class") == ["y", "y"])
        let raw = try BatchPredictor(
            model: model, options: PredictionOptions(writesRawScore: true)
        ).predict(batch(seed: 5, rowCount: 2), pool: pool).batch
        #expect(doubles(raw, "prediction") == [2, 2])
        for (label, score) in [("x", 0.0), ("y", 2), ("z", 1)] {
            #expect(doubles(raw, "raw_score_" + label) == [score, score])
        }
        #expect(text(raw, "predicted_class") == ["y", "y"])
    }

    @Test("a linear model, missing values and unlisted categories included")
    func linear() throws {
        let model = LinearModel(
            terms: [
                .init(feature: 0, kind: .value, mean: 2, scale: 1),
                .init(feature: 0, kind: .missing, mean: 0.25, scale: 1),
                .init(feature: 2, kind: .category(code: 1), mean: 0.5, scale: 1),
                .init(feature: 2, kind: .category(code: 71), mean: 0.125, scale: 1),
            ], outputCount: 1, intercepts: [10], coefficients: [3, -4, 8, 16])
        let input = batch(seed: 6, rowCount: 700)
        let output = try BatchPredictor(model: artifact(.linear(model)))
            .predict(input, pool: pool).batch
        let values = try encoded(input)
        for (row, prediction) in doubles(output, "prediction").enumerated() {
            let x = values[0][row]
            var expected = 10 + 3 * (x.isNaN ? 0 : x - 2)
            expected += -4 * ((x.isNaN ? 1 : 0) - 0.25)
            expected += 8 * ((values[2][row] == 1 ? 1 : 0) - 0.5)
            expected += 16 * ((values[2][row] == 71 ? 1 : 0) - 0.125)
            #expect(isClose(prediction, expected, relative: 1e-13, absolute: 1e-13))
        }
    }

    @Test("what does not fit is refused")
    func refusals() {
        func code(_ body: () throws -> Void) -> ModelError.Code? {
            do {
                try body()
            } catch {
                return (error as? ModelError)?.code
            }
            return nil
        }
        #expect(
            code { _ = try BatchPredictor(model: constant(1), lower: constant(0)) }
                == .invalidParameter)
        #expect(
            code {
                _ = try BatchPredictor(
                    model: constant(1), lower: constant(0, target: "x"), upper: constant(2))
            } == .incompatible)
        #expect(
            code {
                _ = try BatchPredictor(
                    model: constant(1), options: PredictionOptions(keptColumns: ["id", "id"]))
            } == .invalidParameter)
        #expect(
            code {
                _ = try BatchPredictor(
                    model: constant(1), options: PredictionOptions(keptColumns: ["prediction"]))
            } == .invalidParameter)
        #expect(
            code {
                _ = try BatchPredictor(
                    model: constant(1), options: PredictionOptions(keptColumns: ["none"])
                ).predict(batch(seed: 1, rowCount: 1), pool: pool)
            } == .incompatible)
        #expect(
            code {
                _ = try BatchPredictor(
                    model: constant(1),
                    options: PredictionOptions(writesProbabilities: true, writesRawScore: true))
            } == .invalidParameter)
        #expect(
            code {
                let empty = RecordBatch(schema: Schema([]), columns: [], rowCount: 0)
                _ = try BatchPredictor(model: constant(1)).predict(empty, pool: pool)
            } == .incompatible)
    }

    private func text(_ batch: RecordBatch, _ name: String) -> [String] {
        guard case .dictionary(let codes, let dictionary) = batch[name]?.values else { return [] }
        return codes.elements.map { dictionary.string(Int($0)) }
    }
}
