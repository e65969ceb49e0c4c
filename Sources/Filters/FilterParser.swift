/// Parses the language of `--filter`, a part of SQL's conditions:
///
///     condition  = term { OR term }
///     term       = factor { AND factor }
///     factor     = [NOT] ( "(" condition ")" | predicate )
///     predicate  = column comparison literal | literal comparison column
///                | column [NOT] IN "(" literal { "," literal } ")"
///                | column [NOT] BETWEEN literal AND literal
///                | column IS [NOT] NULL
///                | column                                        (of booleans)
///     comparison = "=" | "!=" | "<>" | "<" | "<=" | ">" | ">="
///     column     = a word, or any name in double quotes
///     literal    = number | 'text' | X'bytes' | TRUE | FALSE | DATE '…' | TIME '…' | TIMESTAMP '…'
///
/// Keywords are known in any case; NOT binds tighter than AND, AND tighter than OR.
struct FilterParser {
    /// Characters of a filter at most.
    static let characterCountMax = 1 << 20
    /// Parentheses and NOTs inside each other at most: the parser is recursive.
    static let depthMax = 200

    private let expression: String
    private let tokens: [FilterToken]
    private var position = 0
    private var depth = 0

    /// - Throws: `syntax`, `limitExceeded`.
    static func parse(_ expression: String) throws(FilterError) -> FilterExpression {
        guard expression.utf8.count <= characterCountMax else {
            throw FilterError(
                .limitExceeded,
                "the filter has more than \(characterCountMax) characters", at: 0..<0, in: "")
        }
        var parser = FilterParser(
            expression: expression, tokens: try FilterLexer.tokens(expression))
        let parsed = try parser.condition()
        guard parser.token.kind == .end else {
            throw parser.unexpected("AND, OR or the end")
        }
        return parsed
    }

    private init(expression: String, tokens: [FilterToken]) {
        self.expression = expression
        self.tokens = tokens
    }

    // MARK: Tokens

    private var token: FilterToken { tokens[position] }

    @discardableResult
    private mutating func advance() -> FilterToken {
        defer { if position + 1 < tokens.count { position += 1 } }
        return tokens[position]
    }

    private mutating func take(keyword: String) -> Bool {
        guard token.keyword == keyword else { return false }
        advance()
        return true
    }

    private func error(_ message: String, at place: Range<Int>) -> FilterError {
        FilterError(.syntax, message, at: place, in: expression)
    }

    private func unexpected(_ expected: String) -> FilterError {
        let found = token.kind == .end ? "the filter ends" : "this stands"
        return error("\(found) where \(expected) is expected", at: token.place)
    }

    private mutating func expect(_ kind: FilterToken.Kind, _ text: String) throws(FilterError) {
        guard token.kind == kind else { throw unexpected(text) }
        advance()
    }

    // MARK: Conditions

    private mutating func condition() throws(FilterError) -> FilterExpression {
        var parts = [try term()]
        while take(keyword: "OR") { parts.append(try term()) }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    private mutating func term() throws(FilterError) -> FilterExpression {
        var parts = [try factor()]
        while take(keyword: "AND") { parts.append(try factor()) }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    private mutating func factor() throws(FilterError) -> FilterExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else {
            throw FilterError(
                .limitExceeded, "more than \(Self.depthMax) parentheses and NOTs inside each other",
                at: token.place, in: expression)
        }
        if take(keyword: "NOT") { return .not(try factor()) }
        if token.kind == .open {
            advance()
            let inner = try condition()
            try expect(.close, "a closing parenthesis")
            return inner
        }
        return try predicate()
    }

    private mutating func predicate() throws(FilterError) -> FilterExpression {
        if let literal = try literal() {
            guard case .comparison(let comparison) = token.kind else {
                throw unexpected("a comparison")
            }
            advance()
            return .comparison(try column(), comparison.flipped, literal)
        }
        let column = try column()
        if case .comparison(let comparison) = token.kind {
            advance()
            return .comparison(column, comparison, try requiredLiteral())
        }
        if take(keyword: "IS") {
            let isNegated = take(keyword: "NOT")
            guard take(keyword: "NULL") else { throw unexpected("NULL") }
            return isNegated ? .not(.isNull(column)) : .isNull(column)
        }
        let isNegated = take(keyword: "NOT")
        let predicate: FilterExpression
        if take(keyword: "IN") {
            predicate = .membership(column, try list())
        } else if take(keyword: "BETWEEN") {
            let lower = try requiredLiteral()
            guard take(keyword: "AND") else { throw unexpected("AND and the upper bound") }
            predicate = .and([
                .comparison(column, .greaterOrEqual, lower),
                .comparison(column, .lessOrEqual, try requiredLiteral()),
            ])
        } else if isNegated {
            throw unexpected("IN or BETWEEN")
        } else {
            predicate = .isTrue(column)
        }
        return isNegated ? .not(predicate) : predicate
    }

    private mutating func list() throws(FilterError) -> [FilterLiteral] {
        try expect(.open, "a list in parentheses")
        var literals = [try requiredLiteral()]
        while token.kind == .comma {
            advance()
            literals.append(try requiredLiteral())
        }
        try expect(.close, "a comma or a closing parenthesis")
        return literals
    }

    // MARK: Columns and literals

    private mutating func column() throws(FilterError) -> FilterExpression.ColumnName {
        let found = token
        switch found.kind {
        case .quotedName(let name):
            advance()
            return .init(name: name, place: found.place)
        case .word(let name):
            // DATE, TIME and TIMESTAMP are names unless text follows.
            let isName = found.keyword.map { ["DATE", "TIME", "TIMESTAMP"].contains($0) } ?? true
            guard isName else {
                throw error(
                    "\(found.keyword ?? name) stands where a column is expected; a column of that "
                        + "name is written \"\(name)\"", at: found.place)
            }
            advance()
            return .init(name: name, place: found.place)
        default: throw unexpected("a column")
        }
    }

    private mutating func requiredLiteral() throws(FilterError) -> FilterLiteral {
        if let literal = try literal() { return literal }
        switch token.kind {
        case .word("NULL"), .word("null"), .word("Null"):
            throw error("NULL compares with nothing; write IS NULL", at: token.place)
        case .word, .quotedName:
            throw error(
                "a column is compared with a literal; text stands in 'single quotes'",
                at: token.place)
        default: throw unexpected("a literal")
        }
    }

    /// The literal that stands here, or nil.
    private mutating func literal() throws(FilterError) -> FilterLiteral? {
        let found = token
        let value: FilterLiteral.Value
        switch found.kind {
        case .number(let text): value = .number(text)
        case .text(let text): value = .text(text)
        case .bytes(let bytes): value = .bytes(bytes)
        case .word:
            switch found.keyword {
            case "TRUE": value = .boolean(true)
            case "FALSE": value = .boolean(false)
            case .some(let keyword) where ["DATE", "TIME", "TIMESTAMP"].contains(keyword):
                guard case .text(let text) = tokens[min(position + 1, tokens.count - 1)].kind else {
                    return nil
                }
                advance()
                value = .moment(keyword: keyword, text)
            default: return nil
            }
        default: return nil
        }
        let last = advance()
        return FilterLiteral(value: value, place: found.place.lowerBound..<last.place.upperBound)
    }
}
