extension TrainingRows {
    /// The same rows for two outputs, which start where the first and the last of some start.
    /// - Parameter outputCount: of `startScores`.
    package func startingOutermost(outputCount: Int) -> TrainingRows {
        guard let startScores else { return self }
        var rows = self
        rows.startScores = stride(from: 0, to: startScores.count, by: outputCount).flatMap {
            [startScores[$0], startScores[$0 + outputCount - 1]]
        }
        return rows
    }
}
