/// What a filter says, before it is known which columns there are.
package indirect enum FilterExpression: Hashable, Sendable {
    case comparison(ColumnName, Comparison, FilterLiteral)
    /// `column IN (…)`
    case membership(ColumnName, [FilterLiteral])
    case isNull(ColumnName)
    /// A column of booleans on its own.
    case isTrue(ColumnName)
    case not(FilterExpression)
    case and([FilterExpression])
    case or([FilterExpression])

    /// A column, and where the filter names it.
    package struct ColumnName: Hashable, Sendable {
        package let name: String
        let place: Range<Int>
    }
}

/// A value that a filter compares with, and where it stands.
package struct FilterLiteral: Hashable, Sendable {
    enum Value: Hashable, Sendable {
        /// As it is written: its meaning depends on the column.
        case number(String)
        case text(String)
        /// `DATE '…'`, `TIME '…'`, `TIMESTAMP '…'`
        case moment(keyword: String, String)
        case bytes([UInt8])
        case boolean(Bool)
    }

    let value: Value
    let place: Range<Int>
}

extension FilterExpression {
    /// The columns that the filter names, each once, in the order of their first mention.
    package var columnNames: [String] {
        var names: [String] = []
        visit { column in
            if !names.contains(column.name) { names.append(column.name) }
        }
        return names
    }

    private func visit(_ body: (ColumnName) -> Void) {
        switch self {
        case .comparison(let column, _, _), .membership(let column, _), .isNull(let column),
            .isTrue(let column):
            body(column)
        case .not(let part): part.visit(body)
        case .and(let parts), .or(let parts): for part in parts { part.visit(body) }
        }
    }
}
