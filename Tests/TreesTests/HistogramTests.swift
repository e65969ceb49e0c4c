import Binning
import TestSupport
import Testing
import Threads

@testable import Trees

@Suite("Histogram")
struct HistogramTests {
    @Test(
        "the kernel agrees with its twin", arguments: [2, 4, 6, 8], [0, 1, 7, 8, 9, 500])
    func kernelAgreesWithTwin(columnCount: Int, count: Int) {
        var generator = SeededGenerator(seed: UInt64(columnCount * 1_000 + count))
        for stride in 1...4 {
            let words = (0..<(1_000 * stride)).map { _ in generator.next() }
            let gradients = (0..<count).map { _ in Int64.random(in: -999...999, using: &generator) }
            let indices = (0..<1_000).map { _ in UInt32.random(in: 0..<1_000, using: &generator) }
            var expected = [Int64](repeating: 5, count: columnCount * 256)
            for row in 0..<count {
                for column in 0..<columnCount {
                    let code = Int(words[row * stride] >> UInt64(8 * column) & 255)
                    expected[column * 256 + code] += gradients[row]
                }
            }
            var sums = [Int64](repeating: 5, count: columnCount * 256)
            HistogramKernel.accumulate(
                words: words, stride: stride, gradients: gradients, count: count,
                columnCount: columnCount, into: &sums)
            #expect(sums == expected)
            // What is fetched meanwhile, fewer rows or more, changes nothing.
            for (aheadCount, isListed) in [(0, false), (33, true), (40, false), (700, true)] {
                var sums = [Int64](repeating: 5, count: columnCount * 256)
                let all = [Int64](repeating: 0, count: 1_000)
                words.withUnsafeBufferPointer { words in
                    indices.withUnsafeBufferPointer { indices in
                        all.withUnsafeBufferPointer { all in
                            guard let first = words.baseAddress else { return }
                            let ahead = RowsAhead(
                                words: first, wordCount: stride, gradients: all.baseAddress,
                                indices: isListed ? indices.baseAddress : nil, count: aheadCount)
                            HistogramKernel.accumulate(
                                words: first, stride: stride, gradients: gradients, count: count,
                                columnCount: columnCount, into: &sums, fetching: ahead)
                        }
                    }
                }
                #expect(sums == expected)
            }
        }
    }

    // One group of one to four words, and two; with more rows than are summed together.
    @Test(
        "tables of any width are summed, and rows are kept", arguments: [5, 13, 20, 29, 45], [1, 3])
    func anyWidthIsSummed(columnCount: Int, threadCount: Int) throws {
        let fixture = try HistogramFixture(
            rowCount: 4_000, packing: .unit, columnCount: columnCount)
        #expect(fixture.layout.groups.count == (columnCount + 31) / 32)
        let (pool, buffers) = (ThreadPool(threadCount: threadCount), BufferPool())
        let builder = HistogramBuilder(
            layout: fixture.layout, packing: .unit, pool: pool, buffers: buffers)
        let all = builder.build(fixture.allRows, activeParts: fixture.parts)
        #expect(fixture.sums(all) == fixture.naiveSums(fixture.allRows))
        let listed = fixture.everyThirdRow(buffers)
        let expected = fixture.naiveSums(listed)
        #expect(fixture.sums(builder.build(listed, activeParts: fixture.parts)) == expected)
        let store = RowStore(
            rowCount: listed.count, layout: fixture.matrix.layout, pool: buffers)
        let keeping = builder.build(listed, activeParts: fixture.parts, keepingIn: store)
        #expect(fixture.sums(keeping) == expected)
        let kept = builder.build(NodeRows(all: store), activeParts: fixture.parts)
        #expect(fixture.sums(kept) == expected)
        #expect(store.tableRows.map { Int($0[7]) } == 22)
    }

    @Test(
        "all divisions of the work give the naive sums",
        arguments: [1, 2, 5], [100, 20_000, 70_000])
    func allDivisionsGiveTheNaiveSums(threadCount: Int, rowCount: Int) throws {
        let fixture = try HistogramFixture(rowCount: rowCount, packing: .unit)
        let pool = ThreadPool(threadCount: threadCount)
        let buffers = BufferPool()
        let builder = HistogramBuilder(
            layout: fixture.layout, packing: .unit, pool: pool, buffers: buffers)
        for rows in [fixture.allRows, fixture.everyThirdRow(buffers)] {
            let histogram = builder.build(rows, activeParts: fixture.parts)
            #expect(histogram.isPacked == (rows.count <= GradientPacking.unit.rowCountMax))
            #expect(fixture.sums(histogram) == fixture.naiveSums(rows))
        }
    }

    @Test("weighted rows are summed too", arguments: [1, 3])
    func weightedRowsAreSummed(threadCount: Int) throws {
        let fixture = try HistogramFixture(rowCount: 40_000, packing: .general)
        let builder = HistogramBuilder(
            layout: fixture.layout, packing: .general, pool: ThreadPool(threadCount: threadCount),
            buffers: BufferPool())
        let histogram = builder.build(fixture.allRows, activeParts: fixture.parts)
        #expect(!histogram.isPacked)
        #expect(fixture.sums(histogram) == fixture.naiveSums(fixture.allRows))
    }

