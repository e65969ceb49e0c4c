import Columns

/// Numbers the queries of a ranking, or other groups of rows, in the order in which they are first
/// seen.
struct QueryNumbering {
    /// What messages call one of them.
    private let name: String
    private var integers: [Int64: Int32] = [:]
    private var texts: [[UInt8]: Int32] = [:]
    /// (queries) what `number` was told of the first row of each.
    private(set) var firstRows: [Int] = []

    init(name: String = "query") { self.name = name }

    /// - Parameter firstRow: the number of the column's first row in the table.
    /// - Returns: (column.count) the query of each row.
    /// - Throws: `dataInvalid` for a row without a query.
    mutating func number(
        _ column: Column, firstRow: Int, place: JobFailure.Place
    ) throws -> [Int32] {
        if let row = (0..<column.count).first(where: { column.isNull($0) }) {
            throw JobFailure(
                .dataInvalid, "The \(name) is missing in row \(row) of the row group.",
                place: place, remedy: "Give each row a \(name), or leave the row out.")
        }
        switch column.values {
        case .dictionary(let codes, let dictionary):
            var ofEntries = [Int32](repeating: -1, count: dictionary.count)
            return codes.elements.enumerated().map { row, code in
                if ofEntries[Int(code)] < 0 {
                    ofEntries[Int(code)] = number(
                        of: Array(dictionary[Int(code)]), row: firstRow + row)
                }
                return ofEntries[Int(code)]
            }
        case .byteArrays(let values):
            return (0..<values.count).map { number(of: Array(values[$0]), row: firstRow + $0) }
        case .boolean(let values):
            return number(values.elements.map { Int64($0) }, firstRow: firstRow)
        case .int32(let values):
            return number(values.elements.map { Int64($0) }, firstRow: firstRow)
        case .int64(let values): return number(Array(values.elements), firstRow: firstRow)
        case .float(let values):
            return number(
                values.elements.map { Int64(bitPattern: Double($0).bitPattern) },
                firstRow: firstRow)
        case .double(let values):
            return number(
                values.elements.map { Int64(bitPattern: $0.bitPattern) }, firstRow: firstRow)
        case .fixed(let bytes, let byteCount):
            return (0..<column.count).map { row in
                let range = row * byteCount..<(row + 1) * byteCount
                return number(of: Array(bytes.elements[range]), row: firstRow + row)
            }
        case .coded: return try number(column.expanded(), firstRow: firstRow, place: place)
        }
    }

    private mutating func number(_ keys: [Int64], firstRow: Int) -> [Int32] {
        keys.enumerated().map { row, key in
            if let query = integers[key] { return query }
            let query = add(row: firstRow + row)
            integers[key] = query
            return query
        }
    }

    private mutating func number(of text: [UInt8], row: Int) -> Int32 {
        if let query = texts[text] { return query }
        let query = add(row: row)
        texts[text] = query
        return query
    }

    private mutating func add(row: Int) -> Int32 {
        firstRows.append(row)
        return Int32(firstRows.count - 1)
    }
}
