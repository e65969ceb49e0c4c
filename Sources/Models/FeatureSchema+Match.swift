package import Columns

extension FeatureSchema {
    /// Where each feature stands in a table: by exact name, of the trained type or of one that
    /// widens to it without loss, or without a value and a type.
    /// - Returns: (features.count) column indices.
    /// - Throws: `incompatible`, which names every column that is missing or of another type.
    package func match(schema: Schema) throws(ModelError) -> [Int] {
        var indices: [Int] = []
        var complaints: [String] = []
        var offenders: [String] = []
        for feature in features {
            guard let index = schema.index(of: feature.name) else {
                complaints.append("`\(feature.name)` (\(feature.expectedTypeName)) is missing")
                offenders.append(feature.name)
                continue
            }
            let found = schema.fields[index]
            if !feature.accepts(found) {
                complaints.append(
                    "`\(feature.name)` is \(found.type.name), the model expects "
                        + feature.expectedTypeName)
                offenders.append(feature.name)
            }
            indices.append(index)
        }
        guard complaints.isEmpty else {
            throw ModelError(
                .incompatible,
                "The data do not fit the model: " + complaints.joined(separator: "; ")
                    + ". Predict on columns of the names and types that the model was trained on.",
                context: ["columns": offenders.joined(separator: ",")])
        }
        return indices
    }
}

extension ColumnType {
    /// Whether every value of this type is also one of `other`, with the same meaning.
    package func widens(to other: ColumnType) -> Bool {
        if self == other { return true }
        switch (self, other) {
        case (.float16, .float), (.float16, .double), (.float, .double): return true
        case (.decimal(let precision, let scale), .decimal(let wider, let otherScale)):
            return scale == otherScale && precision <= wider
        default: break
        }
        guard let from = integerBits, let to = other.integerBits else { return false }
        switch (isUnsignedInteger, other.isUnsignedInteger) {
        case (false, false), (true, true): return from <= to
        case (true, false): return from < to
        case (false, true): return false
        }
    }

    private var integerBits: Int? {
        switch self {
        case .int8, .uint8: 8
        case .int16, .uint16: 16
        case .int32, .uint32: 32
        case .int64, .uint64: 64
        default: nil
        }
    }
}
