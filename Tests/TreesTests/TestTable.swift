import Binning
import Objectives
import TestSupport
import Threads

@testable import Trees

/// A small table to train on, with everything that a test may want to vary.
struct TestTable: Sendable {
    var kinds: [FeatureKind] = []
    /// Column by column.
    var columns: [[Double]] = []
    var labels: [Float] = []
    var weights: [Float]?
    var queries: QueryGroups?

    var rowCount: Int { labels.count }

    /// Two informative numbers (one with missing values that matter), one category, one count of
    /// few levels, noise, and for tests of wide columns a category of many codes.
    static func mixed(
        rowCount: Int, seed: UInt64, isBinary: Bool = false, noise: Double = 0.3
    ) -> TestTable {
        var generator = SeededGenerator(seed: seed)
        var table = TestTable()
        table.kinds = [
            .numeric, .numeric, .categorical(codeCount: 10), .numeric, .numeric,
            .categorical(codeCount: 402),
        ]
        table.columns = table.kinds.map { _ in [] }
        for _ in 0..<rowCount {
            let first = Double.random(in: -1...1, using: &generator)
            let isMissing = Int.random(in: 0..<10, using: &generator) == 0
            let second = isMissing ? Double.nan : Double.random(in: -1...1, using: &generator)
            let code = Int.random(in: 0..<10, using: &generator)
            let level = Int.random(in: 0..<4, using: &generator)
            let wide = Int.random(in: 0..<402, using: &generator)
            table.columns[0].append(first)
            table.columns[1].append(second)
            table.columns[2].append(Double(code))
            table.columns[3].append(Double(level))
            table.columns[4].append(Double.random(in: 0...1, using: &generator))
            table.columns[5].append(Double(wide))
            var y = 2 * first * first + (isMissing ? 1.5 : second > 0.2 ? 1 : -1)
            y += [0, 1, -1, 2, 0, 0, 1, -2, 0.5, 0][code] + 0.3 * Double(level)
            y += wide % 5 == 0 ? 1 : 0
            y += noise * Double.random(in: -1...1, using: &generator)
            table.labels.append(isBinary ? (y > 1 ? 1 : 0) : Float(y))
        }
        return table
    }

    /// Two numbers and a category, and two categories of 7 and 30 spread into columns of 0 and 1,
    /// of which a few are missing in part or hold a third value.
    static func spread(rowCount: Int, seed: UInt64) -> TestTable {
        var table = mixed(rowCount: rowCount, seed: seed)
        var generator = SeededGenerator(seed: seed &+ 1)
        table.kinds.removeLast(3)
        table.columns.removeLast(3)
        for count in [7, 30] {
            let codes = (0..<rowCount).map { _ in Int.random(in: 0..<count, using: &generator) }
            for code in 0..<count {
                table.kinds.append(.numeric)
                table.columns.append(
                    codes.enumerated().map { row, other in
                        guard code == other else { return 0 }
                        return code % 9 == 5 && row % 3 == 0 ? (row % 2 == 0 ? .nan : 2) : 1
                    })
            }
            for row in 0..<rowCount { table.labels[row] += Float(codes[row] * 7 % 5 - 2) }
        }
        return table
    }

    /// A mixed table with labels that suit the objective.
    static func mixed(
        rowCount: Int, seed: UInt64, for objective: any Objective
    ) -> TestTable {
        var table = mixed(rowCount: rowCount, seed: seed)
        table.labels = table.labels.map { y in
            switch objective.name {
            case "binary": y > 1 ? 1 : 0
            case "poisson": max(0, y.rounded())
            case "gamma": abs(y) + 0.125
            case "tweedie": max(0, y)
            case "multiclass": min(max(0, y.rounded()), Float(objective.outputCount - 1))
            case "lambdarank": min(max(0, y.rounded()), 4)
            default: y
            }
        }
        if objective.name == "lambdarank" {
            // Rows of a query lie apart, and queries differ in size.
            table.queries = QueryGroups(
                queryOfRow: (0..<rowCount).map { Int32($0 % (rowCount / 16) / ($0 % 3 + 1)) })
        }
        return table
    }

    func trainingRows(bins: [FeatureBins]? = nil) throws -> TrainingRows {
        TrainingRows(
            matrix: try matrix(bins: bins), labels: labels, weights: weights, queries: queries)
    }

    func bins(_ parameters: BinningParameters = BinningParameters()) throws -> [FeatureBins] {
        let sampler = try ValueSampler(kinds: kinds, rowCount: rowCount, parameters: parameters)
        for (feature, values) in columns.enumerated() {
            values.withUnsafeBufferPointer { sampler.add(feature: feature, values: $0, at: 0) }
        }
        return sampler.makeBins(pool: ThreadPool(threadCount: 1))
    }

    func matrix(
        bins: [FeatureBins]? = nil, storage: MatrixStorage = MatrixStorage(),
        bundlesFeatures: Bool = false
    ) throws -> BinnedMatrix {
        let builder = try BinnedMatrixBuilder(
            features: try bins ?? self.bins(), rowCount: rowCount, storage: storage)
        for (feature, values) in columns.enumerated() {
            values.withUnsafeBufferPointer { builder.bin(feature: feature, values: $0, at: 0) }
        }
        return builder.finish(bundlesFeatures: bundlesFeatures)
    }

    /// The rows in the given order, also several times.
    func selecting(_ rows: [Int]) -> TestTable {
        var result = self
        result.columns = columns.map { column in rows.map { column[$0] } }
        result.labels = rows.map { labels[$0] }
        result.weights = weights.map { weights in rows.map { weights[$0] } }
        return result
    }
}
