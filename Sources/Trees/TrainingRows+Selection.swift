import Binning
import Objectives
package import Threads

extension TrainingRows {
    /// Some of the rows; queries are numbered anew.
    ///
    /// Enters regions of the pool.
    /// - Parameter rows: in the order that they are to have.
    package func selecting(_ rows: [UInt32], pool: ThreadPool) -> TrainingRows {
        let outputCount = startScores.map { $0.count / max(labels.count, 1) } ?? 1
        return TrainingRows(
            matrix: matrix.selecting(rows, pool: pool), labels: rows.map { labels[Int($0)] },
            weights: weights.map { weights in rows.map { weights[Int($0)] } },
            queries: queries.map { $0.selecting(rows) },
            startScores: startScores.map { scores in
                rows.flatMap { row in
                    scores[Int(row) * outputCount..<(Int(row) + 1) * outputCount]
                }
            })
    }
}
