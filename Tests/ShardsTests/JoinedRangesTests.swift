import ObjectStores
import TestSupport
import Testing

@testable import Shards

@Suite("JoinedRanges")
struct JoinedRangesTests {
    @Test("every range lies in its joined range, and joined ranges do not touch", arguments: 0..<50)
    func coversEveryRange(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let ranges = (0..<Int.random(in: 0...40, using: &random)).map { _ in
            ByteRange(
                offset: Int.random(in: 0...80 << 20, using: &random),
                count: Int.random(in: 0...4 << 20, using: &random))
        }
        let (joined, owner) = JoinedRanges.join(ranges)
        for (range, index) in zip(ranges, owner) {
            #expect(joined[index].offset <= range.offset && range.end <= joined[index].end)
        }
        #expect(joined.map(\.offset) == joined.map(\.offset).sorted())
        #expect(joined.count <= ranges.count)
    }

    @Test("neighbours are read together, far ones apart")
    func joinsNeighbours() {
        let near = ByteRange(offset: 100, count: 50)
        let next = ByteRange(offset: 150 + RequestCost.s3.byteCount, count: 10)
        let far = ByteRange(offset: 10 << 20, count: 5)
        let (joined, owner) = JoinedRanges.join([far, near, next])
        #expect(joined.count == 2)
        #expect(owner == [1, 0, 0])
    }

    @Test("a range that is large already is not joined further")
    func keepsLargeRangesApart() {
        let large = ByteRange(offset: 0, count: JoinedRanges.joinedByteCountMax)
        let next = ByteRange(offset: large.end, count: 1)
        #expect(JoinedRanges.join([large, next]).joined.count == 2)
    }
}
