import Columns
import Models
import Predictions
import TestSupport
import Testing
import Threads

@testable import Interchange

/// Written for another library and read back, a model predicts the same; that the libraries
/// themselves agree is for Tests/EndToEndTests/test_foreign_models.py.
@Suite("Export")
struct ExportTests {
    private static let towns = ["Łódź", "", "a b", "\"x\"\n"]

    private static let schema = FeatureSchema([
        Feature(name: "number", type: .double, encoding: .numeric),
        Feature(name: "float", type: .float, encoding: .numeric),
        Feature(name: "town", type: .string, encoding: .categorical(categories: towns)),
        Feature(
            name: "zone", type: .int64, encoding: .categorical(categories: ["7", "0", "12"])),
    ])

    private static func model(seed: UInt64, outputCount: Int) -> ModelArtifact {
        var random = SeededGenerator(seed: seed)
        let trees = (0..<outputCount * Int.random(in: 0...4, using: &random)).map { _ in
            tree(using: &random)
        }
        return ModelArtifact(
            kind: .trees(
                TreeEnsemble(
                    outputCount: outputCount,
                    baseScores: (0..<outputCount).map { _ in
                        Double(Float.random(in: -1...1, using: &random))
                    }, trees: trees)), algorithm: "gbdt",
            objective: outputCount > 1 ? "multiclass" : "regression",
            transform: outputCount > 1 ? .softmax : .identity, features: schema,
            target: ModelTarget(
                name: "y", type: .double,
                classLabels: outputCount > 1 ? (0..<outputCount).map { "\($0)" } : []),
            provenance: Provenance(programVersion: "1", trainRowCount: 1))
    }

