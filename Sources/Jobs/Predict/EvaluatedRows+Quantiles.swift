import Evaluation
import Models

/// Rows of a model of several quantiles, of which each is measured at its own level.
extension EvaluatedRows {
    /// - Parameter predictions: (rows × levels.count), row by row.
    mutating func setQuantiles(_ predictions: [Double], levels: [Double]) {
        self.predictions = predictions
        self.levels = levels
        classCount = levels.count
    }

    /// The rows with one quantile alone as the prediction.
    func quantile(_ output: Int) -> EvaluatedRows {
        var rows = self
        rows.predictions = column(output)
        rows.classCount = 1
        rows.levels = []
        rows.parameters.alpha = levels[output]
        return rows
    }

    /// The rows with the quantile nearest the median as the prediction, between bounds of their
    /// own or the outermost quantiles; the rows themselves without quantiles.
    var central: EvaluatedRows {
        guard !levels.isEmpty else { return self }
        var rows = quantile(ModelArtifact.centralLevel(of: levels))
        if lower.isEmpty {
            rows.lower = column(0)
            rows.upper = column(levels.count - 1)
        }
        return rows
    }

    /// The metrics by name; `pinball` is the mean of all levels, and each has one of its own.
    func quantileValues(of metrics: [Metric]) throws -> [String: Double] {
        var values = try central.values(of: metrics.filter { $0 != .pinball })
        guard metrics.contains(.pinball) else { return values }
        var sum = 0.0
        for (output, level) in levels.enumerated() {
            let value = try quantile(output).values(of: [.pinball])[Metric.pinball.name] ?? .nan
            values["pinball_" + ModelArtifact.quantileName(level)] = value
            sum += value
        }
        values[Metric.pinball.name] = sum / Double(levels.count)
        return values
    }

    private func column(_ output: Int) -> [Double] {
        stride(from: output, to: predictions.count, by: classCount).map { predictions[$0] }
    }
}
