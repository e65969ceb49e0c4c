import Columns
import Models
import Predictions

/// Some rows of a table that is only read once, evenly spread over it, kept for the report with
/// what they should be predicted as.
///
/// Which rows these are depends on their numbers alone, not on threads or the cut of batches.
struct TrainingSample: Sendable {
    /// Rows at most: half of them may be held out to validate on.
    static let rowCountMax = 2 * ReportSample.rowCountMax

    private let rows: ReportSample
    /// (rows) NaN where there is no such row.
    private var labels: [Double]
    private var weights: [Double]

    /// - Parameter rowCount: of the table, before any filter.
    init(featureCount: Int, rowCount: Int) {
        rows = ReportSample(
            featureCount: featureCount, populationCount: rowCount, rowCountMax: Self.rowCountMax)
        labels = Array(repeating: .nan, count: rows.rowCount)
        weights = Array(repeating: 1, count: rows.rowCount)
    }

    /// Keeps what the sample wants of a batch.
    /// - Parameters:
    ///   - columns: (features) of the batch.
    ///   - targets: (rows of the batch) NaN without one.
    ///   - weights: (rows of the batch), or empty.
    ///   - first: the number of the batch's first row.
    mutating func add(
        _ columns: [EncodedColumn], targets: [Double], weights batchWeights: [Double],
        at first: Int
    ) {
        for index in rows.indices(from: first, count: targets.count) {
            let row = rows.position(index) - first
            labels[index] = targets[row]
            if !batchWeights.isEmpty { weights[index] = batchWeights[row] }
            for (feature, column) in columns.enumerated() {
                let place = feature * rows.rowCount + index
                column.encode(
                    rows: row..<row + 1,
                    into: UnsafeMutableBufferPointer(
                        rebasing: rows.values.mutableElements[place..<place + 1]))
            }
        }
    }

    /// The rows that have a target and are wanted.
    /// - Parameters:
    ///   - populationCount: how many rows they stand for.
    ///   - isWanted: by the number of a row.
    func curve(
        _ name: String, populationCount: Int, hasWeights: Bool, model: ModelArtifact,
        isWanted: (Int) -> Bool
    ) -> LearningSection.Curve? {
        let chosen = (0..<rows.rowCount).filter {
            !labels[$0].isNaN && isWanted(rows.position($0))
        }
        guard !chosen.isEmpty else { return nil }
        return LearningSection.Curve(
            name: name, sample: rows.rows(chosen, populationCount: populationCount),
            rows: ReportRows(
                predictions: [], labels: chosen.map { labels[$0] },
                weights: hasWeights ? chosen.map { weights[$0] } : nil,
                classCount: model.outputCount, parameters: EvaluationParameters(model, alpha: nil),
                populationCount: populationCount))
    }
}
