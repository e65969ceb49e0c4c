import Binning
import Objectives

extension TrainingRows {
    /// - Parameter purpose: how messages call these rows: `training`.
    /// - Throws: `invalidData`, naming the first row or value that cannot be used.
    func validate(for objective: any Objective, purpose: String) throws(TreesError) {
        let rowCount = matrix.rowCount
        guard rowCount > 0 else {
            throw TreesError(
                .invalidData, "There are no \(purpose) rows; at least one is needed.")
        }
        guard rowCount < Int(UInt32.max) else {
            throw TreesError(
                .invalidData,
                "There are \(rowCount) \(purpose) rows; at most \(UInt32.max - 1) can be used. "
                    + "Train on a sample.")
        }
        precondition(labels.count == rowCount, "each row has a label")
        precondition(weights.map { $0.count == rowCount } ?? true, "each row has a weight")
        precondition(queries.map { $0.rowCount == rowCount } ?? true, "each row has a query")
        if let startScores {
            precondition(
                startScores.count == rowCount * objective.outputCount, "each row has its scores")
            if let index = startScores.firstIndex(where: { !$0.isFinite }) {
                throw TreesError(
                    .invalidData,
                    "The initial score of \(purpose) row \(index / objective.outputCount) is "
                        + "\(startScores[index]); initial scores must be finite.")
            }
        }
        if let row = labels.firstIndex(where: { !$0.isFinite }) {
            throw TreesError(
                .invalidData,
                "The label of \(purpose) row \(row) is \(labels[row]); labels must be finite. "
                    + "Leave such rows out.")
        }
        if let weights {
            if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw TreesError(
                    .invalidData,
                    "The weight of \(purpose) row \(row) is \(weights[row]); weights must be "
                        + "finite and 0 or greater.")
            }
            guard weights.contains(where: { $0 > 0 }) else {
                throw TreesError(
                    .invalidData,
                    "The weights of all \(purpose) rows are 0; there is nothing to "
                        + "learn from. Check the weight column.")
            }
        }
        let failure = LabelledRows.with(
            labels: labels, weights: weights, queries: queries
        ) { rows in
            do throws(ObjectiveError) {
                try objective.validate(rows)
                return nil as ObjectiveError?
            } catch {
                return error
            }
        }
        if let failure {
            throw TreesError(.invalidData, "Unusable \(purpose) rows. \(failure.message)")
        }
    }
}
