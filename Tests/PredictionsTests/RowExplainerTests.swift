import Columns
import Models
import Predictions
import TestSupport
import Testing
import Threads

@Suite("RowExplainer")
struct RowExplainerTests {
    private let features = FeatureSchema([
        Feature(name: "a", type: .double, encoding: .numeric),
        Feature(name: "b", type: .double, encoding: .numeric),
        Feature(name: "k", type: .int32, encoding: .categorical(categories: ["3", "1"])),
    ])

    private func artifact(_ kind: ModelArtifact.Kind, labels: [String] = []) -> ModelArtifact {
        ModelArtifact(
            kind: kind, algorithm: "gbdt", objective: "multiclass",
            transform: labels.isEmpty ? .identity : .softmax, features: features,
            target: ModelTarget(name: "y", type: .string, classLabels: labels),
            provenance: Provenance(programVersion: "test", trainRowCount: 0))
    }

    private func ensemble(outputCount: Int) -> TreeEnsemble {
        var random = SeededGenerator(seed: 4)
        let trees = (0..<4 * outputCount).map { index in
            Tree(
                nodes: [
                    Tree.Node(
                        feature: Int32(index % 2), threshold: 0, categorySet: -1,
                        missingGoesLeft: true, left: 1, right: -1, gain: 0, rowCount: 0),
                    Tree.Node(
                        feature: 2, threshold: 0, categorySet: 0, missingGoesLeft: false, left: -2,
                        right: -3, gain: 0, rowCount: 0),
                ],
                leafValues: (0..<3).map { _ in Double.random(in: -1...1, using: &random) },
                leafRowCounts: [5, 2, 9], categorySets: [[0b101]])
        }
        return TreeEnsemble(
            outputCount: outputCount, baseScores: [Double](repeating: 0.25, count: outputCount),
            trees: trees)
    }

    private func batch(rowCount: Int) -> RecordBatch {
        var random = SeededGenerator(seed: 5)
        let fields = features.features.map { Field(name: $0.name, type: $0.type) }
        let valid = Validity((0..<rowCount).map { _ in Bool.random(using: &random) })
        let columns = fields.map { field -> Column in
            let values: ColumnValues =
                field.type == .int32
                ? .int32(
                    ColumnBuffer(
                        (0..<rowCount).map { _ in Int32.random(in: 0...4, using: &random) }))
                : .double(
                    ColumnBuffer(
                        (0..<rowCount).map { _ in Double.random(in: -1...1, using: &random) }))
            return Column(field: field, values: values, validity: valid)
        }
        return RecordBatch(schema: Schema(fields), columns: columns, rowCount: rowCount)
    }

    private func doubles(_ batch: RecordBatch, _ name: String) -> [Double] {
        guard case .double(let buffer) = batch[name]?.values else { return [] }
        return Array(buffer.elements)
    }

    private func predict(
        _ model: ModelArtifact, _ options: PredictionOptions, rowCount: Int, threadCount: Int = 1
    ) throws -> RecordBatch {
        try BatchPredictor(model: model, options: options).predict(
            batch(rowCount: rowCount), pool: ThreadPool(threadCount: threadCount)
        ).batch
    }

    @Test("each class has its own columns, which add up to its raw score")
    func classes() throws {
        let labels = ["x", "y", "z"]
        let model = artifact(.trees(ensemble(outputCount: 3)), labels: labels)
        let options = PredictionOptions(writesContributions: true, writesInteractions: true)
        let found = try predict(model, options, rowCount: 1100)
        var scores = [[Double]](repeating: [], count: 1100)
        for label in labels {
            let names = ["a", "b", "k"].map { "contribution_\(label)_\($0)" }
            let pairs = ["a_a", "a_b", "a_k", "b_b", "b_k", "k_k"].map {
                "interaction_\(label)_\($0)"
            }
            let base = doubles(found, "expected_value_\(label)")
            let shares = names.map { doubles(found, $0) }
            let together = pairs.map { doubles(found, $0) }
            for row in 0..<1100 {
                let sum = shares.reduce(base[row]) { $0 + $1[row] }
                #expect(isClose(together.reduce(base[row]) { $0 + $1[row] }, sum, absolute: 1e-12))
                scores[row].append(sum)
            }
        }
        // The prediction is the probability of the likeliest class, after the softmax.
        for (row, prediction) in doubles(found, "prediction").enumerated() {
            let largest = scores[row].max() ?? 0
            let sum = scores[row].reduce(0) { $0 + exponential($1 - largest) }
            #expect(isClose(prediction, 1 / sum, relative: 1e-9))
        }
    }

