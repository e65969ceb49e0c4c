/// What a condition can come to for some rows: any of false, unknown and true.
///
/// Unknown is SQL's third truth value, that of a comparison with null.
package struct Outcomes: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let no = Outcomes(rawValue: 1)
    package static let unknown = Outcomes(rawValue: 2)
    package static let yes = Outcomes(rawValue: 4)
    package static let any: Outcomes = [.no, .unknown, .yes]

    var negated: Outcomes {
        var result = intersection(.unknown)
        if contains(.no) { result.insert(.yes) }
        if contains(.yes) { result.insert(.no) }
        return result
    }

    /// The outcomes of AND, which is the lower of two truth values.
    func and(_ other: Outcomes) -> Outcomes { combined(other, min) }

    /// The outcomes of OR, which is the higher of two truth values.
    func or(_ other: Outcomes) -> Outcomes { combined(other, max) }

    private func combined(_ other: Outcomes, _ choose: (UInt8, UInt8) -> UInt8) -> Outcomes {
        var result: Outcomes = []
        for left in [UInt8(1), 2, 4] where rawValue & left != 0 {
            for right in [UInt8(1), 2, 4] where other.rawValue & right != 0 {
                result.insert(Outcomes(rawValue: choose(left, right)))
            }
        }
        return result
    }
}
