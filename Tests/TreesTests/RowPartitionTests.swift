import Binning
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("RowPartition")
struct RowPartitionTests {
    @Test(
        "each side keeps its rows in order",
        arguments: [1, 7, 8, 9, 63, 64, 65, 500, 70_000, 600_001],
        [1, 3])
    func sidesKeepTheirRows(rowCount: Int, threadCount: Int) throws {
        let table = TestTable.mixed(rowCount: max(rowCount, 50), seed: UInt64(rowCount))
        let matrix = try table.matrix(bins: TestTable.mixed(rowCount: 3_000, seed: 1).bins())
        let gradients = UnsafeMutablePointer<Int64>.allocate(capacity: matrix.rowCount)
        gradients.initialize(repeating: 1, count: matrix.rowCount)
        defer { gradients.deallocate() }
        let buffers = BufferPool()
        let pool = ThreadPool(threadCount: threadCount)
        let partition = RowPartition(layout: matrix.layout, pool: pool, buffers: buffers)
        let gatherer = RowGatherer(layout: matrix.layout, pool: pool, buffers: buffers)
        var generator = SeededGenerator(seed: 5)
        func rows(_ node: NodeRows) -> [Int] {
            let listed = node.listed(buffers: buffers, pool: pool)
            return (0..<listed.count).map(listed.tableRow)
        }
        // First from the whole table, then from a set, then from a store of its own.
        var node = NodeRows(all: RowStore(matrix: matrix, gradients: gradients))
        for step in 0..<12 {
            let feature = step % 6
            let isLeft = (0..<matrix.features[feature].binCount).map { _ in
                Bool.random(using: &generator)
            }
            let before = rows(node)
            let rule = CodeRule(feature: feature, isLeft: isLeft, layout: matrix.layout)
            let (left, right) = partition.split(node, by: rule)
            let goesLeft = { (row: Int) in isLeft[matrix.bin(row: row, feature: feature)] }
            #expect(rows(left) == before.filter(goesLeft))
            #expect(rows(right) == before.filter { !goesLeft($0) })
            #expect(left.count + right.count == before.count)
            node = left.count > right.count ? left : right
            if step % 3 == 2 {
                let before = rows(node)
                node = NodeRows(all: gatherer.gather(node))
                #expect(rows(node) == before)
            }
            if node.count == 0 { break }
        }
    }

    @Test("a store of its own holds the same bins and gradients", arguments: [1, 3])
    func storesHoldTheSame(threadCount: Int) throws {
        let fixture = try HistogramFixture(rowCount: 60_000, packing: .unit)
        let buffers = BufferPool()
        let pool = ThreadPool(threadCount: threadCount)
        let builder = HistogramBuilder(
            layout: fixture.layout, packing: .unit, pool: pool, buffers: buffers)
        let gatherer = RowGatherer(
            layout: fixture.matrix.layout, pool: pool, buffers: buffers)
        let listed = fixture.everyThirdRow(buffers)
        let gathered = NodeRows(all: gatherer.gather(listed))
        #expect(gathered.store !== listed.store)
        let expected = builder.build(listed, activeParts: fixture.parts)
        let actual = builder.build(gathered, activeParts: fixture.parts)
        #expect(fixture.sums(actual) == fixture.sums(expected))
    }
}
