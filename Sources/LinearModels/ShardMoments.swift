/// The sums of one shard, or of several: one set for each fold.
package struct ShardMoments: Hashable, Sendable {
    /// (folds)
    private(set) var folds: [DesignMoments]

    init(folds: [DesignMoments]) { self.folds = folds }

    /// Rows that were added, those of weight 0 included.
    package var rowCount: Int { folds.reduce(0) { $0 + $1.rowCount } }

    /// Adds the sums of the next shard.
    package mutating func merge(_ next: ShardMoments) {
        precondition(folds.count == next.folds.count)
        for fold in folds.indices { folds[fold].merge(next.folds[fold]) }
    }

    /// All folds together.
    var all: DesignMoments {
        var result = folds[0]
        for fold in folds.dropFirst() { result.merge(fold) }
        return result
    }
}
