/// One fold of a cross-validation: rows to learn from, and rows that are held out.
package struct FoldRows: Sendable {
    package var train: TrainingRows
    /// Binned with the features of `train.matrix`.
    package var heldOut: TrainingRows

    package init(train: TrainingRows, heldOut: TrainingRows) {
        self.train = train
        self.heldOut = heldOut
    }
}
