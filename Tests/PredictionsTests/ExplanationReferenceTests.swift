import Columns
import FoundationEssentials
import Models
import Predictions
import TestSupport
import Testing
import Threads

@Suite("Explanations against LightGBM and XGBoost")
struct ExplanationReferenceTests {
    struct Node: Decodable {
        var feature: Int32
        var defaultLeft: Bool
        var categories: [Int]?
        var threshold: Double?
        var left: Int32
        var right: Int32
    }

    struct RecordedTree: Decodable {
        var nodes: [Node]
        var leaves: [Double]
        var counts: [Int64]

        var tree: Tree {
            var sets: [[UInt64]] = []
            let nodes = nodes.map { node in
                var set: Int32 = -1
                if let categories = node.categories {
                    set = Int32(sets.count)
                    sets.append([categories.reduce(0) { $0 | 1 << UInt64($1) }])
                }
                return Tree.Node(
                    feature: node.feature, threshold: node.threshold ?? 0, categorySet: set,
                    missingGoesLeft: node.defaultLeft, left: node.left, right: node.right, gain: 0,
                    rowCount: 0)
            }
            return Tree(
                nodes: nodes, leafValues: leaves, leafRowCounts: counts, categorySets: sets)
        }
    }

    struct Recorded: Decodable {
        var baseScore: Double?
        var trees: [RecordedTree]
        var contributions: [[Double]]
        var leaves: [[Int32]]?
        var interactions: [[[Double]]]?
    }

    struct Document: Decodable {
        var categoryCount: Int
        var rows: [[Double?]]
        var lightgbm: Recorded
        var xgboost: Recorded
    }

    private let document: Document

    init() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/explained.json")
        document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
    }

    /// What `recorded` explains, through the file format; XGBoost takes categories as numbers.
    private func explain(
        _ recorded: Recorded, hasCategories: Bool, _ options: PredictionOptions
    ) throws -> RecordBatch {
        let categories = (0..<document.categoryCount).map { "\($0)" }
        let features = FeatureSchema(
            (0..<5).map { index in
                index == 4 && hasCategories
                    ? Feature(
                        name: "x4", type: .int32, encoding: .categorical(categories: categories))
                    : Feature(name: "x\(index)", type: .double, encoding: .numeric)
            })
        let model = ModelArtifact(
            kind: .trees(
                TreeEnsemble(
                    outputCount: 1, baseScores: [recorded.baseScore ?? 0],
                    trees: recorded.trees.map(\.tree))),
            algorithm: "gbdt", objective: "regression", features: features,
            target: ModelTarget(name: "y", type: .double),
            provenance: Provenance(programVersion: "test", trainRowCount: 600))
        let columns = features.features.indices.map { index in
            let values = document.rows.map { $0[index] ?? 0 }
            return Column(
                field: Field(name: "x\(index)", type: features.features[index].type),
                values: features.features[index].type == .int32
                    ? .int32(ColumnBuffer(values.map { Int32($0) }))
                    : .double(ColumnBuffer(values)),
                validity: Validity(document.rows.map { $0[index] != nil }))
        }
        let batch = RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: document.rows.count)
        let predictor = try BatchPredictor(
            model: ModelFormat.decode(ModelFormat.encode(model)), options: options)
        return try predictor.predict(batch, pool: ThreadPool(threadCount: 1)).batch
    }

    private func doubles(_ batch: RecordBatch, _ name: String) throws -> [Double] {
        guard case .double(let buffer) = batch[name]?.values else {
            throw ModelError(.invalidParameter, "no column \(name)")
        }
        return Array(buffer.elements)
    }

    @Test("LightGBM's contributions and leaves")
    func lightgbm() throws {
        let result = try explain(
            document.lightgbm, hasCategories: true,
            PredictionOptions(writesLeafIndices: true, writesContributions: true))
        let names = (0..<5).map { "contribution_x\($0)" } + ["expected_value"]
        for (index, name) in names.enumerated() {
            for (row, found) in try doubles(result, name).enumerated() {
                // LightGBM's own recursion loses some digits.
                #expect(
                    isClose(found, document.lightgbm.contributions[row][index], absolute: 1e-9))
            }
        }
        let leaves = try #require(document.lightgbm.leaves)
        for tree in document.lightgbm.trees.indices {
            guard case .int32(let found) = result["leaf_\(tree)"]?.values else {
                Issue.record("no leaves of tree \(tree)")
                continue
            }
            #expect(Array(found.elements) == leaves.map { $0[tree] })
        }
    }

    @Test("XGBoost's contributions and interactions")
    func xgboost() throws {
        let result = try explain(
            document.xgboost, hasCategories: false,
            PredictionOptions(writesContributions: true, writesInteractions: true))
        let interactions = try #require(document.xgboost.interactions)
        // XGBoost works in single precision.
        let tolerance = 2e-5
        for a in 0..<5 {
            for (row, found) in try doubles(result, "contribution_x\(a)").enumerated() {
                let expected = document.xgboost.contributions[row][a]
                #expect(isClose(found, expected, absolute: tolerance))
            }
            for b in a..<5 {
                for (row, found) in try doubles(result, "interaction_x\(a)_x\(b)").enumerated() {
                    let half = interactions[row][a][b]
                    let expected = a == b ? half : half + interactions[row][b][a]
                    #expect(isClose(found, expected, absolute: tolerance))
                }
            }
        }
        for (row, found) in try doubles(result, "expected_value").enumerated() {
            #expect(
                isClose(found, document.xgboost.contributions[row][5], absolute: tolerance))
        }
    }
}
