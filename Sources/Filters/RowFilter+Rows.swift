package import Columns

extension RowFilter {
    /// Truth values in one byte, ordered as AND (the lower) and OR (the higher) want them.
    enum Truth {
        static let no: UInt8 = 0
        static let unknown: UInt8 = 1
        static let yes: UInt8 = 2
    }

    /// The rows that the filter keeps.
    /// - Parameters:
    ///   - columns: those of `columnNames`, in their order, each of `rowCount` rows and of the
    ///     type that the filter was made for.
    /// - Complexity: O(`rowCount` × conditions).
    package func selection(of columns: [Column], rowCount: Int) -> RowSelection {
        precondition(columns.count == columnNames.count)
        precondition(columns.allSatisfy { $0.count == rowCount })
        let truth = Self.truth(root, columns, rowCount: rowCount)
        return RowSelection(rowCount: rowCount) { truth[$0] == Truth.yes }
    }

    private static func truth(_ node: Node, _ columns: [Column], rowCount: Int) -> [UInt8] {
        switch node {
        case .anything: return [UInt8](repeating: Truth.unknown, count: rowCount)
        case .not(let part):
            var values = truth(part, columns, rowCount: rowCount)
            for row in values.indices { values[row] = Truth.yes &- values[row] }
            return values
        case .and(let parts): return combined(parts, columns, rowCount, isAnd: true)
        case .or(let parts): return combined(parts, columns, rowCount, isAnd: false)
        case .isNull(let column):
            var values = [UInt8](repeating: Truth.no, count: rowCount)
            mark(&values, nullsOf: columns[column], as: Truth.yes)
            return values
        case .isIn(let column, let set):
            var values = SetMembership.truth(columns[column], set)
            mark(&values, nullsOf: columns[column], as: Truth.unknown)
            return values
        }
    }

    private static func combined(
        _ parts: [Node], _ columns: [Column], _ rowCount: Int, isAnd: Bool
    ) -> [UInt8] {
        var values = [UInt8](repeating: isAnd ? Truth.yes : Truth.no, count: rowCount)
        for part in parts {
            let other = truth(part, columns, rowCount: rowCount)
            values.withUnsafeMutableBufferPointer { values in
                other.withUnsafeBufferPointer { other in
                    if isAnd {
                        for row in 0..<rowCount { values[row] = min(values[row], other[row]) }
                    } else {
                        for row in 0..<rowCount { values[row] = max(values[row], other[row]) }
                    }
                }
            }
        }
        return values
    }

    private static func mark(_ values: inout [UInt8], nullsOf column: Column, as truth: UInt8) {
        guard let validity = column.validity, validity.nullCount > 0 else { return }
        for row in values.indices where !validity.isValid(row) { values[row] = truth }
    }
}
