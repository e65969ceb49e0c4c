import TestSupport
import Testing

@testable import Binning

@Suite("BinLayout")
struct BinLayoutTests {
    @Test("every feature with a choice is stored once", arguments: 0..<20 as Range<UInt64>)
    func everyFeatureIsStoredOnce(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let binCounts = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
            [1, 2, 3, 5, 16, 17, 100, 255, 256, 257, 5_000].randomElement(using: &generator) ?? 1
        }
        let layout = BinLayout(binCounts: binCounts)
        let stored = layout.columns.flatMap(\.members)
        let usable = binCounts.indices.filter { binCounts[$0] > 1 }
        #expect(stored.map(\.feature).sorted() == usable)
        #expect(layout.byteColumns.allSatisfy { $0.codeCount <= 256 })
        #expect(layout.wideColumns.allSatisfy { $0.members.count == 1 && $0.codeCount > 256 })
        for column in layout.columns {
            #expect(column.codeCount == column.members.reduce(1) { $0 * $1.binCount })
            for member in column.members {
                #expect(member.binCount == binCounts[member.feature])
            }
        }
        for (feature, index) in layout.columnOfFeature.enumerated() {
            guard let index else {
                #expect(binCounts[feature] == 1)
                continue
            }
            #expect(layout.columns[index].members.contains { $0.feature == feature })
        }
    }

    @Test("a shared byte gives every combination a code of its own")
    func sharedCodesAreExact() throws {
        let layout = BinLayout(binCounts: [4, 5, 6, 2])
        let column = try #require(layout.byteColumns.first)
        #expect(layout.byteColumns.count == 1)
        var codes: Set<Int> = []
        for combination in 0..<240 {
            let bins = [
                combination % 4, combination / 4 % 5, combination / 20 % 6, combination / 120,
            ]
            let code = column.members.reduce(0) { $0 + bins[$1.feature] * $1.multiplier }
            codes.insert(code)
            for member in column.members {
                #expect(code / member.multiplier % member.binCount == bins[member.feature])
            }
        }
        #expect(codes == Set(0..<240))
    }
}
