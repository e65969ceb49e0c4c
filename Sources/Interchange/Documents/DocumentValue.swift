/// A JSON or UBJSON document in memory.
///
/// Arrays of numbers, which are nearly all of a model, take eight bytes an element.
enum DocumentValue: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    /// An array of numbers only, or of booleans (0 and 1); an empty array.
    case numbers([Double])
    case array([DocumentValue])
    case object([String: DocumentValue])

    /// Arrays and objects within each other at most; a model has about eight.
    static let depthMax = 64

    /// The member of an object, or nil.
    subscript(_ key: String) -> DocumentValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var numbers: [Double]? {
        guard case .numbers(let values) = self else { return nil }
        return values
    }

    /// The elements of an array of any kind.
    var elements: [DocumentValue]? {
        switch self {
        case .array(let values): values
        case .numbers(let values): values.map { .number($0) }
        default: nil
        }
    }

    /// The texts of an array of strings.
    var strings: [String]? {
        switch self {
        case .numbers(let values) where values.isEmpty: return []
        case .array(let values):
            let texts = values.compactMap(\.string)
            return texts.count == values.count ? texts : nil
        default: return nil
        }
    }
}
