import Binning
import Objectives
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("RowClusters")
struct RowClustersTests {
    @Test("rows keep their bins, labels and weights", arguments: [1, 3])
    func rowsKeepTheirValues(threadCount: Int) throws {
        var table = TestTable.mixed(rowCount: 70_000, seed: 31)
        table.weights = (0..<table.rowCount).map { Float($0 % 7) + 1 }
        let before = try TrainingRows(
            matrix: table.matrix(), labels: table.labels, weights: table.weights,
            startScores: table.labels.map { Double($0) / 2 })
        var rows = before
        rows.matrix = try table.matrix()
        let order = try #require(
            try rows.cluster(
                objective: SquaredError(), parameters: BoostingParameters(),
                pool: ThreadPool(threadCount: threadCount)))
        #expect(order.sorted() == (0..<70_000).map(UInt32.init))
        #expect(order != order.sorted())
        #expect(rows.labels == order.map { before.labels[Int($0)] })
        #expect(rows.weights == order.map { table.weights?[Int($0)] ?? 0 })
        #expect(rows.startScores == order.map { Double(before.labels[Int($0)]) / 2 })
        for place in stride(from: 0, to: 70_000, by: 61) {
            for feature in table.kinds.indices {
                let bin = before.matrix.bin(row: Int(order[place]), feature: feature)
                #expect(rows.matrix.bin(row: place, feature: feature) == bin)
            }
        }
        // What later trees split on changes much less from one row to the next.
        let changes = { (matrix: BinnedMatrix) in
            (1..<70_000).count {
                abs(matrix.bin(row: $0, feature: 0) - matrix.bin(row: $0 - 1, feature: 0)) > 16
            }
        }
        #expect(changes(rows.matrix) < changes(before.matrix) / 2)
    }

    @Test("the order is the same for any number of threads")
    func orderIsTheSame() throws {
        let table = TestTable.mixed(rowCount: 70_000, seed: 32, isBinary: true)
        let orders = try [1, 2, 5].map { threadCount in
            try RowClusters(
                parameters: BoostingParameters(), objective: Logistic(),
                pool: ThreadPool(threadCount: threadCount)
            ).order(of: table.trainingRows())
        }
        #expect(orders[0] != nil && orders.allSatisfy { $0 == orders[0] })
    }

    @Test("small tables and rankings stay as they are")
    func someStayAsTheyAre() throws {
        let table = TestTable.mixed(rowCount: RowClusters.rowCountMin - 1, seed: 33)
        let clusters = RowClusters(
            parameters: BoostingParameters(), objective: SquaredError(),
            pool: ThreadPool(threadCount: 1))
        #expect(try clusters.order(of: table.trainingRows()) == nil)
        let larger = TestTable.mixed(rowCount: RowClusters.rowCountMin, seed: 33)
        var rows = try larger.trainingRows()
        rows.queries = QueryGroups(queryOfRow: (0..<larger.rowCount).map { Int32($0 / 10) })
        #expect(try clusters.order(of: rows) == nil)
    }
}
