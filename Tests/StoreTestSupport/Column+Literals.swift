package import Columns

extension Column {
    package static func int32(_ name: String, _ values: [Int32?], type: ColumnType = .int32)
        -> Column
    {
        Column(
            field: Field(name: name, type: type),
            values: .int32(ColumnBuffer(values.map { $0 ?? 0 })),
            validity: validity(values))
    }

    package static func int64(_ name: String, _ values: [Int64?]) -> Column {
        Column(
            field: Field(name: name, type: .int64),
            values: .int64(ColumnBuffer(values.map { $0 ?? 0 })), validity: validity(values))
    }

    package static func float(_ name: String, _ values: [Float?]) -> Column {
        Column(
            field: Field(name: name, type: .float),
            values: .float(ColumnBuffer(values.map { $0 ?? 0 })), validity: validity(values))
    }

    package static func double(_ name: String, _ values: [Double?]) -> Column {
        Column(
            field: Field(name: name, type: .double),
            values: .double(ColumnBuffer(values.map { $0 ?? 0 })), validity: validity(values))
    }

    package static func boolean(_ name: String, _ values: [Bool?]) -> Column {
        Column(
            field: Field(name: name, type: .boolean),
            values: .boolean(ColumnBuffer(values.map { $0 == true ? 1 : 0 })),
            validity: validity(values))
    }

    package static func string(_ name: String, _ values: [String?]) -> Column {
        Column(
            field: Field(name: name, type: .string),
            values: .byteArrays(ByteArrays(values.map { $0 ?? "" })), validity: validity(values))
    }

    /// The values of a column of any carrier but `fixed`, as text; nil for null.
    package var texts: [String?] {
        (0..<count).map(text(at:))
    }

    /// The value of one row.
    package func text(at row: Int) -> String? {
        if isNull(row) { return nil }
        return switch values {
        case .boolean(let buffer): buffer.elements[row] == 1 ? "true" : "false"
        case .int32(let buffer): "\(buffer.elements[row])"
        case .int64(let buffer): "\(buffer.elements[row])"
        case .float(let buffer): "\(buffer.elements[row])"
        case .double(let buffer): "\(buffer.elements[row])"
        case .dictionary(let codes, let dictionary): dictionary.string(Int(codes.elements[row]))
        case .byteArrays(let values): values.string(row)
        case .fixed: "fixed"
        case .coded(let codes, let entries):
            Column(field: field, values: entries).text(at: Int(codes.elements[row]))
        }
    }

    private static func validity<T>(_ values: [T?]) -> Validity? {
        values.contains { $0 == nil } ? Validity(values.map { $0 != nil }) : nil
    }
}
