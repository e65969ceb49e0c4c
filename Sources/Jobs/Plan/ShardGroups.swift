/// The shards of a table divided into groups of about equal work.
struct ShardGroups: Sendable {
    /// (groups): indices of shards, ascending; every shard is in exactly one group, none is empty.
    let shardIndices: [[Int]]

    /// Gives the largest shard that is left to the group with the least work so far.
    ///
    /// The fullest group then has at most 4/3 of the least possible. Equal input gives equal groups.
    /// Source: Graham 1969, "Bounds on multiprocessing timing anomalies", LPT.
    /// - Parameters:
    ///   - work: (shards), any unit, none negative.
    ///   - count: of groups wanted; no more are made than there are shards.
    /// - Complexity: O(shards × log(shards) + shards × groups).
    init(work: [Int], count: Int) {
        let groupCount = max(1, min(count, work.count))
        var groups = [[Int]](repeating: [], count: groupCount)
        var loads = [Int](repeating: 0, count: groupCount)
        let largestFirst = work.indices.sorted { (work[$1], $0) < (work[$0], $1) }
        for shard in largestFirst {
            // Groups without a shard come first, so that none stays empty.
            let target = loads.indices.min {
                (groups[$0].isEmpty ? 0 : 1, loads[$0], $0)
                    < (groups[$1].isEmpty ? 0 : 1, loads[$1], $1)
            }
            guard let target else { continue }
            groups[target].append(shard)
            loads[target] += work[shard]
        }
        shardIndices = groups.map { $0.sorted() }
    }

    /// `00042`: names of groups sort as their numbers do.
    static func name(_ index: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
