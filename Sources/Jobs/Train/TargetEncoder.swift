import Columns
import Models

/// Turns the target column into labels: numbers, or 0 and 1 for two classes.
struct TargetEncoder: Sendable {
    enum Kind: Sendable {
        /// Any number.
        case number
        /// The number must be 0 or 1.
        case zeroOrOne
        /// Text: the first class is 0, the second 1.
        case classes([String])
    }

    let field: Field
    let kind: Kind

    /// - Throws: `dataInvalid` when the target's type does not suit the objective.
    init(field: Field, isClassification: Bool, classes: [String]?) throws(JobFailure) {
        self.field = field
        if let classes {
            kind = .classes(classes)
            return
        }
        guard field.type.isNumeric else {
            throw JobFailure(
                .dataInvalid,
                "The target '\(field.name)' is \(field.type.name); this objective needs a number.",
                place: .init(column: field.name),
                remedy: "Choose another --target, or --objective binary for text of two values.")
        }
        kind = isClassification ? .zeroOrOne : .number
    }

    /// What the model calls its classes.
    var classLabels: [String] {
        switch kind {
        case .number: []
        case .zeroOrOne: field.type == .boolean ? ["false", "true"] : ["0", "1"]
        case .classes(let classes): classes
        }
    }

    /// - Returns: a label for each row, nil where the target is null or NaN.
    /// - Throws: `dataInvalid` for an infinite value, or one that is neither 0 nor 1 where it must.
    func encode(_ column: Column, place: JobFailure.Place) throws -> [Float?] {
        let values = try values(column, place: place)
        var labels = [Float?](repeating: nil, count: values.count)
        for (row, value) in values.enumerated() where !value.isNaN {
            // Float, as LightGBM and XGBoost keep labels.
            let label = Float(value)
            guard label.isFinite else { throw Self.tooLarge(value, row: row, place) }
            labels[row] = label
        }
        return labels
    }

    /// - Returns: a label for each row in full precision, NaN where the target is null or NaN.
    /// - Throws: as `encode`.
    func values(_ column: Column, place: JobFailure.Place) throws -> [Double] {
        if case .classes(let classes) = kind { return try codes(column, of: classes, place) }
        let feature = Feature(name: field.name, type: field.type, encoding: .numeric)
        let encoded = try FeatureEncoder(feature).prepare(column)
        var values = [Double](repeating: 0, count: column.count)
        values.withUnsafeMutableBufferPointer {
            encoded.encode(rows: 0..<column.count, into: $0)
        }
        for (row, value) in values.enumerated() where !value.isNaN {
            guard value.isFinite else { throw Self.tooLarge(value, row: row, place) }
            if case .zeroOrOne = kind, value != 0, value != 1 {
                throw JobFailure(
                    .dataInvalid,
                    "The target is \(value) in row \(row) of the row group; the objective binary "
                        + "needs 0 and 1.",
                    place: place, remedy: "Use --objective regression, or a target of 0 and 1.")
            }
        }
        return values
    }

    private static func tooLarge(
        _ value: Double, row: Int, _ place: JobFailure.Place
    ) -> JobFailure {
        JobFailure(
            .dataInvalid,
            "The target is \(value) in row \(row) of the row group, which is too large.",
            place: place, remedy: "Clip the target, or set it to null.")
    }

    private func codes(
        _ column: Column, of classes: [String], _ place: JobFailure.Place
    ) throws -> [Double] {
        let feature = Feature(
            name: field.name, type: field.type, encoding: .categorical(categories: classes))
        let encoded = try FeatureEncoder(feature).prepare(column)
        var codes = [Double](repeating: 0, count: column.count)
        codes.withUnsafeMutableBufferPointer { encoded.encode(rows: 0..<column.count, into: $0) }
        let missing = Double(classes.count)
        return try codes.enumerated().map { row, code -> Double in
            guard code <= missing else {
                throw JobFailure(
                    .dataInvalid,
                    "The target in row \(row) of the row group is none of the classes: "
                        + classes.map { "'\($0)'" }.joined(separator: ", ") + ".", place: place)
            }
            return code == missing ? .nan : code
        }
    }
}
