import TestSupport
import Testing

@testable import Jobs

@Suite("ShardGroups")
struct ShardGroupsTests {
    @Test(
        "is a partition, and within 4/3 of the least possible", arguments: 0..<40 as Range<UInt64>)
    func balances(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let work = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
            Int.random(in: 0...1_000, using: &generator)
        }
        let count = Int.random(in: 1...70, using: &generator)
        let groups = ShardGroups(work: work, count: count).shardIndices
        #expect(groups.count == min(count, work.count))
        #expect(groups.flatMap(\.self).sorted() == Array(work.indices))
        #expect(groups.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
        let loads = groups.map { $0.reduce(0) { $0 + work[$1] } }
        // No schedule does better than the mean load, or than its largest shard.
        let lowerBound = max(
            work.reduce(0, +) / groups.count, work.max() ?? 0,
            pairBound(work, groupCount: groups.count))
        #expect(Double(loads.max() ?? 0) <= 4.0 / 3.0 * Double(lowerBound) + Double(work.count))
        #expect(ShardGroups(work: work, count: count).shardIndices == groups)
    }

    /// With more shards than groups, two of the largest count + 1 share a group.
    private func pairBound(_ work: [Int], groupCount: Int) -> Int {
        let sorted = work.sorted(by: >)
        guard sorted.count > groupCount else { return 0 }
        return sorted[groupCount - 1] + sorted[groupCount]
    }

    @Test(
        "group names sort as their numbers",
        arguments: [(0, "00000"), (42, "00042"), (9_999, "09999")])
    func names(index: Int, name: String) {
        #expect(ShardGroups.name(index) == name)
    }
}
