import FoundationEssentials

/// JSON as the program writes it: snake case, keys sorted, so that equal values give equal bytes.
package enum JSONText {
    /// - Throws: `internal`, which would be our bug: results have no values that JSON lacks.
    package static func encode(
        _ value: some Encodable, isPretty: Bool = false
    ) throws(JobFailure) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw JobFailure(.internal, "A result cannot be written as JSON: \(error).")
        }
    }

    /// What `encode` has written; nil for a text that is no such value.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) -> Value? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(type, from: Data(text.utf8))
    }
}

/// A number that JSON writes as null where it is not finite.
package struct FiniteNumber: Hashable, Sendable, Codable {
    package let value: Double?

    package init(_ value: Double) { self.value = value.isFinite ? value : nil }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        value = container.decodeNil() ? nil : try container.decode(Double.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try value.map { try container.encode($0) } ?? container.encodeNil()
    }
}
