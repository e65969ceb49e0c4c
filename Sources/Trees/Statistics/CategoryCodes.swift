import Binning

/// The codes of categorical features of all rows of one kind, kept while their statistics are
/// needed: one byte each for up to 256 codes, otherwise two.
///
/// `set` may be called from several threads at once for blocks that have no cell in common.
package final class CategoryCodes: @unchecked Sendable {
    // Sendable: blocks are disjoint by contract, and read only when all have been set.
    private struct Column {
        let codeCount: Int
        let buffer: LargeBuffer

        var isWide: Bool { codeCount > 256 }
        var bytes: UnsafeMutablePointer<UInt8> {
            buffer.address.assumingMemoryBound(to: UInt8.self)
        }
        var words: UnsafeMutablePointer<UInt16> {
            buffer.address.assumingMemoryBound(to: UInt16.self)
        }
    }

    package let rowCount: Int
    private let columns: [Int: Column]

    package static let codeCountMax = 1 << 16

    /// - Parameter codeCounts: of the features to keep, at most `codeCountMax` each.
    package init(codeCounts: [Int: Int], rowCount: Int) {
        self.rowCount = rowCount
        columns = codeCounts.mapValues { codeCount in
            precondition(codeCount >= 1 && codeCount <= Self.codeCountMax)
            return Column(
                codeCount: codeCount,
                buffer: LargeBuffer(byteCount: rowCount * (codeCount > 256 ? 2 : 1)))
        }
    }

    /// The features that are kept, ascending.
    package var features: [Int] { columns.keys.sorted() }

    package func codeCount(of feature: Int) -> Int { column(feature).codeCount }

    /// Keeps a block of a feature's codes; of other features nothing is kept.
    package func set(feature: Int, values: UnsafeBufferPointer<Double>, at firstRow: Int) {
        guard let column = columns[feature] else { return }
        precondition(firstRow >= 0 && firstRow + values.count <= rowCount)
        if column.isWide {
            let target = column.words + firstRow
            for index in values.indices {
                target[index] = UInt16(truncatingIfNeeded: Int(values[index]))
            }
        } else {
            let target = column.bytes + firstRow
            for index in values.indices {
                target[index] = UInt8(truncatingIfNeeded: Int(values[index]))
            }
        }
    }

    package func code(feature: Int, row: Int) -> Int {
        precondition(row >= 0 && row < rowCount)
        let column = column(feature)
        return column.isWide ? Int(column.words[row]) : Int(column.bytes[row])
    }

    /// Cells of some features: the product of their codes.
    package func cellCount(of features: [Int]) -> Int {
        features.reduce(1) { $0 * codeCount(of: $1) }
    }

    /// Writes the cell that each of some rows falls into; see `TargetStatistic`.
    /// - Parameter cells: (rows.count)
    func cells(
        of features: [Int], rows: UnsafeBufferPointer<UInt32>,
        into cells: UnsafeMutableBufferPointer<Int32>
    ) {
        precondition(cells.count == rows.count)
        cells.update(repeating: 0)
        for feature in features {
            let column = column(feature)
            let codeCount = Int32(column.codeCount)
            if column.isWide {
                let codes = column.words
                for index in rows.indices {
                    cells[index] = cells[index] &* codeCount &+ Int32(codes[Int(rows[index])])
                }
            } else {
                let codes = column.bytes
                for index in rows.indices {
                    cells[index] = cells[index] &* codeCount &+ Int32(codes[Int(rows[index])])
                }
            }
        }
    }

    func cells(of features: [Int], rows: [UInt32]) -> [Int32] {
        var result = [Int32](repeating: 0, count: rows.count)
        rows.withUnsafeBufferPointer { rows in
            result.withUnsafeMutableBufferPointer { cells(of: features, rows: rows, into: $0) }
        }
        return result
    }

    private func column(_ feature: Int) -> Column {
        guard let column = columns[feature] else {
            preconditionFailure("the codes of feature \(feature) are not kept")
        }
        return column
    }
}
