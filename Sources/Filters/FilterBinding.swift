import Columns

/// Gives the columns of a filter their types.
struct FilterBinding {
    let expression: String
    let names: [String]

    /// - Parameter type: of a column; nil where its conditions can come to anything.
    func node(
        _ part: FilterExpression,
        type: (FilterExpression.ColumnName) throws(FilterError) -> ColumnType?
    ) throws(FilterError) -> RowFilter.Node {
        switch part {
        case .not(let inner): return .not(try node(inner, type: type))
        case .and(let parts):
            var nodes: [RowFilter.Node] = []
            for part in parts { nodes.append(try node(part, type: type)) }
            return .and(nodes)
        case .or(let parts):
            var nodes: [RowFilter.Node] = []
            for part in parts { nodes.append(try node(part, type: type)) }
            return .or(nodes)
        case .isNull(let column):
            return try type(column) == nil ? .anything : .isNull(column: index(column))
        case .isTrue(let column):
            guard let known = try type(column) else { return .anything }
            guard known == .boolean else {
                throw FilterError(
                    .typeMismatch,
                    "the column '\(column.name)' (\(known)) is no condition: compare it with "
                        + "something", at: column.place, in: expression)
            }
            return .isIn(column: index(column), .integers([1...1]))
        case .comparison(let column, let comparison, let literal):
            guard let known = try type(column) else { return .anything }
            let conversion = conversion(column, known)
            // NaN is not in any set, and yet not equal to any value.
            if comparison == .notEqual {
                return .not(.isIn(column: index(column), try conversion.set(.equal, literal)))
            }
            return .isIn(column: index(column), try conversion.set(comparison, literal))
        case .membership(let column, let literals):
            guard let known = try type(column) else { return .anything }
            let conversion = conversion(column, known)
            var sets: [ValueSet] = []
            for literal in literals { sets.append(try conversion.set(.equal, literal)) }
            guard let first = sets.first else { return .anything }
            return .isIn(column: index(column), ValueSet.union(sets, like: first))
        }
    }

    private func index(_ column: FilterExpression.ColumnName) -> Int {
        names.firstIndex(of: column.name) ?? 0
    }

    private func conversion(
        _ column: FilterExpression.ColumnName, _ type: ColumnType
    ) -> LiteralConversion {
        LiteralConversion(expression: expression, column: column.name, type: type)
    }

    func unknown(
        _ column: FilterExpression.ColumnName, schema: Schema, reason: String?
    ) -> FilterError {
        if let reason {
            return FilterError(
                .unknownColumn, "the column '\(column.name)' cannot be read: \(reason)",
                at: column.place, in: expression)
        }
        let names = schema.fields.map(\.name)
        let lowered = column.name.lowercased()
        let alike = names.first { $0.lowercased() == lowered }
        let shown = names.prefix(30).joined(separator: ", ") + (names.count > 30 ? ", …" : "")
        let hint = alike.map { "; did you mean \"\($0)\"?" } ?? ". The columns are: \(shown)"
        return FilterError(
            .unknownColumn, "there is no column '\(column.name)'\(hint)", at: column.place,
            in: expression)
    }
}
