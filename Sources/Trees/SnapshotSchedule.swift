/// Takes copies of a model while its training goes on.
package struct SnapshotSchedule {
    /// Whether a copy is wanted after this round. Called after each, on the training's thread.
    package let isDue: (RoundReport) -> Bool
    /// Gets what `train` would have returned had it been interrupted here.
    package let take: (BoostedModel) -> Void

    package init(
        isDue: @escaping (RoundReport) -> Bool, take: @escaping (BoostedModel) -> Void
    ) {
        self.isDue = isDue
        self.take = take
    }
}
