import Columns
import Parquet

/// One value of a column as JSON writes it.
///
/// Numbers are JSON numbers in their shortest exact form (NaN and infinities are strings);
/// everything else is a string, as `ScalarValue.description` writes it: decimals, dates, times,
/// timestamps (`2024-01-31T12:30:00.250Z`), UUIDs, text; bytes are hexadecimal.
struct PlainValue: Hashable, Sendable, Encodable {
    /// nil for null.
    let scalar: ScalarValue?

    init(_ scalar: ScalarValue?) { self.scalar = scalar }

    init(_ column: Column, row: Int) { scalar = ScalarValue(column, row: row) }

    /// The value as JSON text.
    var json: String {
        switch scalar {
        case nil: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .unsigned(let value): "\(value)"
        case .float(let value) where value.isFinite: "\(value)"
        case .double(let value) where value.isFinite: "\(value)"
        case .some(let scalar): JSONString.quote(Self.text(scalar))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch scalar {
        case nil: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .float(let value) where value.isFinite: try container.encode(value)
        case .double(let value) where value.isFinite: try container.encode(value)
        case .some(let scalar): try container.encode(Self.text(scalar))
        }
    }

    private static func text(_ scalar: ScalarValue) -> String {
        switch scalar {
        case .float(let value): nonFinite(Double(value))
        case .double(let value): nonFinite(value)
        default: scalar.description
        }
    }

    private static func nonFinite(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity"
    }
}
