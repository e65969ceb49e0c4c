import TestSupport
import Testing
import Threads

@testable import Binning

@Suite("Bundling")
struct BundlingTests {
    /// Columns of 0 and 1, of which one is 1 in each row, and as many numbers besides.
    private struct SpreadTable {
        var columns: [[Double]]
        let rowCount: Int

        init(rowCount: Int, categoryCounts: [Int], seed: UInt64) {
            self.rowCount = rowCount
            var generator = SeededGenerator(seed: seed)
            columns = [(0..<rowCount).map { _ in Double.random(in: 0...1, using: &generator) }]
            for count in categoryCounts {
                let codes = (0..<rowCount).map { _ in Int.random(in: 0..<count, using: &generator) }
                columns += (0..<count).map { code in codes.map { $0 == code ? 1 : 0 } }
            }
        }

        func matrices(threadCount: Int = 1) throws -> (plain: BinnedMatrix, bundled: BinnedMatrix) {
            let sampler = try ValueSampler(
                kinds: columns.map { _ in .numeric }, rowCount: rowCount,
                parameters: BinningParameters())
            for (feature, values) in columns.enumerated() {
                values.withUnsafeBufferPointer { sampler.add(feature: feature, values: $0, at: 0) }
            }
            let pool = ThreadPool(threadCount: threadCount)
            let bins = sampler.makeBins(pool: pool)
            let matrices = [false, true].map { bundlesFeatures in
                let builder = BinnedMatrixBuilder(features: bins, rowCount: rowCount)
                for (feature, values) in columns.enumerated() {
                    values.withUnsafeBufferPointer {
                        builder.bin(feature: feature, values: $0, at: 0)
                    }
                }
                return builder.finish(pool: pool, bundlesFeatures: bundlesFeatures)
            }
            return (matrices[0], matrices[1])
        }
    }

    private func expectSameCells(_ plain: BinnedMatrix, _ other: BinnedMatrix, step: Int = 1) {
        for row in stride(from: 0, to: plain.rowCount, by: step) {
            for feature in plain.features.indices {
                #expect(
                    other.bin(row: row, feature: feature) == plain.bin(row: row, feature: feature))
            }
        }
    }

    /// The features of each bundle.
    private func bundles(_ layout: BinLayout) -> [[Int]] {
        var result: [Int: [Int]] = [:]
        for (index, column) in layout.byteColumns.enumerated() {
            for member in column.members where member.isBundled {
                result[index * 256 + member.multiplier, default: []].append(member.feature)
            }
        }
        return result.values.sorted { $0[0] < $1[0] }
    }

    @Test("columns of one category become a digit, and keep their bins", arguments: [1, 3])
    func columnsOfACategoryShareADigit(threadCount: Int) throws {
        let table = SpreadTable(rowCount: 1_000, categoryCounts: [4, 40], seed: 1)
        let (plain, bundled) = try table.matrices(threadCount: threadCount)
        #expect(plain.layout.byteColumns.count == 7)
        #expect(bundled.layout.byteColumns.count == 2)
        #expect(bundles(bundled.layout) == [Array(1...4), Array(5...44)])
        #expect(bundled.layout.byteColumns.contains { $0.codeCount == 41 * 5 })
        expectSameCells(plain, bundled)
        for column in bundled.layout.byteColumns.indices {
            for row in 0..<1_000 {
                let word = bundled.wordAddress(column / 8)[row * bundled.wordStride(column / 8)]
                let code = bundled.byteCodes?[column * 1_000 + row]
                #expect(UInt8(truncatingIfNeeded: word >> UInt64(column % 8 * 8)) == code)
            }
        }
        let rows: [UInt32] = [999, 3, 3, 500]
        let selected = bundled.selecting(rows, pool: ThreadPool(threadCount: 1))
        expectSameCells(plain.selecting(rows, pool: ThreadPool(threadCount: 1)), selected)
    }

    @Test("one row with two of them keeps a feature out", arguments: [4, 20_001])
    func oneConflictIsEnough(row: Int) throws {
        // More rows than the sample has, so that it misses the second of them.
        var table = SpreadTable(rowCount: 40_000, categoryCounts: [30], seed: 2)
        for feature in [7, 9] { table.columns[feature][row] = 1 }
        for feature in 1..<31 where ![7, 9].contains(feature) { table.columns[feature][row] = 0 }
        let (plain, bundled) = try table.matrices()
        #expect(bundles(bundled.layout) == [(1...30).filter { $0 != 9 }])
        expectSameCells(plain, bundled, step: 997)
        for feature in 1..<31 {
            #expect(
                bundled.bin(row: row, feature: feature) == plain.bin(row: row, feature: feature))
        }
    }

    @Test("tables without such columns keep their layout")
    func othersKeepTheirLayout() throws {
        var table = SpreadTable(rowCount: 2_000, categoryCounts: [], seed: 3)
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20 {
            table.columns.append(
                (0..<2_000).map { _ in Double(Int.random(in: 0..<4, using: &generator) / 3) })
        }
        let (plain, bundled) = try table.matrices()
        #expect(bundled.layout == plain.layout)
        #expect(bundles(bundled.layout).isEmpty)
        expectSameCells(plain, bundled, step: 13)
    }

    @Test("a member's code tells its bin, and others' codes its default bin", arguments: [0, 2])
    func codesTellBins(defaultBin: Int) throws {
        let bundle = FeatureBundle(members: [
            FeatureBundle.Member(feature: 0, defaultBin: defaultBin),
            FeatureBundle.Member(feature: 2, defaultBin: 1),
        ])
        let layout = BinLayout(binCounts: [4, 5, 2], bundles: [bundle])
        let column = try #require(layout.byteColumns.first)
        #expect(layout.byteColumns.count == 1 && column.codeCount == 5 * (1 + 3 + 1))
        for own in 0..<5 {
            for first in 0..<4 {
                for last in 0..<2 where first == defaultBin || last == 1 {
                    let bins = [first, own, last]
                    let code = column.members.reduce(0) { $0 + $1.addend(bin: bins[$1.feature]) }
                    for member in column.members {
                        #expect(member.bin(code: code) == bins[member.feature])
                    }
                }
            }
        }
    }
}
