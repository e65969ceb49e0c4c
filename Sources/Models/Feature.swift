package import Columns

/// One input of a model: the column it is read from and how its values become numbers.
package struct Feature: Hashable, Sendable {
    package enum Encoding: Hashable, Sendable {
        /// The value as a double; null and NaN are missing (NaN).
        case numeric
        /// Code `c` stands for `categories[c]`; `categories.count` stands for a missing value, and
        /// `categories.count + 1` for every value not listed (rare in training, or never seen).
        /// Most frequent first, then bytewise, so that codes do not depend on the order of rows.
        /// Integer columns list their values as decimal text.
        case categorical(categories: [String])
    }

    package var name: String
    package var type: ColumnType
    package var encoding: Encoding
    /// A model from elsewhere that records no types: any column of numbers will do. Categories are
    /// whole numbers, cut towards zero as LightGBM and XGBoost do.
    package var acceptsAnyNumber: Bool
    /// Numbers within `zeroMax` of 0 count as missing: LightGBM's `zero_as_missing`.
    package var zeroIsMissing: Bool

    package init(
        name: String, type: ColumnType, encoding: Encoding, acceptsAnyNumber: Bool = false,
        zeroIsMissing: Bool = false
    ) {
        self.name = name
        self.type = type
        self.encoding = encoding
        self.acceptsAnyNumber = acceptsAnyNumber
        self.zeroIsMissing = zeroIsMissing
    }

    /// What LightGBM takes for zero (`kZeroThreshold`): 1e-35 as a float.
    package static let zeroMax = Double(1e-35 as Float)

    /// Whether a column of this field can be read as this feature.
    package func accepts(_ found: Field) -> Bool { found.holdsOnlyNulls || accepts(found.type) }

    /// Whether a column of this type can be read as this feature.
    package func accepts(_ found: ColumnType) -> Bool {
        guard acceptsAnyNumber else { return found.widens(to: type) }
        switch found {
        case .boolean, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: return true
        case .float16, .float, .double: return true
        case .decimal: return encoding == .numeric
        default: return false
        }
    }

    /// What a message says that the column should be.
    var expectedTypeName: String {
        guard acceptsAnyNumber else { return type.name }
        return encoding == .numeric ? "a number" : "a whole number"
    }

    /// Distinct codes of a categorical feature, the missing and the other code included; 0 if numeric.
    package var codeCount: Int {
        switch encoding {
        case .numeric: 0
        case .categorical(let categories): categories.count + 2
        }
    }
}
