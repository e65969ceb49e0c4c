import Binning
package import Objectives
package import Threads

extension TrainingRows {
    /// Puts rows together that trees will send the same way, which makes training faster.
    ///
    /// The order follows from the rows, the objective and the seed alone. Enters regions of the
    /// pool, and changes the matrix in place: nobody else may use it meanwhile.
    /// - Returns: (matrix.rowCount) the former place of each row; nil where the order stayed.
    /// - Throws: as `GradientBooster.train`.
    package mutating func cluster(
        objective: any Objective, parameters: BoostingParameters, pool: ThreadPool
    ) throws(TreesError) -> [UInt32]? {
        let clusters = RowClusters(parameters: parameters, objective: objective, pool: pool)
        guard let order = try clusters.order(of: self) else { return nil }
        matrix.reorder(order, pool: pool)
        labels = Self.reordered(labels, order)
        weights = weights.map { Self.reordered($0, order) }
        startScores = startScores.map { Self.reordered($0, order) }
        return order
    }

    /// - Parameter values: the same number for each row, row by row.
    private static func reordered<Value: BinaryFloatingPoint>(
        _ values: [Value], _ order: [UInt32]
    ) -> [Value] {
        let width = values.count / order.count
        return [Value](unsafeUninitializedCapacity: values.count) { result, count in
            for (place, row) in order.enumerated() {
                for index in 0..<width {
                    result.initializeElement(
                        at: place * width + index, to: values[Int(row) * width + index])
                }
            }
            count = values.count
        }
    }
}
