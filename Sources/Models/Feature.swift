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

    package init(name: String, type: ColumnType, encoding: Encoding) {
        self.name = name
        self.type = type
        self.encoding = encoding
    }

    /// Distinct codes of a categorical feature, the missing and the other code included; 0 if numeric.
    package var codeCount: Int {
        switch encoding {
        case .numeric: 0
        case .categorical(let categories): categories.count + 2
        }
    }
}
