package import Columns

/// Counts the values of a categorical feature while training reads its data.
///
/// Strings are counted per dictionary entry, so a row costs one addition. Counters of different
/// parts of the data merge to the same categories in any order.
package struct CategoryCounter: Sendable {
    /// More distinct values than this are no categories but a key; bounds the memory.
    package static let distinctCountMaxDefault = 1 << 22

    private let field: Field
    private let distinctCountMax: Int
    private var table = CategoryTable()
    /// (table.count) rows of each text.
    private var textCounts: [Int] = []
    private var integerCounts: [Int64: Int] = [:]
    package private(set) var missingCount = 0

    /// - Throws: `invalidParameter` when columns of this type cannot be categorical.
    package init(
        field: Field, distinctCountMax: Int = CategoryCounter.distinctCountMaxDefault
    ) throws(ModelError) {
        guard field.type.canBeCategorical else {
            throw ModelError(
                .invalidParameter,
                "Column `\(field.name)` of type \(field.type.name) cannot be categorical. "
                    + "Use strings, integers, booleans or dates, or leave it numeric.",
                context: ["column": field.name])
        }
        self.field = field
        self.distinctCountMax = distinctCountMax
    }

    package var distinctCount: Int { table.count + integerCounts.count }

    /// Counts the values of one batch.
    /// - Throws: `incompatible` when the column is of another type, `limitExceeded` past
    ///   `distinctCountMax` values.
    /// - Complexity: O(rows + dictionary entries).
    package mutating func add(_ column: Column) throws(ModelError) {
        let column = column.expanded()
        missingCount += column.nullCount
        switch column.values {
        case .dictionary(let codes, let dictionary):
            var counts = [Int](repeating: 0, count: dictionary.count)
            for (row, code) in codes.elements.enumerated() where !column.isNull(row) {
                counts[Int(code)] += 1
            }
            for (entry, count) in counts.enumerated() where count > 0 {
                try add(text: dictionary[entry], count: count)
            }
        case .byteArrays(let values):
            for row in 0..<values.count where !column.isNull(row) {
                try add(text: values[row], count: 1)
            }
        case .boolean(let buffer):
            for (row, value) in buffer.elements.enumerated() where !column.isNull(row) {
                try add(integer: Int64(value), count: 1)
            }
        case .int32(let buffer):
            let isUnsigned = column.field.type.isUnsignedInteger
            for (row, value) in buffer.elements.enumerated() where !column.isNull(row) {
                let wide = isUnsigned ? Int64(UInt32(bitPattern: value)) : Int64(value)
                try add(integer: wide, count: 1)
            }
        case .int64(let buffer):
            for (row, value) in buffer.elements.enumerated() where !column.isNull(row) {
                try add(integer: value, count: 1)
            }
        case .float, .double, .fixed, .coded:
            throw ModelError(
                .incompatible,
                "Column `\(column.field.name)` of type \(column.field.type.name) cannot be counted "
                    + "as a category.", context: ["column": column.field.name])
        }
    }

    /// Adds the counts of another part of the data.
    /// - Throws: `limitExceeded` as `add`.
    package mutating func merge(_ other: CategoryCounter) throws(ModelError) {
        missingCount += other.missingCount
        for index in 0..<other.table.count {
            var bytes = Array(other.table[index])
            let slot = bytes.withUnsafeMutableBufferPointer { key in
                table.insert(UnsafeBufferPointer(key))
            }
            try record(slot: slot, count: other.textCounts[index])
        }
        for (value, count) in other.integerCounts { try add(integer: value, count: count) }
    }

    /// The categories of a feature: values of at least `minCount` rows, most frequent first, equal
    /// counts in the order of their bytes, at most `max` of them.
    package func categories(max: Int, minCount: Int = 1) -> [String] {
        ranked(max: max, minCount: minCount).map(\.text)
    }

    /// The categories and the rows of each.
    package func ranked(max: Int, minCount: Int = 1) -> [(text: String, count: Int)] {
        let isUnsigned64 = field.type == .uint64
        var entries: [(count: Int, text: [UInt8])] = []
        for index in 0..<table.count where textCounts[index] >= minCount {
            entries.append((textCounts[index], Array(table[index])))
        }
        for (value, count) in integerCounts where count >= minCount {
            let text = isUnsigned64 ? String(UInt64(bitPattern: value)) : String(value)
            entries.append((count, Array(text.utf8)))
        }
        entries.sort {
            $0.count != $1.count ? $0.count > $1.count : $0.text.lexicographicallyPrecedes($1.text)
        }
        return entries.prefix(max).map {
            (String(decoding: $0.text, as: UTF8.self), $0.count)
        }
    }

    private mutating func add(
        text: UnsafeBufferPointer<UInt8>, count: Int
    ) throws(ModelError) {
        try record(slot: table.insert(text, repairingText: true), count: count)
    }

    private mutating func record(slot: Int, count: Int) throws(ModelError) {
        if slot == textCounts.count {
            textCounts.append(0)
            try checkDistinctCount()
        }
        textCounts[slot] += count
    }

    private mutating func add(integer: Int64, count: Int) throws(ModelError) {
        integerCounts[integer, default: 0] += count
        try checkDistinctCount()
    }

    private func checkDistinctCount() throws(ModelError) {
        guard distinctCount > distinctCountMax else { return }
        throw ModelError(
            .limitExceeded,
            "Column `\(field.name)` has more than \(distinctCountMax) distinct values, too many for "
                + "a categorical feature. It looks like a key: leave it out with `ignore_features`.",
            context: ["column": field.name])
    }
}

extension CategoryTable {
    /// Inserts `text`, bytes that are not UTF-8 replaced as `String(decoding:)` replaces them, so
    /// that the category list (text) and the table agree.
    mutating func insert(
        _ text: UnsafeBufferPointer<UInt8>, repairingText: Bool
    ) -> Int {
        if !repairingText || isUTF8(text) { return insert(text) }
        var repaired = Array(String(decoding: text, as: UTF8.self).utf8)
        return repaired.withUnsafeMutableBufferPointer { insert(UnsafeBufferPointer($0)) }
    }

    private func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        if text.allSatisfy({ $0 < 0x80 }) { return true }
        return String(validating: text, as: UTF8.self) != nil
    }
}
