import Columns

/// Predictions of some rows, evenly spread over all, kept for the report of `predict`.
///
/// Which rows these are depends on their positions alone, not on threads or the cut of batches.
struct PredictionSample: Sendable {
    /// Rows that are kept at most.
    static let rowCountMax = 20_000

    /// Columns of doubles to keep, as `predict` writes them.
    let names: [String]
    /// Every so many rows one is kept.
    private let step: Int
    /// Column by column, in the order of `names`: the kept rows, in their order.
    private(set) var values: [[Double]]

    /// - Parameter rowCount: all rows, before any filter.
    init(schema: Schema, rowCount: Int) {
        names = schema.fields.filter { $0.type == .double && Self.isPrediction($0.name) }
            .map(\.name)
        step = max((rowCount + Self.rowCountMax - 1) / Self.rowCountMax, 1)
        values = names.map { _ in [] }
    }

    /// - Parameter first: the position of the batch's first row among all.
    mutating func add(_ batch: RecordBatch, at first: Int) {
        let start = (step - first % step) % step
        for (index, name) in names.enumerated() {
            guard case .double(let column)? = batch[name]?.values else { continue }
            for row in stride(from: start, to: batch.rowCount, by: step) {
                values[index].append(column.elements[row])
            }
        }
    }

    subscript(name: String) -> [Double]? {
        names.firstIndex(of: name).map { values[$0] }
    }

    private static func isPrediction(_ name: String) -> Bool {
        name == "prediction" || name.hasPrefix("prediction_") || name.hasPrefix("probability_")
    }
}
