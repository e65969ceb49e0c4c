package import Threads

extension BinnedMatrix {
    /// Rows that a worker puts into words at once.
    private static let selectionRowCount = 16_384

    /// A matrix of some of the rows, with the same bins: what binning these rows alone with
    /// `features` would give.
    ///
    /// Enters regions of the pool.
    /// - Parameter rows: each below `rowCount`, in the order that they are to have.
    /// - Complexity: O(`rows.count` × columns).
    package func selecting(_ rows: [UInt32], pool: ThreadPool) -> BinnedMatrix {
        precondition(rows.allSatisfy { $0 < rowCount })
        let selected = BinnedMatrix(rowCount: rows.count, features: features, layout: layout)
        let byteColumnCount = layout.byteColumns.count
        pool.forEach(count: layout.columns.count, grain: 1) { [self] columns, _ in
            rows.withUnsafeBufferPointer { rows in
                for column in columns {
                    if column < byteColumnCount {
                        let (source, target) = (byteColumn(column), selected.byteColumn(column))
                        for (index, row) in rows.enumerated() {
                            target.first[index &* target.stride] =
                                source.first[Int(row) &* source.stride]
                        }
                    } else {
                        let wide = column - byteColumnCount
                        let source = wideCodes + wide * rowCount
                        let target = selected.wideCodes + wide * rows.count
                        for (index, row) in rows.enumerated() { target[index] = source[Int(row)] }
                    }
                }
            }
        }
        pool.forEach(count: rows.count, grain: Self.selectionRowCount) { range, _ in
            selected.interleave(range)
        }
        return selected
    }
}
