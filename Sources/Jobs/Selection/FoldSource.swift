import Binning
import Threads
import Trees

/// Where the rows of folds come from: parts of one table, or a table and another to validate on.
struct FoldSource: Sendable {
    /// All rows to learn from; their weights have the classes' factors in them.
    let rows: TrainingRows
    /// The same rows as they were read.
    let labels: TargetPass.Labels
    let folds: RowFolds
    /// What is held out when nothing of `rows` is.
    var separate: (rows: TrainingRows, labels: TargetPass.Labels)?

    var count: Int { folds.count }

    func rows(of fold: Int, share: Double, pool: ThreadPool) -> FoldRows {
        // All rows are taken as they are: no copy.
        let train =
            separate != nil && share >= 1
            ? rows : rows.selecting(folds.training(for: fold, share: share), pool: pool)
        return FoldRows(train: train, heldOut: heldOut(by: fold, pool: pool))
    }

    func heldOut(by fold: Int, pool: ThreadPool) -> TrainingRows {
        separate?.rows ?? rows.selecting(folds.heldOut(in: fold), pool: pool)
    }

    func labels(heldOutBy fold: Int) -> TargetPass.Labels {
        separate?.labels ?? labels.selecting(folds.heldOut(in: fold))
    }
}
