/// Rows that a pass has met, kept for the next passes: all of them while they fit, and in any case
/// a sample to start from.
///
/// What is kept does not change a bit of what comes out, only whether the next pass reads the
/// shards again.
package struct KeptRows: Sendable {
    /// Tiles of the sample at most: 65,536 rows.
    static let sampleTileCountMax = 32
    /// Wide tables have a smaller sample.
    static let sampleByteCountMax = 64 << 20
    /// Fewer tiles than this many for each of the sample are better used at once.
    static let sampleStrideMin = 8

    /// Every so many tiles one is of the sample; 0 for none.
    let sampleStride: Int
    private let byteCountMax: Int
    private var tiles: [KeptTile] = []
    /// Numbers of the tiles after which a shard ends.
    private var shardEnds: [Int] = []
    private var tileCount = 0
    private var byteCount = 0
    /// Whether every row that was met is kept.
    package private(set) var isComplete = true

    /// - Parameters:
    ///   - rowCount: of the table: which tiles are sampled depends on it.
    ///   - featureCount: columns of the table.
    ///   - byteCountMax: memory that rows may take, the sample not counted.
    package init(rowCount: Int, featureCount: Int, byteCountMax: Int) {
        let tileByteCount = DesignBlock.rowCountMax * 8 * (featureCount + 2)
        let sampled = min(
            Self.sampleTileCountMax, max(Self.sampleByteCountMax / tileByteCount, 4))
        let stride = rowCount / DesignBlock.rowCountMax / sampled
        sampleStride = stride >= Self.sampleStrideMin ? stride : 0
        self.byteCountMax = byteCountMax
    }

    /// The tiles of the sample, in their order.
    var sample: [KeptTile] {
        guard sampleStride > 0 else { return [] }
        guard isComplete else { return tiles }
        return stride(from: 0, to: tiles.count, by: sampleStride).map { tiles[$0] }
    }

    /// Weighted sums over the rows of the sample.
    package struct SampleSums: Hashable, Sendable {
        package var weight = 0.0
        package var targetSum = 0.0
    }

    /// nil without a sample.
    package var sampleSums: SampleSums? {
        let tiles = sample
        guard !tiles.isEmpty else { return nil }
        return tiles.reduce(into: SampleSums()) { sums, tile in
            sums.weight += tile.weightSum
            sums.targetSum += tile.targetSum
        }
    }

    /// Whether any of the next `count` tiles may be kept.
    func wants(_ count: Int) -> [Bool] {
        (tileCount..<tileCount + count).map { isComplete || isSampled($0) }
    }

    private func isSampled(_ tile: Int) -> Bool {
        sampleStride > 0 && tile % sampleStride == 0
    }

    /// - Parameter next: the next tiles, nil for those that were not wanted.
    mutating func append(_ next: [KeptTile?]) {
        for tile in next {
            if let tile {
                tiles.append(tile)
                byteCount += tile.byteCount
            }
            tileCount += 1
        }
        guard isComplete, byteCount > byteCountMax else { return }
        tiles = sample
        isComplete = false
        shardEnds = []
    }

    mutating func finishShard() {
        if isComplete { shardEnds.append(tiles.count) }
    }

    /// The kept tiles, shard by shard.
    var shards: [ArraySlice<KeptTile>] {
        precondition(isComplete)
        var start = 0
        return shardEnds.map { end in
            defer { start = end }
            return tiles[start..<end]
        }
    }
}
