import Columns

/// The rows of each value of a column.
struct RowGroups: Sendable {
    /// More groups than this say nothing about any of them; bounds the memory.
    static let groupCountMax = 1_000

    let column: String
    private var numbers: [PlainValue: Int] = [:]
    private var values: [PlainValue] = []
    private var positions: [[Int]] = []

    init(column: String) { self.column = column }

    /// - Parameter position: the row's place among those that are measured.
    /// - Throws: `configInvalid` past `groupCountMax` values.
    mutating func add(_ column: Column, row: Int, position: Int) throws(JobFailure) {
        let value = PlainValue(column, row: row)
        let number = numbers[value] ?? values.count
        if number == values.count {
            guard number < Self.groupCountMax else {
                throw JobFailure(
                    .configInvalid,
                    "The column '\(self.column)' has more than \(Self.groupCountMax) values.",
                    place: .init(column: self.column),
                    remedy: "Name a column of few values in --by.")
            }
            numbers[value] = number
            values.append(value)
            positions.append([])
        }
        positions[number].append(position)
    }

    /// In the order of the values' JSON.
    var groups: [(value: PlainValue, positions: [Int])] {
        zip(values, positions).map { ($0, $1) }.sorted { $0.0.json < $1.0.json }
    }
}