    // All forms: packed; split less packed is split, or packed; split less split.
    @Test(
        "subtraction equals direct count",
        arguments: [(300, 100), (70_000, 1_000), (100_000, 39_000), (132_000, 66_000)])
    func subtractionEqualsDirectCount(rowCount: Int, childCount: Int) throws {
        let fixture = try HistogramFixture(rowCount: rowCount, packing: .unit)
        let buffers = BufferPool()
        let builder = HistogramBuilder(
            layout: fixture.layout, packing: .unit, pool: ThreadPool(threadCount: 1),
            buffers: buffers)
        let children = fixture.divided(at: childCount, buffers)
        let (smaller, larger) =
            children.0.count <= children.1.count
            ? (children.0, children.1) : (children.1, children.0)
        let node = builder.build(fixture.allRows, activeParts: fixture.parts)
        let ofSmaller = builder.build(smaller, activeParts: fixture.parts)
        let ofLarger = node.subtracting(
            ofSmaller, entryCount: fixture.layout.entryCount, packing: .unit,
            isPacked: larger.count <= GradientPacking.unit.rowCountMax)
        let direct = builder.build(larger, activeParts: fixture.parts)
        #expect(fixture.sums(ofLarger) == fixture.sums(direct))
    }

    @Test("the largest gradients do not overflow", arguments: [GradientPacking.unit, .general])
    func largestGradientsFit(packing: GradientPacking) {
        for gradient in [Int64(packing.gradientMax) + 1, -Int64(packing.gradientMax) - 1] {
            let hessian = Int64(packing == .unit ? 1 : packing.hessianMax + 1)
            let row = gradient << Int64(packing.hessianBits) + hessian
            var sum: Int64 = 0
            for _ in 0..<packing.rowCountMax { sum += row }
            #expect(packing.gradient(sum) == gradient * Int64(packing.rowCountMax))
            #expect(packing.hessian(sum) == hessian * Int64(packing.rowCountMax))
        }
    }
}

/// A table with random gradients, and naive sums to compare with.
struct HistogramFixture {
    let matrix: BinnedMatrix
    let layout: HistogramLayout
    let packing: GradientPacking
    let allRows: NodeRows
    private let gradients: UnsafeMutableBufferPointer<Int64>

    /// - Parameter columnCount: of numbers; nil for a mixed table.
    init(rowCount: Int, packing: GradientPacking, columnCount: Int? = nil) throws {
        var generator = SeededGenerator(seed: UInt64(rowCount))
        var table = TestTable.mixed(rowCount: rowCount, seed: UInt64(rowCount))
        if let columnCount {
            table.kinds = [FeatureKind](repeating: .numeric, count: columnCount)
            table.columns = table.kinds.map { _ in
                (0..<rowCount).map { _ in Double.random(in: 0...1, using: &generator) }
            }
        }
        matrix = try table.matrix()
        layout = HistogramLayout(matrix.layout)
        self.packing = packing
        let limit = Int64(packing.gradientMax)
        gradients = .allocate(capacity: rowCount)
        for row in 0..<rowCount {
            let hessian =
                packing == .unit ? 1 : Int64.random(in: 0...65_535, using: &generator)
            let gradient = Int64.random(in: -limit...limit, using: &generator)
            gradients[row] = gradient << Int64(packing.hessianBits) + hessian
        }
        guard let start = gradients.baseAddress else { preconditionFailure("no rows") }
        allRows = NodeRows(all: RowStore(matrix: matrix, gradients: start))
    }

    var parts: [Int] { Array(0..<(layout.groups.count + layout.wideOffsets.count)) }

    func everyThirdRow(_ buffers: BufferPool) -> NodeRows {
        rows(Array(stride(from: 1, to: matrix.rowCount, by: 3)), buffers)
    }

    func divided(at count: Int, _ buffers: BufferPool) -> (NodeRows, NodeRows) {
        let order = Array(0..<matrix.rowCount)
        return (rows(Array(order[..<count]), buffers), rows(Array(order[count...]), buffers))
    }

    private func rows(_ list: [Int], _ buffers: BufferPool) -> NodeRows {
        let mask = RowMask(rowCount: matrix.rowCount, buffers: buffers)
        for word in 0..<RowMask.wordCount(matrix.rowCount) { mask.words[word] = 0 }
        for row in list { mask.words[row / 64] |= 1 << UInt64(row % 64) }
        return NodeRows(store: allRows.store, mask: mask, count: list.count)
    }

    struct Sums: Hashable {
        var gradients: [Int64]
        var hessians: [Int64]
    }

    /// The sums of each column's codes, column by column.
    func sums(_ histogram: Histogram) -> [Sums] {
        layout.bins.columns.indices.map { column in
            let offset = layout.offset(column: column)
            let entries = offset..<(offset + layout.bins.columns[column].codeCount)
            return Sums(
                gradients: entries.map { entry in
                    histogram.isPacked
                        ? packing.gradient(histogram.sums[entry]) : histogram.sums[entry]
                },
                hessians: entries.map { entry in
                    histogram.isPacked
                        ? packing.hessian(histogram.sums[entry])
                        : histogram.sums[entry + layout.entryCount]
                })
        }
    }

    func naiveSums(_ rows: NodeRows) -> [Sums] {
        let rows = rows.listed(buffers: BufferPool())
        return layout.bins.columns.map { column in
            var sums = Sums(
                gradients: [Int64](repeating: 0, count: column.codeCount),
                hessians: [Int64](repeating: 0, count: column.codeCount))
            for position in 0..<rows.count {
                let row = rows.tableRow(position)
                let code = column.members.reduce(0) { code, member in
                    code + member.multiplier * matrix.bin(row: row, feature: member.feature)
                }
                sums.gradients[code] += packing.gradient(gradients[row])
                sums.hessians[code] += packing.hessian(gradients[row])
            }
            return sums
        }
    }
}
