/// How a row's value compares with another.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether `left` compares so with `right`, as in SQL but for NaN, which is unequal to all; nil
    /// if they are of different kinds.
    package func holds(_ left: ScalarValue, _ right: ScalarValue) -> Bool? {
        guard left.isComparable(with: right) else { return nil }
        return switch self {
        case .equal: left.equals(right)
        case .notEqual: !left.equals(right)
        case .less: left.isLess(than: right)
        case .lessOrEqual: left.isLess(than: right) || left.equals(right)
        case .greater: right.isLess(than: left)
        case .greaterOrEqual: right.isLess(than: left) || left.equals(right)
        }
    }
}
