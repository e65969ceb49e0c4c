/// The names behind the category codes of one feature, which XGBoost records since 3.1.
enum XGBoostCategories {
    case texts([String])
    case integers([Int64])

    /// - Parameter container: `cats`: an encoding for each feature, empty for numbers.
    static func read(
        _ container: DocumentValue?, count: Int
    ) throws(InterchangeError) -> [XGBoostCategories?] {
        let none = [XGBoostCategories?](repeating: nil, count: count)
        guard let encodings = container?["enc"]?.elements, !encodings.isEmpty else { return none }
        guard encodings.count == count else {
            throw InterchangeError(
                .outOfSpec, "`cats.enc` has \(encodings.count) encodings for \(count) features")
        }
        var result = none
        for (index, encoding) in encodings.enumerated() {
            guard let values = encoding["values"]?.numbers, !values.isEmpty else { continue }
            if let offsets = encoding["offsets"]?.numbers {
                result[index] = .texts(try texts(values, offsets: offsets, feature: index))
                continue
            }
            let integers = values.compactMap { Int64(exactly: $0) }
            guard integers.count == values.count else {
                throw InterchangeError(
                    .unsupported, "the categories of feature \(index) are fractions")
            }
            result[index] = .integers(integers)
        }
        return result
    }

    /// - Parameters:
    ///   - bytes: the UTF-8 of all texts, as signed bytes.
    ///   - offsets: (texts + 1) into it.
    private static func texts(
        _ bytes: [Double], offsets: [Double], feature: Int
    ) throws(InterchangeError) -> [String] {
        let units = bytes.compactMap { Int16(exactly: $0) }
            .map { UInt8(truncatingIfNeeded: $0) }
        var texts: [String] = []
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            guard let start = Int(exactly: start), let end = Int(exactly: end), start >= 0,
                start <= end, end <= units.count, units.count == bytes.count
            else {
                throw InterchangeError(
                    .outOfSpec, "`cats.enc[\(feature)].offsets` lie outside its values")
            }
            texts.append(String(decoding: units[start..<end], as: UTF8.self))
        }
        return texts
    }
}
