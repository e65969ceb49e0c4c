import Columns
import FoundationEssentials
import Models
import Predictions
import TestSupport
import Testing
import Threads

@Suite("Scores against LightGBM")
struct LightGBMReferenceTests {
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
                nodes: nodes, leafValues: leaves, leafRowCounts: leaves.map { _ in 0 },
                categorySets: sets)
        }
    }

    struct Document: Decodable {
        var categoryCount: Int
        var trees: [RecordedTree]
        var rows: [[Double?]]
        var scores: [Double]
    }

    @Test("equal to the last bits, missing and unseen values included")
    func equalsLightGBM() throws {
        let url = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/lightgbm.json")
        let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: url))
        let categories = (0..<document.categoryCount).map { "\($0)" }
        let features = FeatureSchema([
            Feature(name: "a", type: .double, encoding: .numeric),
            Feature(name: "b", type: .double, encoding: .numeric),
            Feature(name: "k", type: .int32, encoding: .categorical(categories: categories)),
        ])
        let model = ModelArtifact(
            kind: .trees(
                TreeEnsemble(
                    outputCount: 1, baseScores: [0], trees: document.trees.map(\.tree))),
            algorithm: "gbdt", objective: "regression", features: features,
            target: ModelTarget(name: "y", type: .double),
            provenance: Provenance(programVersion: "test", trainRowCount: 400))
        // Through the file format, as a model travels.
        let decoded = try ModelFormat.decode(ModelFormat.encode(model))
        let result = try BatchPredictor(model: decoded).predict(
            batch(document.rows), pool: ThreadPool(threadCount: 1))
        guard case .double(let predictions) = result.batch.columns[0].values else {
            Issue.record("no predictions")
            return
        }
        #expect(predictions.count == document.scores.count)
        for (prediction, expected) in zip(predictions.elements, document.scores) {
            // Both add leaf values in the order of the trees.
            #expect(isClose(prediction, expected, relative: 1e-14))
        }
        let unseen = document.rows.count { ($0[2] ?? 0) >= Double(document.categoryCount) }
        #expect(unseen > 0 && result.counts.otherCounts == ["k": unseen])
    }

    private func batch(_ rows: [[Double?]]) -> RecordBatch {
        let fields = [
            Field(name: "a", type: .double), Field(name: "b", type: .double),
            Field(name: "k", type: .int32),
        ]
        let columns = fields.indices.map { index in
            let values = rows.map { $0[index] ?? 0 }
            return Column(
                field: fields[index],
                values: index < 2
                    ? .double(ColumnBuffer(values))
                    : .int32(ColumnBuffer(values.map { Int32($0) })),
                validity: Validity(rows.map { $0[index] != nil }))
        }
        return RecordBatch(schema: Schema(fields), columns: columns, rowCount: rows.count)
    }
}