    @Test("several quantiles are refused by name", arguments: ForeignFormat.allCases)
    func severalQuantilesAreRefused(format: ForeignFormat) {
        var model = Self.model(seed: 1, outputCount: 3)
        model.target.classLabels = []
        model.quantileLevels = [0.1, 0.5, 0.9]
        model.transform = .ascending
        let error = #expect(throws: InterchangeError.self) {
            try ForeignModel.encode(model, for: format)
        }
        #expect(error?.code == .unsupported && error?.message.contains("3 quantiles") == true)
    }

    /// Splits random leaves, in the order in which nodes are numbered.
    private static func tree(using random: inout SeededGenerator) -> Tree {
        var nodes: [Tree.Node] = []
        var sets: [[UInt64]] = []
        for leafCount in 1...Int.random(in: 1...12, using: &random) where leafCount > 1 {
            let leaf = Int32.random(in: 0..<Int32(leafCount - 1), using: &random)
            let index = Int32(nodes.count)
            for parent in nodes.indices {
                if nodes[parent].left == ~leaf { nodes[parent].left = index }
                if nodes[parent].right == ~leaf { nodes[parent].right = index }
            }
            let feature = Int32.random(in: 0..<4, using: &random)
            if feature >= 2 { sets.append([random.next() & 0x3F]) }
            nodes.append(
                Tree.Node(
                    feature: feature,
                    threshold: Double(Float.random(in: -2...2, using: &random)),
                    categorySet: feature >= 2 ? Int32(sets.count - 1) : -1,
                    missingGoesLeft: feature < 2 && Bool.random(using: &random), left: ~leaf,
                    right: ~Int32(leafCount - 1), gain: 1, rowCount: 1))
        }
        let values = (0...nodes.count).map { _ in Double(Float.random(in: -1...1, using: &random)) }
        return Tree(
            nodes: nodes, leafValues: values, leafRowCounts: values.map { _ in 1 },
            categorySets: sets)
    }

    private static let rowCount = 60

    /// Floats, so that XGBoost's rounding changes none.
    private static func numbers(_ random: inout SeededGenerator) -> ColumnBuffer<Double> {
        ColumnBuffer(
            (0..<rowCount).map { row in
                row % 7 == 0 ? .nan : Double(Float.random(in: -3...3, using: &random))
            })
    }

    /// The columns that the model itself takes, or codes in place of categories.
    private static func rows(seed: UInt64, coded: Bool) -> RecordBatch {
        var random = SeededGenerator(seed: seed)
        var columns = ["number", "float"].map { name in
            Column(
                field: Field(name: name, type: name == "float" && !coded ? .double : .double),
                values: .double(numbers(&random)))
        }
        columns[1] = Column(
            field: Field(name: "float", type: .float),
            values: .float(
                {
                    guard case .double(let buffer) = columns[1].values else {
                        return ColumnBuffer([])
                    }
                    return ColumnBuffer(buffer.elements.map { Float($0) })
                }()))
        let codes = (0..<rowCount).map { $0 % 6 }
        if coded {
            // NaN for a missing category, N + 1 for an unknown one.
            columns.append(category("town", codes.map { $0 == 4 ? .nan : Double($0) }))
            columns.append(
                category("zone", codes.map { [0, 1, 2, .nan, 4, 4][$0] }))
        } else {
            columns.append(text("town", codes.map { (towns + [nil, "never seen"])[$0] }))
            columns.append(integer("zone", codes.map { [7, 0, 12, nil, 99, -4][$0] }))
        }
        return RecordBatch(
            schema: Schema(columns.map(\.field)), columns: columns, rowCount: rowCount)
    }

    private static func category(_ name: String, _ values: [Double]) -> Column {
        Column(field: Field(name: name, type: .double), values: .double(ColumnBuffer(values)))
    }

    private static func text(_ name: String, _ values: [String?]) -> Column {
        Column(
            field: Field(name: name, type: .string),
            values: .byteArrays(ByteArrays(values.map { $0 ?? "" })),
            validity: Validity(values.map { $0 != nil }))
    }

    private static func integer(_ name: String, _ values: [Int64?]) -> Column {
        Column(
            field: Field(name: name, type: .int64),
            values: .int64(ColumnBuffer(values.map { $0 ?? 0 })),
            validity: Validity(values.map { $0 != nil }))
    }

    private static func predict(_ model: ModelArtifact, _ batch: RecordBatch) throws -> [[Double]] {
        var options = PredictionOptions()
        options.writesProbabilities = model.outputCount > 1
        let result = try BatchPredictor(model: model, options: options)
            .predict(batch, pool: ThreadPool(threadCount: 1)).batch
        return result.columns.compactMap { column in
            guard case .double(let buffer) = column.values else { return nil }
            return Array(buffer.elements)
        }
    }

    @Test("XGBoost: codes for categories, floats", arguments: 0..<40 as Range<UInt64>)
    func xgboost(seed: UInt64) throws {
        let model = Self.model(seed: seed, outputCount: seed % 4 == 3 ? 3 : 1)
        let back = try ForeignModel.decode(XGBoostExport.encode(model), expected: .xgboost)
        let ours = try Self.predict(model, Self.rows(seed: seed, coded: false))
        let theirs = try Self.predict(back, Self.rows(seed: seed, coded: true))
        for (a, b) in zip(ours.joined(), theirs.joined()) {
            #expect(abs(a - b) <= 1e-6 * max(1, abs(a)))
        }
        #expect(ours.count == theirs.count)
    }

    @Test("LightGBM: to the last bit", arguments: 0..<40 as Range<UInt64>)
    func lightGBM(seed: UInt64) throws {
        let model = Self.model(seed: seed, outputCount: seed % 4 == 3 ? 3 : 1)
        let text = try LightGBMExport.encode(model)
        // pandas' names would make texts of the codes again; without them codes are integers.
        let lines = String(decoding: text, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false
        ).filter { !$0.hasPrefix("pandas_categorical") }
        let back = try ForeignModel.decode(Array(lines.joined(separator: "\n").utf8))
        let ours = try Self.predict(model, Self.rows(seed: seed, coded: false))
        let theirs = try Self.predict(back, Self.rows(seed: seed, coded: true))
        #expect(ours == theirs)
        let named = try ForeignModel.decode(text)
        guard case .categorical(let towns) = named.features.features[2].encoding else {
            Issue.record("the texts are gone")
            return
        }
        #expect(towns == Self.towns + ["<missing>", "<other>"])
    }

    @Test(
        "several targets: XGBoost and ONNX take them, LightGBM does not",
        arguments: 0..<8 as Range<UInt64>)
    func targets(seed: UInt64) throws {
        var model = Self.model(seed: seed, outputCount: 3)
        model.transform = .identity
        model.target.classLabels = []
        let ours = try Self.predict(model, Self.rows(seed: seed, coded: false))
        #expect(ours.count == 3)
        let xgboost = try ForeignModel.decode(XGBoostExport.encode(model), expected: .xgboost)
        let theirs = try Self.predict(xgboost, Self.rows(seed: seed, coded: true))
        #expect(xgboost.hasSeveralTargets && theirs.count == 3)
        for (a, b) in zip(ours.joined(), theirs.joined()) {
            #expect(abs(a - b) <= 1e-6 * max(1, abs(a)))
        }
        #expect(throws: Never.self) { try ONNXExport.encode(model) }
        let error = #expect(throws: InterchangeError.self) { try LightGBMExport.encode(model) }
        #expect(error?.message.contains("3 targets") == true)
    }

    @Test("what a format cannot say is refused by name")
    func refuses() throws {
        var model = Self.model(seed: 1, outputCount: 3)
        model.transform = .sigmoid
        #expect(throws: InterchangeError.self) { try XGBoostExport.encode(model) }
        model.features.features[0].zeroIsMissing = true
        model.transform = .softmax
        let error = #expect(throws: InterchangeError.self) { try XGBoostExport.encode(model) }
        #expect(error?.message.contains("`number`") == true)
        model.kind = .linear(
            LinearModel(terms: [], outputCount: 1, intercepts: [1], coefficients: []))
        for format in [ForeignFormat.lightgbm, .xgboost] {
            #expect(throws: InterchangeError.self) { try ForeignModel.encode(model, for: format) }
        }
    }
}
