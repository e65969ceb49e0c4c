import CKernels
import Objectives
import Threads

/// Values of leaves of losses without curvature: quantiles of the rows' residuals.
extension LeafRenewer {
    /// - Returns: (leaves) before the learning rate.
    func quantiles(_ alpha: Double, _ target: Target) -> [Double] {
        let leaves = target.leafRows.compactMap(\.self)
        let values = UnsafeMutableBufferPointer<Double>.allocate(capacity: leaves.count)
        values.initialize(repeating: 0)
        defer { values.deallocate() }
        nonisolated(unsafe) let results = values
        pool.forEach(count: leaves.count) { [self] range, _ in
            for leaf in range {
                results[leaf] = quantile(alpha, of: leaves[leaf], target)
            }
        }
        return Array(values)
    }

    private func quantile(_ alpha: Double, of node: ListedRows, _ target: Target) -> Double {
        guard rows.weights == nil, factors == nil else {
            return weightedQuantile(alpha, of: node, target)
        }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: node.count) { residuals in
            let (scores, labels) = (target.scores, rows.labels)
            var filled = 0
            overTableRows(0..<node.count, of: node) { tableRows, count in
                for position in 0..<count {
                    let ahead = Int(tableRows[position &+ Self.aheadCount])
                    martlet_prefetch(scores + ahead)
                    martlet_prefetch(labels + ahead)
                    let row = Int(tableRows[position])
                    residuals[filled &+ position] = Double(labels[row]) - scores[row]
                }
                filled += count
            }
            return Quantiles.quantile(alpha, of: residuals)
        }
    }

    private func weightedQuantile(
        _ alpha: Double, of node: ListedRows, _ target: Target
    ) -> Double {
        let pairs = (0..<node.count).map { position -> (value: Double, weight: Double) in
            let row = node.tableRow(position)
            let factor = factors.map { Double($0[row]) } ?? 1
            let weight = factor * (rows.weights.map { Double($0[row]) } ?? 1)
            return (Double(rows.labels[row]) - target.scores[row], weight)
        }
        return Quantiles.weightedQuantile(alpha, of: pairs)
    }
}
