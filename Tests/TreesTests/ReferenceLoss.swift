import Glibc

/// The losses of `Fixtures/reference_tables.py`.
struct ReferenceLoss {
    private static let cutoff = 5

    let item: ReferenceCase

    init(case item: ReferenceCase) { self.item = item }

    /// - Parameter predicted: (rows × outputs), row by row.
    func mean(_ predicted: [Double], _ table: ReferenceTable) -> Double {
        if item.objective == "lambdarank" { return 1 - ndcg(predicted, table.labels) }
        let width = predicted.count / table.labels.count
        var (sum, weights) = (0.0, 0.0)
        for (row, label) in table.labels.enumerated() {
            let weight = Double(table.weights?[row] ?? 1)
            let place = row * width + (width > 1 ? Int(label) : 0)
            sum += weight * loss(predicted[place], Double(label))
            weights += weight
        }
        return item.objective == "regression" ? (sum / weights).squareRoot() : sum / weights
    }

    /// - Parameter p: the prediction; of several classes, that of the row's own.
    private func loss(_ p: Double, _ y: Double) -> Double {
        let error = y - p
        switch item.objective {
        case "regression_l1": return abs(error)
        case "huber":
            let alpha = item.alpha ?? 0.9
            return abs(error) <= alpha
                ? 0.5 * error * error : alpha * (abs(error) - 0.5 * alpha)
        case "fair":
            let c = item.fairC ?? 1
            return c * abs(error) - c * c * log1p(abs(error) / c)
        case "quantile":
            let alpha = item.alpha ?? 0.5
            return max(alpha * error, (alpha - 1) * error)
        case "poisson": return 2 * ((y > 0 ? y * log(y / p) : 0) - y + p)
        case "gamma": return 2 * (y / p - log(y / p) - 1)
        case "tweedie":
            let power = item.tweedieVariancePower ?? 1.5
            let ofLabel = pow(y, 2 - power) / ((1 - power) * (2 - power))
            return 2
                * (ofLabel - y * pow(p, 1 - power) / (1 - power)
                    + pow(p, 2 - power) / (2 - power))
        case "binary": return -log(y > 0 ? p : 1 - p)
        case "multiclass": return -log(p)
        default: return error * error
        }
    }

    /// Queries are rows that follow each other; ties stay in order.
    private func ndcg(_ predicted: [Double], _ labels: [Float]) -> Double {
        let starts = stride(from: 0, to: labels.count, by: ReferenceTable.queryRowCount)
        let values = starts.map { start in
            let rows = Array(start..<start + ReferenceTable.queryRowCount)
            let best = gain(rows.sorted { labels[$0] > labels[$1] }, labels)
            let order = rows.sorted {
                predicted[$0] > predicted[$1] || predicted[$0] == predicted[$1] && $0 < $1
            }
            return best > 0 ? gain(order, labels) / best : 1
        }
        return values.reduce(0, +) / Double(values.count)
    }

    private func gain(_ rows: [Int], _ labels: [Float]) -> Double {
        var sum = 0.0
        for (place, row) in rows.prefix(Self.cutoff).enumerated() {
            let relevance: Double = pow(2, Double(labels[row])) - 1
            sum += relevance / log2(Double(place + 2))
        }
        return sum
    }
}
