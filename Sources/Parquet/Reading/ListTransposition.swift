import Columns

/// Turns lists that lie one behind the other into a column for each position.
enum ListTransposition {
    /// - Parameters:
    ///   - values: those of all lists, where a null list is one null.
    ///   - columns: positions of the lists.
    /// - Precondition: `levels` has followed these values to their end.
    static func columns(
        _ values: Column, _ levels: ListLevels, _ columns: [LeafColumn]
    ) -> [Column] {
        let starts = starts(levels)
        let positions = columns.map { $0.elementIndex ?? 0 }
        let picked: [ColumnValues] =
            switch values.values {
            case .int32(let buffer): pick(buffer, starts, positions).map { .int32($0) }
            case .int64(let buffer): pick(buffer, starts, positions).map { .int64($0) }
            case .float(let buffer): pick(buffer, starts, positions).map { .float($0) }
            case .double(let buffer): pick(buffer, starts, positions).map { .double($0) }
            default: preconditionFailure("lists of numbers only")
            }
        return zip(columns, picked).map { column, picked in
            let position = column.elementIndex ?? 0
            var validity: Validity?
            if values.validity != nil {
                let isValid = (0..<levels.rowCount).map { row in
                    !levels.isNull(row) && !values.isNull(starts[row] + position)
                }
                if isValid.contains(false) { validity = Validity(isValid) }
            }
            return Column(field: column.field, values: picked, validity: validity)
        }
    }

    /// Where the list of each row starts among the values.
    private static func starts(_ levels: ListLevels) -> [Int] {
        var start = 0
        return (0..<levels.rowCount).map { row in
            defer { start += levels.isNull(row) ? 1 : levels.list.length }
            return start
        }
    }

    /// Rows that are picked for all positions before the next: their lists stay in the caches, and
    /// each position writes whole cache lines.
    private static let blockRowCount = 16

    /// A null list has one slot only: its other positions take that.
    private static func pick<Element: BitwiseCopyable>(
        _ buffer: ColumnBuffer<Element>, _ starts: [Int], _ positions: [Int]
    ) -> [ColumnBuffer<Element>] {
        let picked = positions.map { _ in
            ColumnBuffer<Element>(uninitializedCount: starts.count)
        }
        let targets = picked.map(\.mutableElements)
        let source = buffer.elements
        for first in stride(from: 0, to: starts.count, by: blockRowCount) {
            let rows = first..<min(first + blockRowCount, starts.count)
            for (target, position) in zip(targets, positions) {
                for row in rows {
                    let index = min(starts[row] &+ position, source.count &- 1)
                    target.initializeElement(at: row, to: source[index])
                }
            }
        }
        return picked
    }
}
