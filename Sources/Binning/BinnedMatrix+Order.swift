package import Threads

extension BinnedMatrix {
    /// Rows that a worker puts into words at once.
    private static let workerRowCount = 16_384

    /// Puts the rows into another order, in place.
    ///
    /// Memory: two bytes a row for each worker.
    /// - Parameter order: (rowCount) the row that comes to each place; a permutation.
    /// - Precondition: nobody else uses the matrix meanwhile.
    package func reorder(_ order: [UInt32], pool: ThreadPool) {
        precondition(order.count == rowCount, "each row has a place")
        let byteColumnCount = layout.byteColumns.count
        pool.forEach(count: byteColumnCount + layout.wideColumns.count) { [self] columns, _ in
            for column in columns {
                if column < byteColumnCount {
                    let (first, stride) = byteColumn(column)
                    Self.reorder(first, stride: stride, order)
                } else {
                    Self.reorder(
                        wideCodes + (column - byteColumnCount) * rowCount, stride: 1, order)
                }
            }
        }
        pool.forEach(count: rowCount, grain: Self.workerRowCount) { [self] rows, _ in
            interleave(rows)
        }
    }

    private static func reorder<Code: FixedWidthInteger>(
        _ codes: UnsafeMutablePointer<Code>, stride: Int, _ order: [UInt32]
    ) {
        let before = UnsafeMutableBufferPointer<Code>.allocate(capacity: order.count)
        defer { before.deallocate() }
        for row in order.indices { before.initializeElement(at: row, to: codes[row &* stride]) }
        order.withUnsafeBufferPointer { order in
            for row in order.indices { codes[row &* stride] = before[Int(order[row])] }
        }
    }
}