    /// e to the x by its series, for small arguments.
    private func exponential(_ x: Double) -> Double {
        var term = 1.0
        var sum = 1.0
        for k in 1..<60 {
            term *= x / Double(k)
            sum += term
        }
        return sum
    }

    @Test("a linear model's terms are its contributions")
    func linear() throws {
        let model = LinearModel(
            terms: [
                .init(feature: 0, kind: .value, mean: 0.5, scale: 1),
                .init(feature: 0, kind: .missing, mean: 0.25, scale: 1),
                .init(feature: 2, kind: .category(code: 1), mean: 0.125, scale: 1),
            ], outputCount: 1, intercepts: [7], coefficients: [2, -3, 4])
        let found = try predict(
            artifact(.linear(model)), PredictionOptions(writesContributions: true), rowCount: 700)
        let shares = ["a", "b", "k"].map { doubles(found, "contribution_\($0)") }
        #expect(doubles(found, "expected_value") == [Double](repeating: 7, count: 700))
        for (row, prediction) in doubles(found, "prediction").enumerated() {
            #expect(isClose(shares.reduce(7) { $0 + $1[row] }, prediction, absolute: 1e-9))
            #expect(shares[1][row] == 0)
        }
        #expect(throws: ModelError.self) {
            try BatchPredictor(
                model: artifact(.linear(model)), options: PredictionOptions(writesLeafIndices: true)
            )
        }
        #expect(throws: ModelError.self) {
            try BatchPredictor(
                model: artifact(.linear(model)),
                options: PredictionOptions(writesInteractions: true))
        }
    }

    @Test("the same for any number of threads", arguments: [2, 3, 16])
    func threads(threadCount: Int) throws {
        let model = artifact(.trees(ensemble(outputCount: 1)))
        let options = PredictionOptions(
            writesLeafIndices: true, writesContributions: true, writesInteractions: true)
        let one = try predict(model, options, rowCount: 3000)
        let many = try predict(model, options, rowCount: 3000, threadCount: threadCount)
        #expect(one.schema == many.schema)
        for name in one.schema.fields.map(\.name) where !name.hasPrefix("leaf") {
            #expect(doubles(one, name) == doubles(many, name))
        }
        for index in 0..<4 {
            guard case .int32(let a) = one["leaf_\(index)"]?.values,
                case .int32(let b) = many["leaf_\(index)"]?.values
            else {
                Issue.record("no leaves")
                continue
            }
            #expect(a.elements.elementsEqual(b.elements))
        }
    }

    @Test("names that run together and too many columns are refused")
    func refusals() throws {
        func model(_ names: [String]) -> ModelArtifact {
            var model = artifact(
                .trees(TreeEnsemble(outputCount: 1, baseScores: [0], trees: [])))
            model.features = FeatureSchema(
                names.map { Feature(name: $0, type: .double, encoding: .numeric) })
            return model
        }
        let interactions = PredictionOptions(writesInteractions: true)
        #expect(throws: ModelError.self) {
            try BatchPredictor(model: model(["a", "b_c", "a_b", "c"]), options: interactions)
        }
        #expect(throws: ModelError.self) {
            try BatchPredictor(model: model((0..<300).map { "f\($0)" }), options: interactions)
        }
        _ = try BatchPredictor(model: model(["a", "b"]), options: interactions)
    }
}
