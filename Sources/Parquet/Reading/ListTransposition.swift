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
        return columns.map { column in
            let position = column.elementIndex ?? 0
            let rowCount = levels.rowCount
            let picked: ColumnValues =
                switch values.values {
                case .int32(let buffer): .int32(pick(buffer, starts, position))
                case .int64(let buffer): .int64(pick(buffer, starts, position))
                case .float(let buffer): .float(pick(buffer, starts, position))
                case .double(let buffer): .double(pick(buffer, starts, position))
                default: preconditionFailure("lists of numbers only")
                }
            var validity: Validity?
            if values.validity != nil {
                let isValid = (0..<rowCount).map { row in
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

    /// A null list has one slot only: its other positions take that.
    private static func pick<Element: BitwiseCopyable>(
        _ buffer: ColumnBuffer<Element>, _ starts: [Int], _ position: Int
    ) -> ColumnBuffer<Element> {
        let picked = ColumnBuffer<Element>(uninitializedCount: starts.count)
        let (source, target) = (buffer.elements, picked.mutableElements)
        for row in 0..<starts.count {
            let index = min(starts[row] &+ position, source.count &- 1)
            target.initializeElement(at: row, to: source[index])
        }
        return picked
    }
}
