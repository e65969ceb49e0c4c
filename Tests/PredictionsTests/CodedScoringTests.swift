import Columns
import Models
import Predictions
import TestSupport
import Testing
import Threads

/// Columns that come as codes of their values score as their values do.
@Suite("Scoring codes")
struct CodedScoringTests {
    private let tests = BatchPredictorTests()

    /// The batch with its numbers rounded to few, as codes; entries that no row has included.
    private func coded(_ batch: RecordBatch, extra: [Double]) -> RecordBatch {
        let columns = batch.columns.map { column -> Column in
            switch column.values {
            case .double(let buffer):
                return coded(column, buffer.elements.map { ($0 * 4).rounded() / 4 }, extra) {
                    .double(ColumnBuffer($0))
                }
            case .float(let buffer):
                return coded(column, buffer.elements.map { Double($0 * 4).rounded() / 4 }, extra) {
                    .float(ColumnBuffer($0.map { Float($0) }))
                }
            case .int32(let buffer):
                return coded(column, buffer.elements.map { Double($0) }, []) {
                    .int32(ColumnBuffer($0.map { Int32($0) }))
                }
            default: return column
            }
        }
        return RecordBatch(schema: batch.schema, columns: columns, rowCount: batch.rowCount)
    }

    private func coded(
        _ column: Column, _ values: [Double], _ extra: [Double],
        _ carrier: ([Double]) -> ColumnValues
    ) -> Column {
        // Missing values that are no nulls, and entries that lie outside and do not occur.
        let distinct = Array(Set(values)).sorted() + extra
        let codes = values.enumerated().map { row, value -> UInt16 in
            if column.isNull(row) { return 0 }
            if !extra.isEmpty, row % 17 == 0 { return UInt16(distinct.count) }
            return UInt16((distinct.firstIndex(of: value) ?? 0) + 1)
        }
        return Column(
            field: column.field,
            values: .coded(codes: ColumnBuffer(codes), entries: carrier([0] + distinct)),
            validity: column.validity)
    }

    private func expanded(_ batch: RecordBatch) -> RecordBatch {
        RecordBatch(
            schema: batch.schema, columns: batch.columns.map { $0.expanded() },
            rowCount: batch.rowCount)
    }

    private func profiles(_ random: inout SeededGenerator) -> [FeatureProfile] {
        RandomEnsemble.features.features.map { _ in
            FeatureProfile(
                rowCount: 100, minimum: Double.random(in: -14...0, using: &random),
                maximum: Double.random(in: 0...6, using: &random))
        }
    }

    private func compare(
        _ predictor: BatchPredictor, _ batch: RecordBatch, _ text: String
    ) throws {
        let expected = try predictor.predict(
            expanded(batch), pool: ThreadPool(threadCount: 1))
        for threadCount in [1, 3] {
            let found = try predictor.predict(batch, pool: ThreadPool(threadCount: threadCount))
            for name in found.batch.schema.fields.map(\.name) {
                #expect(
                    tests.doubles(found.batch, name).map(\.bitPattern)
                        == tests.doubles(expected.batch, name).map(\.bitPattern),
                    "\(text) \(name)")
            }
            #expect(found.counts == expected.counts, "\(text)")
        }
    }

    @Test(
        "scores and counts are those of the values", arguments: 0..<12 as Range<UInt64>)
    func equalValues(seed: UInt64) throws {
        var random = RandomEnsemble(seed: seed)
        // Narrow bins, wide ones, and trees that are walked.
        let thresholdCount = [3, 90, 40_000][Int(seed % 3)]
        let leafCountMax = [31, 200, 400][Int(seed / 3 % 3)]
        let ensemble = random.ensemble(
            treeCount: 12, leafCountMax: leafCountMax, thresholdCount: thresholdCount)
        let rowCount = [1, 511, 513, 3000][Int(seed % 4)]
        let extra = [[], [.nan], [1000, .nan], [-1000, 0.125]][Int(seed % 4)] as [Double]
        let batch = coded(tests.batch(seed: seed, rowCount: rowCount), extra: extra)
        var model = tests.artifact(.trees(ensemble))
        if seed % 2 == 0 { model.profiles = profiles(&random.random) }
        try compare(BatchPredictor(model: model), batch, "trees")
        if leafCountMax == 31 {
            var options = PredictionOptions()
            options.writesLeafIndices = true
            try compare(BatchPredictor(model: model, options: options), batch, "leaves")
        }
    }

    @Test("a linear model, statistics and bounds read the same values")
    func otherModels() throws {
        var random = RandomEnsemble(seed: 5)
        let batch = coded(tests.batch(seed: 5, rowCount: 1_100), extra: [.nan])
        let models = (0..<3).map { _ in
            tests.artifact(
                .trees(
                    random.ensemble(treeCount: 5, leafCountMax: 40, thresholdCount: 90)))
        }
        try compare(
            BatchPredictor(model: models[0], lower: models[1], upper: models[2]), batch, "bounds")
        let linear = LinearModel(
            terms: [
                .init(feature: 0, kind: .value, mean: 2, scale: 1),
                .init(feature: 4, kind: .missing, mean: 0.25, scale: 1),
            ], outputCount: 1, intercepts: [10], coefficients: [3, -4])
        try compare(BatchPredictor(model: tests.artifact(.linear(linear))), batch, "linear")
        var features = RandomEnsemble.features
        features.statistics = [
            TargetStatistic(features: [2], prior: 0, cells: [0, 3], values: [1, -1])
        ]
        try compare(
            BatchPredictor(model: tests.artifact(models[0].kind, features: features)), batch,
            "statistics")
    }
}
