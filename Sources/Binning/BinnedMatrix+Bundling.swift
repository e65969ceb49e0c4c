import Threads

extension BinnedMatrix {
    /// Rows that a worker codes anew at once; whatever order the columns come in, no row of another
    /// worker is touched.
    private static let bundlingRowCount = 4_096

    /// The same bins with exclusive features in one digit each, where that saves columns; otherwise
    /// the matrix itself. Words are not filled.
    ///
    /// The memory is the matrix's own, which must not be used any more. Enters regions of the pool.
    /// Features of wide columns, and matrices without columns, are left as they are.
    /// - Complexity: O(rows × features that are mostly in one bin).
    func bundled(pool: ThreadPool) -> BinnedMatrix {
        guard let byteCodes else { return self }
        let bundles = ExclusiveFeatures(matrix: self, byteCodes: byteCodes, pool: pool).bundles()
        guard !bundles.isEmpty else { return self }
        let bundled = BinLayout(binCounts: features.map(\.binCount), bundles: bundles)
        guard bundled.byteColumns.count < layout.byteColumns.count else { return self }
        let steps = bundled.byteColumns.map { recodings(of: $0) }
        let rowCount = self.rowCount
        nonisolated(unsafe) let codes = byteCodes
        pool.forEach(count: rowCount, grain: Self.bundlingRowCount) { rows, _ in
            for start in stride(
                from: rows.lowerBound, to: rows.upperBound, by: Self.bundlingRowCount)
            {
                let end = min(start + Self.bundlingRowCount, rows.upperBound)
                Self.recode(codes, rowCount: rowCount, rows: start..<end, by: steps)
            }
        }
        return BinnedMatrix(recoded: self, layout: bundled)
    }

    /// What a stored column of before adds to a column's code.
    private struct Recoding: Sendable {
        let column: Int
        /// (256)
        let addends: [UInt8]
    }

    private func recodings(of column: BinLayout.Column) -> [Recoding] {
        var addends: [Int: [UInt8]] = [:]
        for member in column.members {
            guard let from = layout.columnOfFeature[member.feature],
                let source = layout.byteColumns[from].members.first(
                    where: { $0.feature == member.feature })
            else { preconditionFailure("both layouts store the same features") }
            var sums = addends[from] ?? [UInt8](repeating: 0, count: BinLayout.byteCodeCountMax)
            for code in 0..<layout.byteColumns[from].codeCount {
                sums[code] &+= UInt8(
                    truncatingIfNeeded: member.addend(bin: source.bin(code: code)))
            }
            addends[from] = sums
        }
        return addends.sorted { $0.key < $1.key }
            .map { Recoding(column: $0.key, addends: $0.value) }
    }

    /// All columns of some rows are read before the first is written.
    private static func recode(
        _ codes: UnsafeMutablePointer<UInt8>, rowCount: Int, rows: Range<Int>,
        by steps: [[Recoding]]
    ) {
        var recoded = [UInt8](repeating: 0, count: steps.count * rows.count)
        recoded.withUnsafeMutableBufferPointer { recoded in
            guard let first = recoded.baseAddress else { return }
            for (column, recodings) in steps.enumerated() {
                let target = first + column * rows.count
                for recoding in recodings {
                    let source = codes + recoding.column * rowCount + rows.lowerBound
                    recoding.addends.withUnsafeBufferPointer { addends in
                        for row in 0..<rows.count { target[row] &+= addends[Int(source[row])] }
                    }
                }
            }
            for column in steps.indices {
                (codes + column * rowCount + rows.lowerBound)
                    .update(from: first + column * rows.count, count: rows.count)
            }
        }
    }
}
