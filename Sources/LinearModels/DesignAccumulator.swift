import COpenBLAS
package import Models
package import Threads

/// Sums the moments of the design matrix in one pass over the rows, in memory that depends on the
/// features alone.
///
/// A number is one column, its missing values counting as the mean, and a second one (1 where it
/// is missing) when there were any. A category is a column of 0 and 1, for every code that was
/// seen, missing and unlisted values included; none is dropped.
///
/// Tiles of 2,048 rows are counted from the start of each shard; their Gram matrices are summed
/// about a shift, the mean of the first values of 32 tiles; these chunks merge to the sums of a
/// shard, and shards to the whole, in their order, each about common means. So the bits depend
/// on the shards and their order, not on threads or row groups, and offsets that are large beside
/// the spread, or drift, cost no digits.
package struct DesignAccumulator: Sendable {
    /// Tiles about one shift: 65,536 rows.
    static let chunkTileCount = 32

    package let features: FeatureSchema
    private let layout: DesignLayout
    private let foldCount: Int
    /// (foldCount) of the shards that are finished, of the shard at hand, of the chunk at hand.
    private var total: ShardMoments
    private var shard: ShardMoments
    private var chunk: [DesignMoments]
    /// (denseCount) of the chunk; nil until a value was seen.
    private var shifts: [Double?]
    private var chunkTiles = 0
    private let carried: CarriedRows
    /// Made once: new memory costs a wide table more than filling it. Copies of an accumulator share
    /// them, as they share `carried`: one copy is added to at a time.
    private var blocks: [DesignBlock] = []
    /// (features.count) what the rows that count are like; of products of the rows as they are.
    package private(set) var profiles: [FeatureProfile]
    /// Rows that are kept for later passes; nil to keep none.
    package private(set) var kept: KeptRows?
    /// What replaces weight and target of each row; nil to take them as they are.
    var response: WorkingResponse?
    /// Where set, losses and their gradient are summed in place of products.
    var scores: ClassScores?
    /// (outputs × ClassScores.gradientStride), or empty.
    private(set) var gradient: [Double] = []
    /// Sum of the losses of `response`, and the rounding errors of that sum.
    private var lossSum = 0.0
    private var lossErrors = 0.0

    /// OpenBLAS must not start threads of its own: the pool is ours, and several of its calls
    /// at once are only safe so.
    static let singleThreadedBLAS: Void = {
        // Setting it anew would start the threads that `BLASKernels.endThreads` ended.
        if openblas_get_num_threads() != 1 { openblas_set_num_threads(1) }
    }()

    /// - Parameters:
    ///   - foldCount: sums to keep apart, for cross-validation; row r of a tile belongs to fold
    ///     r mod `foldCount`.
    ///   - allowsPrecision: whether products of few numbers are summed in twice the precision.
    ///   - kept: where rows go for later passes.
    /// - Throws: `limitExceeded` for too many categories.
    package init(
        features: FeatureSchema, foldCount: Int = 1, allowsPrecision: Bool = true,
        keeping kept: KeptRows? = nil
    ) throws(LinearModelError) {
        try self.init(
            DesignLayout(features, allowsPrecision: allowsPrecision), foldCount: foldCount,
            keeping: kept)
    }

    init(_ layout: DesignLayout, foldCount: Int = 1, keeping kept: KeptRows? = nil) {
        precondition(foldCount > 0)
        Self.singleThreadedBLAS
        self.layout = layout
        self.foldCount = foldCount
        self.kept = kept
        features = layout.features
        profiles = Array(repeating: FeatureProfile(), count: features.features.count)
        total = ShardMoments(folds: Array(repeating: DesignMoments(layout), count: foldCount))
        shard = total
        chunk = total.folds
        shifts = Self.unknownShifts(layout)
        carried = CarriedRows(featureCount: features.features.count)
    }

    private static func unknownShifts(_ layout: DesignLayout) -> [Double?] {
        var shifts = [Double?](repeating: nil, count: layout.denseCount)
        shifts[layout.onesColumn] = 0
        return shifts
    }

    /// Whether a pass needs products, not only losses or their gradient.
    private var sumsProducts: Bool { scores == nil && response?.isLossAlone != true }

    /// Weighted sum of the losses at the coefficients of the response.
    var loss: Double { lossSum + lossErrors }

    /// The sums of all shards that were finished or merged.
    package var moments: ShardMoments { total }

    /// Adds the next rows of the shard at hand.
    /// - Parameters:
    ///   - columns: (features.count), prepared by `FeatureEncoder`, in the features' order.
    ///   - target: (rowCount), finite where the weight is not 0.
    ///   - weights: (rowCount), finite and not negative; nil counts every row as 1. A row of
    ///     weight 0 is not there.
    /// - Throws: `outOfSpec` for an infinite value, a missing target or a bad weight; the rows
    ///   before it may have been added.
    /// - Precondition: not inside a region of `pool`, which it enters.
    /// - Complexity: O(rows · columns²).
    package mutating func add(
        columns: [EncodedColumn], target: UnsafeBufferPointer<Double>,
        weights: UnsafeBufferPointer<Double>? = nil, pool: ThreadPool
    ) throws(LinearModelError) {
        precondition(columns.count == features.features.count)
        precondition(columns.allSatisfy { $0.rowCount == target.count })
        precondition(weights.map { $0.count == target.count } ?? true)
        let size = DesignBlock.rowCountMax
        var row = 0
        if carried.count > 0 {
            row = min(size - carried.count, target.count)
            carried.append(columns, rows: 0..<row, target: target, weights: weights)
            guard carried.count == size else { return }
            try add([carried.tile], pool: pool)
            carried.removeAll()
        }
        var tiles: [TileRows] = []
        while target.count - row >= size {
            let rows = row..<row + size
            tiles.append(
                TileRows(
                    values: .columns(columns, first: row), count: size,
                    target: UnsafeBufferPointer(rebasing: target[rows]),
                    weights: weights.map { UnsafeBufferPointer(rebasing: $0[rows]) }))
            row = rows.upperBound
        }
        try add(tiles, pool: pool)
        carried.append(columns, rows: row..<target.count, target: target, weights: weights)
    }

    /// Adds rows that an earlier pass has kept.
    /// - Precondition: all were kept, and nothing was added before.
    package mutating func add(_ kept: KeptRows, pool: ThreadPool) throws(LinearModelError) {
        for shard in kept.shards {
            try add(shard.map { TileRows($0) }, pool: pool)
            try finishShard(pool: pool)
        }
    }

    /// Adds the sample of the rows of an earlier pass.
    package mutating func add(
        sampleOf kept: KeptRows, pool: ThreadPool
    ) throws(LinearModelError) {
        try add(kept.sample.map { TileRows($0) }, pool: pool)
        try finishShard(pool: pool)
    }

    /// Ends the shard at hand; the next rows are of another one.
    /// - Returns: its sums, which are part of `moments` from now on.
    @discardableResult
    package mutating func finishShard(pool: ThreadPool) throws(LinearModelError) -> ShardMoments {
        if carried.count > 0 {
            try add([carried.tile], pool: pool)
            carried.removeAll()
        }
        finishChunk()
        kept?.finishShard()
        let finished = shard
        total.merge(finished)
        shard = ShardMoments(folds: Array(repeating: DesignMoments(layout), count: foldCount))
        return finished
    }

    private mutating func finishChunk() {
        if chunkTiles > 0 { shard.merge(ShardMoments(folds: chunk)) }
        chunkTiles = 0
        chunk = Array(repeating: DesignMoments(layout), count: foldCount)
        shifts = Self.unknownShifts(layout)
    }

    private mutating func add(_ tiles: [TileRows], pool: ThreadPool) throws(LinearModelError) {
        // Two blocks a thread, so that one that is late does not idle the others.
        let blockCount = min(tiles.count, pool.threadCount * 2)
        while blocks.count < blockCount {
            blocks.append(
                DesignBlock(layout, foldCount: foldCount, outputCount: scores?.outputCount ?? 0))
        }
        var first = 0
        while first < tiles.count {
            let count = min(blockCount, tiles.count - first, Self.chunkTileCount - chunkTiles)
            let part = Array(tiles[first..<first + count])
            keep(part, pool: pool)
            try add(part, blocks: blocks, pool: pool)
            first += count
            chunkTiles += count
            if chunkTiles == Self.chunkTileCount { finishChunk() }
        }
    }

    private mutating func keep(_ tiles: [TileRows], pool: ThreadPool) {
        guard let wanted = kept?.wants(tiles.count), wanted.contains(true) else {
            kept?.append(tiles.map { _ in nil })
            return
        }
        let features = features
        kept?.append(
            pool.map(count: tiles.count) { index, _ in
                wanted[index] ? KeptTile(tiles[index], features: features) : nil
            })
    }

    /// Adds tiles of one chunk, a block for each.
    private mutating func add(
        _ tiles: [TileRows], blocks: [DesignBlock], pool: ThreadPool
    ) throws(LinearModelError) {
        for tile in tiles { chooseShifts(tile) }
        let known = shifts.map { $0 ?? 0 }
        for fold in chunk.indices { chunk[fold].setShifts(known) }
        let response = response
        let scores = scores
        let isProfiled = response == nil && scores == nil
        pool.forEach(count: tiles.count) { range, _ in
            for index in range {
                blocks[index].fill(
                    tiles[index], shifts: known, response: response, scores: scores,
                    isProfiled: isProfiled)
            }
        }
        let filled = blocks[..<tiles.count]
        for block in filled {
            if let problem = block.problem { throw problem }
            addLoss(block.loss)
            for (index, profile) in block.profiles.enumerated() { profiles[index].merge(profile) }
            if scores != nil { addGradient(block) }
            guard sumsProducts else { continue }
            for fold in chunk.indices { chunk[fold].addGram(of: block, fold: fold) }
        }
        guard sumsProducts else { return }
        let featureCount = features.features.count
        for fold in chunk.indices {
            chunk[fold].withIndicatorSums { sums in
                pool.forEach(count: featureCount) { range, _ in
                    withUnsafeTemporaryAllocation(
                        of: Int32.self, capacity: DesignBlock.rowCountMax
                    ) { scratch in
                        scratch.initialize(repeating: 0)
                        for feature in range {
                            for block in filled {
                                sums.add(
                                    block, fold: fold, feature: feature, rowScratch: scratch)
                            }
                        }
                    }
                }
            }
        }
    }

    private mutating func addGradient(_ block: DesignBlock) {
        if gradient.isEmpty { gradient = Array(repeating: 0, count: block.gradient.count) }
        for index in gradient.indices { gradient[index] += block.gradient[index] }
    }

    private mutating func addLoss(_ loss: Double) {
        let next = lossSum + loss
        lossErrors +=
            abs(lossSum) >= abs(loss) ? (lossSum - next) + loss : (loss - next) + lossSum
        lossSum = next
    }

    /// Sets the shifts that are not set yet to the mean of a tile's values. Until then every
    /// product with the column is 0, whatever the shift.
    private mutating func chooseShifts(_ tile: TileRows) {
        guard shifts.contains(nil) else { return }
        var values = [Double](repeating: 0, count: tile.count)
        values.withUnsafeMutableBufferPointer { values in
            if shifts[layout.targetColumn] == nil {
                shifts[layout.targetColumn] =
                    response == nil && scores == nil ? tile.mean(of: tile.target) : 0
            }
            for (index, feature) in layout.numericFeatures.enumerated() where shifts[index] == nil {
                tile.encode(feature: feature, into: values)
                shifts[index] = tile.mean(of: UnsafeBufferPointer(values))
            }
        }
    }
}
