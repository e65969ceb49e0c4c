import Testing

@testable import Binning

@Suite("SampledRows")
struct SampledRowsTests {
    @Test(
        "one row of each stretch, in order",
        arguments: [(0, 5), (1, 5), (5, 5), (6, 5), (1_000, 7), (100_003, 200)])
    func oneRowOfEachStretch(rowCount: Int, countMax: Int) {
        let rows = SampledRows(rowCount: rowCount, countMax: countMax, seed: 3)
        #expect(rows.count <= countMax)
        #expect(2 * rows.count >= min(rowCount, countMax))
        let sampled = (0..<rows.count).map(rows.row)
        #expect(sampled == Set(sampled).sorted())
        #expect(sampled.allSatisfy { $0 < rowCount })
    }

    @Test("blocks find the same rows as the whole", arguments: [1, 13, 64, 1_000])
    func blocksFindTheSameRows(blockLength: Int) {
        let rows = SampledRows(rowCount: 1_000, countMax: 90, seed: 5)
        var found: [Int] = []
        for start in stride(from: 0, to: 1_000, by: blockLength) {
            let block = start..<min(start + blockLength, 1_000)
            let inBlock = rows.indices(in: block).map(rows.row)
            #expect(inBlock.allSatisfy(block.contains))
            found += inBlock
        }
        #expect(found == (0..<rows.count).map(rows.row))
    }

    @Test("other seeds choose other rows")
    func seedsMatter() {
        let some = SampledRows(rowCount: 10_000, countMax: 100, seed: 1)
        let others = SampledRows(rowCount: 10_000, countMax: 100, seed: 2)
        #expect((0..<100).map(some.row) != (0..<100).map(others.row))
    }
}
