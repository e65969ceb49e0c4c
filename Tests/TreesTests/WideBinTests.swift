import Binning
import Models
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Bins beyond one byte")
struct WideBinTests {
    @Test("a feature of many bins is split where others cannot be")
    func manyBinsSplitFinely() throws {
        // The label changes at every tenth of 20,000 values: 255 bins blur that.
        var table = TestTable()
        table.kinds = [.numeric, .numeric]
        table.columns = [
            (0..<20_000).map { Double($0 * 7_919 % 20_000) },
            (0..<20_000).map { Double($0 % 13) },
        ]
        table.labels = table.columns[0].map { Int($0) / 10 % 2 == 0 ? 1 : -1 }
        var binning = BinningParameters()
        binning.minDataInBin = 1
        var parameters = BoostingParameters()
        parameters.numIterations = 1
        parameters.learningRate = 1
        parameters.numLeaves = 2_000
        parameters.minDataInLeaf = 1
        func lossAndThresholds(_ threadCount: Int) throws -> (Double, Int, BoostedModel) {
            let rows = try table.trainingRows(bins: table.bins(binning))
            let booster = GradientBooster(
                parameters: parameters, objective: SquaredError(),
                pool: ThreadPool(threadCount: threadCount))
            let model = try booster.train(rows)
            let scores = try booster.rawScores(of: model.ensemble, over: rows.matrix)
            let loss = zip(scores, table.labels).reduce(0) { sum, pair in
                sum + (pair.0 - Double(pair.1)) * (pair.0 - Double(pair.1))
            }
            let nodes = model.ensemble.trees[0].nodes.filter { $0.feature == 0 }
            return (loss / 20_000, Set(nodes.map(\.threshold)).count, model)
        }
        let coarse = try lossAndThresholds(1)
        #expect(coarse.0 > 0.5 && coarse.1 < 255)
        binning.maxBinByFeature = [0: 20_000]
        let fine = try lossAndThresholds(1)
        #expect(fine.0 < 0.01 && fine.1 == 1_999)
        #expect(try lossAndThresholds(3).2 == fine.2)
    }

    @Test("65,535 bins are possible, 65,536 are not")
    func limitsHold() throws {
        var table = TestTable()
        table.kinds = [.numeric]
        table.columns = [(0..<70_000).map { Double($0) / 3 }]
        table.labels = table.columns[0].map { Float($0) }
        var binning = BinningParameters()
        binning.maxBin = 65_535
        binning.minDataInBin = 1
        let bins = try table.bins(binning)
        #expect(bins[0].binCount == 65_535)
        let matrix = try table.matrix(bins: bins)
        let found = (0..<70_000).map { matrix.bin(row: $0, feature: 0) }
        #expect(found == found.sorted() && found.last == 65_534)
        binning.maxBinByFeature = [0: 65_536]
        #expect(throws: BinningError.self) { try table.bins(binning) }
    }
}
