/// One word, literal or sign of a filter, and the characters it takes.
struct FilterToken: Hashable {
    enum Kind: Hashable {
        /// A bare word: a keyword or a column.
        case word(String)
        /// A column in double quotes.
        case quotedName(String)
        /// A number, as it is written, with its sign.
        case number(String)
        /// Text in single quotes.
        case text(String)
        /// `X'0AFF'`
        case bytes([UInt8])
        case comparison(Comparison)
        case open, close, comma
        case end
    }

    let kind: Kind
    let place: Range<Int>

    /// The keyword that a bare word is, in upper case.
    var keyword: String? {
        guard case .word(let word) = kind else { return nil }
        let upper = word.uppercased()
        return Self.keywords.contains(upper) ? upper : nil
    }

    static let keywords: Set<String> = [
        "AND", "OR", "NOT", "IN", "IS", "NULL", "BETWEEN", "TRUE", "FALSE", "DATE", "TIME",
        "TIMESTAMP",
    ]
}

/// How a column's value is compared with a literal.
package enum Comparison: String, Hashable, Sendable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The comparison that holds when both sides change places.
    var flipped: Comparison {
        switch self {
        case .equal, .notEqual: self
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        }
    }
}
