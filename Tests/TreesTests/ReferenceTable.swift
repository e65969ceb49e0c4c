import Binning
import Objectives
import TestSupport

@testable import Trees

/// The table of `Fixtures/reference_tables.py`, with the same arithmetic in the same order.
struct ReferenceTable {
    static let rowCount = 4_000
    static let queryRowCount = 20

    private var table = TestTable()
    let startScores: [Double]?

    var labels: [Float] { table.labels }
    var weights: [Float]? { table.weights }

    init(seed: UInt64, case item: ReferenceCase, hasCategories: Bool) {
        var generator = SeededGenerator(seed: seed)
        table.kinds = [
            .numeric, .numeric, hasCategories ? .categorical(codeCount: 14) : .numeric, .numeric,
            .numeric, .numeric,
        ]
        table.columns = table.kinds.map { _ in [] }
        table.weights = item.isWeighted ? [] : nil
        let effects = [0, 1, -1, 2, 0, 0.5, 1, -2, 0.5, 0, 3, -0.5]
        for _ in 0..<Self.rowCount {
            let u = (0..<8).map { _ in Double(generator.next() >> 11) * 0x1p-53 }
            let isMissing = u[1] < 0.1
            let x0 = 2 * u[0] - 1
            let code = (u[2] * 12).rounded(.down)
            let x3 = (u[3] * 5).rounded(.down) - 2
            let x4 = u[4] * u[4] * 100
            for (column, value) in [x0, isMissing ? .nan : u[1], code, x3, x4, u[5]].enumerated() {
                table.columns[column].append(value)
            }
            var y = 2 * x0 * x0 + (isMissing ? 1.5 : u[1] > 0.6 ? 1 : -1)
            y = y + effects[Int(code)] + 0.3 * x3 * x0 + 0.01 * x4 + 2 * (u[6] + u[7] - 1)
            table.labels.append(Self.label(Double(Float(y)), for: item.objective))
            table.weights?.append(u[6] > 0.5 ? 0.125 : 1)
        }
        startScores = item.starts == true ? table.columns[0].map { 1.5 * $0 } : nil
        if item.objective == "lambdarank" {
            table.queries = QueryGroups(
                queryOfRow: (0..<Self.rowCount).map { Int32($0 / Self.queryRowCount) })
        }
    }

    private static func label(_ y: Double, for objective: String) -> Float {
        let count = (y + 0.5).rounded(.down)
        return switch objective {
        case "binary": y > 1 ? 1 : 0
        case "poisson": Float(max(count, 0))
        case "gamma": Float(abs(y) + 0.125)
        case "tweedie": Float(max(y, 0))
        case "multiclass": Float(min(max(count, 0), 3))
        case "lambdarank": Float(min(max(count, 0), 4))
        default: Float(y)
        }
    }

    func bins(maxBin: Int?) throws -> [FeatureBins] {
        var parameters = BinningParameters()
        if let maxBin { parameters.maxBin = maxBin }
        return try table.bins(parameters)
    }

    func rows(_ bins: [FeatureBins]) throws -> TrainingRows {
        var rows = try table.trainingRows(bins: bins)
        rows.startScores = startScores
        return rows
    }
}
