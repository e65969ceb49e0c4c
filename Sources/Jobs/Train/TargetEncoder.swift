import Columns
import Models

/// Turns the target column into labels: numbers, or the numbers of classes.
struct TargetEncoder: Sendable {
    enum Kind: Sendable {
        /// Any number.
        case number
        /// The number must be 0 or 1.
        case zeroOrOne
        /// Text: the first class is 0, the second 1, and so on.
        case classes([String])
        /// Numbers that stand for classes: the first is class 0.
        case numberedClasses([Float])
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

    /// Classes that are numbers.
    /// - Throws: `dataInvalid` when the target is text.
    init(field: Field, numbers: [Float]) throws(JobFailure) {
        guard field.type.isNumeric else {
            throw JobFailure(
                .dataInvalid,
                "The target '\(field.name)' is \(field.type.name); the classes are numbers.",
                place: .init(column: field.name))
        }
        self.field = field
        kind = .numberedClasses(numbers)
    }

    /// The encoder for the target of a model that was trained before.
    /// - Throws: `dataInvalid` when the column's type does not suit the classes.
    init(field: Field, of target: ModelTarget) throws(JobFailure) {
        let labels = target.classLabels
        let numbers = labels.compactMap { Float($0) }
        let isNumbered = labels.count > 2 || (labels != ["0", "1"] && labels != ["false", "true"])
        if field.type != .string, isNumbered, !labels.isEmpty, numbers.count == labels.count {
            try self.init(field: field, numbers: numbers)
        } else {
            try self.init(
                field: field, isClassification: !labels.isEmpty,
                classes: !labels.isEmpty && field.type == .string ? labels : nil)
        }
    }

    /// What the model calls its classes.
    var classLabels: [String] {
        switch kind {
        case .number: []
        case .zeroOrOne: field.type == .boolean ? ["false", "true"] : ["0", "1"]
        case .classes(let classes): classes
        case .numberedClasses(let numbers):
            numbers.map { number in Int(exactly: number).map { "\($0)" } ?? "\(number)" }
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
        if case .numberedClasses(let classes) = kind {
            return try codes(values, of: classes, place)
        }
        return values
    }

    private func codes(
        _ values: [Double], of classes: [Float], _ place: JobFailure.Place
    ) throws -> [Double] {
        try values.enumerated().map { row, value in
            if value.isNaN { return value }
            guard let code = classes.firstIndex(of: Float(value)) else {
                throw JobFailure(
                    .dataInvalid,
                    "The target is \(value) in row \(row) of the row group, which is none of the "
                        + "classes: " + classLabels.joined(separator: ", ") + ".", place: place)
            }
            return Double(code)
        }
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
