package import Columns

/// A filter whose columns are known: which rows of a table it keeps.
///
/// A condition over nulls is unknown, as in SQL, and keeps no row. NaN is equal to nothing, and
/// neither below nor above anything.
package struct RowFilter: Sendable {
    /// A condition in terms of the columns of `columnNames`.
    indirect enum Node: Hashable, Sendable {
        case isIn(column: Int, ValueSet)
        case isNull(column: Int)
        /// A condition on a column that is not looked at here.
        case anything
        case not(Node)
        case and([Node])
        case or([Node])
    }

    package let expression: String
    /// The columns whose values decide, in the order of their first mention.
    package let columnNames: [String]
    let root: Node

    /// - Throws: `FilterError` for text that is no filter.
    package static func parse(_ expression: String) throws(FilterError) -> FilterExpression {
        try FilterParser.parse(expression)
    }

    /// - Parameters:
    ///   - schema: the columns of the table.
    ///   - reason: why a column that `schema` lacks cannot be had, or nil if there is none such.
    /// - Throws: `FilterError`: `unknownColumn`, `typeMismatch`, and those of `parse`.
    package init(
        _ expression: String, schema: Schema, reason: (String) -> String? = { _ in nil }
    ) throws(FilterError) {
        let parsed = try FilterParser.parse(expression)
        let names = parsed.columnNames
        let binding = FilterBinding(expression: expression, names: names)
        root = try binding.node(parsed) { column throws(FilterError) in
            if let field = schema[column.name] { return field.type }
            throw binding.unknown(column, schema: schema, reason: reason(column.name))
        }
        self.expression = expression
        columnNames = names
    }

    /// The filter as far as `schema` goes: conditions on other columns can come to anything.
    /// - Throws: `FilterError`, as `init`, but never `unknownColumn`.
    package init(partially expression: String, schema: Schema) throws(FilterError) {
        let parsed = try FilterParser.parse(expression)
        let names = parsed.columnNames
        root = try FilterBinding(expression: expression, names: names).node(parsed) { column in
            schema[column.name]?.type
        }
        self.expression = expression
        columnNames = names
    }

    /// Whether some condition on the column asks for single values, as bloom filters answer it.
    package func asksForValues(column: Int) -> Bool { Self.asks(root, column) }

    private static func asks(_ node: Node, _ column: Int) -> Bool {
        switch node {
        case .isIn(column, let set): set.points?.isEmpty == false
        case .isIn, .isNull, .anything: false
        case .not(let part): asks(part, column)
        case .and(let parts), .or(let parts): parts.contains { asks($0, column) }
        }
    }

    /// What the filter can come to for rows of which only this is known.
    /// - Parameter evidence: of the column at a position of `columnNames`.
    package func outcomes(_ evidence: (Int) -> ColumnEvidence) -> Outcomes {
        Self.outcomes(root, evidence)
    }

    private static func outcomes(_ node: Node, _ evidence: (Int) -> ColumnEvidence) -> Outcomes {
        switch node {
        case .anything: return .any
        case .not(let part): return outcomes(part, evidence).negated
        case .and(let parts):
            return parts.reduce(Outcomes.yes) { $0.and(outcomes($1, evidence)) }
        case .or(let parts):
            return parts.reduce(Outcomes.no) { $0.or(outcomes($1, evidence)) }
        case .isNull(let column):
            let known = evidence(column)
            var result: Outcomes = []
            if known.mayBeNull { result.insert(.yes) }
            if known.mayBeValue || known.mayBeNaN { result.insert(.no) }
            return result
        case .isIn(let column, let set):
            return outcomes(set, evidence(column))
        }
    }

    private static func outcomes(_ set: ValueSet, _ known: ColumnEvidence) -> Outcomes {
        var result: Outcomes = []
        if known.mayBeNull { result.insert(.unknown) }
        if known.mayBeNaN { result.insert(.no) }
        guard known.mayBeValue else { return result }
        var (possibly, possiblyNot) = known.bounds.map(set.holds(within:)) ?? (true, true)
        if possibly, let mayContain = known.mayContain, let points = set.points {
            possibly = mayContain(points)
            possiblyNot = possiblyNot || !possibly
        }
        if possibly { result.insert(.yes) }
        if possiblyNot { result.insert(.no) }
        return result
    }
}
